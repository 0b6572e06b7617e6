// `npm run mutations -- [AREA…]`: breaks an area's code at every place, one after another, and names the
// breaks that no test notices (docs/mutations.md).
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { areas } from "./mutations/areas.ts";
import { figuresOf } from "./mutations/figures.ts";
import { runArea } from "./mutations/run-area.ts";
import { enterCopy, openWorkshop } from "./sabotage/workshop.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lanes: { type: "string", default: "1" },
    static: { type: "boolean", default: false }, // Constants too: each asks all tests anew.
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(areas);
// Whatever is broken may delete anything that it can reach: it works on a copy that is thrown away.
const copy = enterCopy();

for (const name of names) {
  const area = areas[name];
  if (area === undefined) throw new Error(`No area is called ${name}: ${Object.keys(areas).join(", ")}.`);
  openWorkshop(copy, name);
  const mutants = await runArea(
    { ...area, sources: area.sources.flatMap((it) => globSync(it).toSorted()) },
    {
      root: join(copy, name),
      lanes: Number(values.lanes),
      isStatic: values.static,
      say: (line) => process.stderr.write(`${line}\n`),
    },
  );
  process.stdout.write(`${figuresOf(name, mutants, (file) => readFileSync(file, "utf8"))}\n`);
}
