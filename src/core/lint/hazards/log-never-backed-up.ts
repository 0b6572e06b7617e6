import { match } from "../../base/fact.ts";
import { day, formatMinute } from "../../base/instant.ts";
import type { DurationMs } from "../../base/instant.ts";
import { siteDatabaseOf } from "../parts/site-database-of.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { recoveryModel } from "../questions/recovery-model.ts";
import { risk } from "../parts/risk.ts";
import { readLastLog } from "../../model/facts/site-database.ts";

/** Somebody who backs the log up does so at least every other day. */
const logAgeMaxMs: DurationMs = 2 * day;

export const logNeverBackedUp = siteHazard({
  code: "log-never-backed-up",
  hazard: "FULL without log backups",
  source: "M, recovery models",
  seenIn: "site",
  readIn: "`sys.databases`, `msdb`",
  accepted: "as it is",
  asks: { recoveryModel },
  judge({ policy, databaseName, placeOf, factsOf, now }, answers) {
    const source = siteDatabaseOf(policy);
    if (source === undefined || source.logEveryMs !== undefined) return [];
    const last = readLastLog(factsOf(source.name));
    // Without msdb nobody knows who takes them.
    if (last.is === "unknown") return [];
    if (last.is === "known" && now - last.value <= logAgeMaxMs) return [];
    const since = last.is === "absent" ? "msdb knows of none" : `the last is of ${formatMinute(last.value)}`;
    const tell = (model: string) =>
      risk("log-never-backed-up", {
        where: placeOf(source.name),
        message: `${databaseName} is in the recovery model ${model}, and nobody backs its log up (${since}): the log grows until its disk is full.`,
        names: [databaseName, source.name, model],
        hint: "Add `log: 1h` to the source, or set the recovery model to SIMPLE where the database is in no availability group.",
      });
    return match(answers.recoveryModel, {
      known: (model) => (model === "SIMPLE" ? [] : [tell(model)]),
      unknown: notJudged,
      absent: nothing,
    });
  },
});
