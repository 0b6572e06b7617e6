import { protects } from "../../kinds/protects.ts";
import { siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

export const cdLatestNotCaptured = siteHazard({
  code: "cd-latest-not-captured",
  hazard: "no CD.Latest among the sources",
  source: "M, CD.Latest",
  seenIn: "site",
  readIn: "policy, roles",
  accepted: "as it is",
  asks: {},
  judge({ policy, where }) {
    const { code, installFolder } = policy.site;
    if (protects(policy, { is: "media", installFolder })) return [];
    return [
      risk("cd-latest-not-captured", {
        where,
        message: `No source of ${code} captures CD.Latest: without the setup files of its own version the site can't be recovered.`,
        names: [code, "CD.Latest"],
        hint: "Add the source `files: { kind: site-files }`, or CD.Latest/** to its `include`.",
      }),
    ];
  },
});
