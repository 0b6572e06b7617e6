import { absent, known, match } from "../../base/fact.ts";
import { databases } from "../../outside/sql/sql-server.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { firstFlag } from "../parts/answers.ts";
import type { Question } from "../../model/question.ts";
import { risk } from "../parts/risk.ts";

type Settings = {
  readonly isBrokerEnabled: boolean;
  readonly isTrustworthy: boolean;
  readonly honorsBrokerPriority: boolean;
};

const settings: Question<Settings> = {
  name: "site-database-settings",
  doing: "read the settings of the site database",
  query: `SELECT is_broker_enabled AS broker, is_trustworthy_on AS trustworthy, is_honor_broker_priority_on AS priority
FROM sys.databases WHERE name = @database;`,
  parameters: ["database"],
  reads: [databases],
  answers: { broker: "bit", trustworthy: "bit", priority: "bit" },
  always: true,
  read(rows) {
    if (rows.length === 0) return absent;
    return known({
      isBrokerEnabled: firstFlag(rows, "broker") ?? false,
      isTrustworthy: firstFlag(rows, "trustworthy") ?? false,
      honorsBrokerPriority: firstFlag(rows, "priority") ?? false,
    });
  },
};

/** A restore turns them off, and a site that was restored by hand goes on without replication. */
export const siteDatabaseSettings = siteHazard({
  code: "site-database-settings",
  hazard: "broker, trustworthy or broker priority off",
  source: "M, database configuration; K",
  seenIn: "site",
  readIn: "`sys.databases`",
  accepted: "as it is",
  asks: { settings },
  judge({ where, databaseName }, answers) {
    const tell = (things: readonly string[]) =>
      risk("site-database-settings", {
        where,
        message: `${databaseName} lacks ${things.join(", ")}, as after a restore: the site can't replicate or run its own code in it.`,
        names: [databaseName, ...things],
        hint: `Stop the site (preinst.exe /stopsite), then: ALTER DATABASE [${databaseName}] SET ${things.join(", ")} WITH ROLLBACK IMMEDIATE; never NEW_BROKER. A broker can't be enabled within an availability group: take the database out for that.`,
      });
    return match(answers.settings, {
      known(set) {
        const things = offOf(set);
        return things.length === 0 ? [] : [{ things, tell }];
      },
      unknown: notJudged,
      absent: nothing,
    });
  },
});

function offOf({ isBrokerEnabled, isTrustworthy, honorsBrokerPriority }: Settings): readonly string[] {
  return [
    ...(isBrokerEnabled ? [] : ["ENABLE_BROKER"]),
    ...(isTrustworthy ? [] : ["TRUSTWORTHY ON"]),
    ...(honorsBrokerPriority ? [] : ["HONOR_BROKER_PRIORITY ON"]),
  ];
}
