// `npm run outside-facts`: writes docs/outside-facts.md from the register of facts of products that are not
// ours.
import { writeFileSync } from "node:fs";
import { outsideFactsPage } from "./outside-facts/page.ts";

writeFileSync("docs/outside-facts.md", await outsideFactsPage());
