import { match } from "../../base/fact.ts";
import { day, formatMinute, parseInstant } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { JsonObject } from "../../base/json.ts";
import { siteDatabaseOf } from "../parts/site-database-of.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { recoveryModel } from "../questions/recovery-model.ts";
import { risk } from "../parts/risk.ts";

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
    const facts = source && factsOf(source.name);
    // Without msdb nobody knows who takes them.
    if (source === undefined || source.logEveryMs !== undefined || facts?.["lastFulls"] === undefined)
      return [];
    const last = lastLogIn(facts);
    if (last !== undefined && now - last <= logAgeMaxMs) return [];
    const since = last === undefined ? "msdb knows of none" : `the last is of ${formatMinute(last)}`;
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

function lastLogIn({ lastLogAt }: JsonObject): Instant | undefined {
  return typeof lastLogAt === "string" ? parseInstant(lastLogAt) : undefined;
}
