import { match } from "../../base/fact.ts";
import { siteDatabaseOf } from "../parts/site-database-of.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { availabilityGroup } from "../questions/availability-group.ts";
import { risk } from "../parts/risk.ts";

export const availabilityGroupTaskFiles = siteHazard({
  code: "availability-group-task-files",
  hazard: "the task's files of a database in an availability group",
  source: "M, SQL Server Always On",
  seenIn: "site",
  readIn: "`sys.databases`",
  accepted: "as it is",
  asks: { availabilityGroup },
  judge({ policy, databaseName, placeOf }, answers) {
    const task = policy.sources.find((it) => it.kind === "task-backup");
    if (task === undefined || siteDatabaseOf(policy) !== undefined) return [];
    const told = risk("availability-group-task-files", {
      where: placeOf(task.name),
      message: `${databaseName} is in an availability group, and the policy keeps of it only the files that the Backup Site Server task copies: those must not be used for it.`,
      names: [databaseName, task.name],
      hint: "Add `database: { kind: site-database }`: a group's database is recovered from native backups.",
    });
    return match(answers.availabilityGroup, { known: () => [told], unknown: notJudged, absent: nothing });
  },
});
