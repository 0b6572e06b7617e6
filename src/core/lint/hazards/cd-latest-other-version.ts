import { absent, known, match } from "../../base/fact.ts";
import { siteVersionForm, siteView } from "../../outside/site/site-definition.ts";
import { isOfVersion } from "../../base/site-version.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import type { SiteFinding } from "../parts/hazard.ts";
import type { Question } from "../../model/question.ts";
import { risk } from "../parts/risk.ts";
import { siteFilesLook } from "../../model/facts/site-files.ts";

/** The site's version as `v_Site` has it: `5.00.9128.1000`. No row: the database is none of the site. */
const siteVersion: Question<string> = {
  name: "site-version",
  doing: "read the version of the site",
  query: "SELECT Version AS version FROM dbo.v_Site WHERE SiteCode = @siteCode;",
  parameters: ["siteCode"],
  reads: [siteView],
  answers: { version: siteVersionForm },
  always: true,
  read([row]) {
    const version = row?.["version"];
    return version === undefined ? absent : known(version);
  },
};

export const cdLatestOtherVersion = siteHazard({
  code: "cd-latest-other-version",
  hazard: "CD.Latest of another version",
  source: "M, CD.Latest",
  seenIn: "site",
  readIn: "install folder, `v_Site`",
  accepted: "as it is",
  asks: { siteVersion },
  judge: ({ policy, factsOf, placeOf }, answers) =>
    policy.sources.flatMap((source): readonly SiteFinding[] => {
      if (source.kind !== "site-files") return [];
      const found = siteFilesLook.get(factsOf(source.name), "cdLatest");
      // What is missing is told by the source itself; what can't be read differs from nothing.
      if (found?.is !== "known") return [];
      const media = found.value;
      const tell = (version: string) =>
        risk("cd-latest-other-version", {
          where: placeOf(source.name),
          message: `CD.Latest is of version ${media}, and the site is of ${version}: Setup recovers a site only with the files of its own version.`,
          names: ["CD.Latest", source.name, media, version],
          hint: "Look in hman.log and dmpdownloader.log why the last update did not renew CD.Latest, and repair it before it is needed.",
        });
      return match(answers.siteVersion, {
        known: (version) => (isOfVersion(media, version) ? [] : [tell(version)]),
        unknown: notJudged,
        absent: nothing,
      });
    }),
});
