import { match } from "../../base/fact.ts";
import { siteDatabaseOf } from "../parts/site-database-of.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { recoveryModel } from "../questions/recovery-model.ts";
import { risk } from "../parts/risk.ts";

export const logInSimpleModel = siteHazard({
  code: "log-in-simple-model",
  hazard: "log backups in SIMPLE",
  source: "M, database planning",
  seenIn: "site",
  readIn: "`sys.databases`",
  accepted: "as it is",
  asks: { recoveryModel },
  judge({ policy, databaseName, placeOf }, answers) {
    const source = siteDatabaseOf(policy);
    if (source?.logEveryMs === undefined) return [];
    const told = risk("log-in-simple-model", {
      where: placeOf(source.name),
      message: `The policy asks for log backups of ${databaseName}, and in the recovery model SIMPLE there are none.`,
      names: [databaseName, source.name, "SIMPLE"],
      hint: "Remove `log` from the source: outside an availability group ConfigMgr wants SIMPLE. `differential` gives points in between.",
    });
    return match(answers.recoveryModel, {
      known: (model) => (model === "SIMPLE" ? [told] : []),
      unknown: notJudged,
      absent: nothing,
    });
  },
});
