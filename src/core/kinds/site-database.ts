import { given } from "../base/given.ts";
import type { Problem } from "../base/problem.ts";
import type { SiteDatabase } from "../model/policy/source.ts";
import { placeOf, problemAt } from "../policy/text/problem-at.ts";
import { databaseAt, durationAt, isTrueAt, stagingOf, textAt } from "../policy/text/values.ts";
import { entriesOf, find, findText } from "../policy/text/written.ts";
import type { JudgedSource } from "../policy/text/judged.ts";
import type { Kind } from "./kind.ts";
import { lockedIn } from "../model/facts/locked-database.ts";
import { checkStaging } from "./parts/check-staging.ts";
import { backupFacts } from "../model/facts/backup.ts";

export const siteDatabase: Kind<SiteDatabase> = {
  kind: "site-database",
  title: "Site database",
  captures: "The site database as native SQL Server backups: fulls, and differentials and logs beside them.",

  byDefault: "database",
  defaults: { method: "native", full: "every-run", compression: false },
  reachesDatabase: false,
  resolve({ name, source, site }) {
    const every = (key: string) => find(source, key) && durationAt(source, key);
    return {
      kind: "site-database",
      name,
      method: textAt(source, "method") as SiteDatabase["method"],
      database: databaseAt(site, "database"),
      ...stagingOf(source),
      full: "every-run",
      ...given({ differentialEveryMs: every("differential"), logEveryMs: every("log") }),
      compression: isTrueAt(source, "compression"),
    };
  },
  check: (checked) => [
    ...checkOnly(checked),
    ...(findText(checked.source, "method") === "external"
      ? checkExternal(checked)
      : checkStaging(checked, find(checked.judged.policy, "site", "database"))),
  ],

  // The newest state of what matters most: the point is as old as this copy.
  captured: { after: "nothing" },
  throughQuiet: true,
  carriesWindow: true,
  yieldsToTask: false,

  inPoint: {
    database: "copy",
    isHeld: (facts) => backupFacts.get(facts, "setGuid") !== undefined,
    // Also of backups that another tool keeps: they are of no use without their keys either.
    locked: (facts) => [lockedIn(facts)],
  },
  protects: (_, thing) => thing.is === "database",

  restored: { after: "sql-keys" },
  runbook: [
    "Restore it before Setup runs, under the same name, on the same edition of SQL Server and the same or a newer version, with the collation SQL_Latin1_General_CP1_CI_AS. In Setup choose a manually recovered database (DatabaseRecoveryOptions=20): option 10 takes the task's files only, never a .bak.",
    "Take the database out of its availability group first: RESTORE is refused inside one.",
    "Restore the full with NORECOVERY, then the differential, then every log in order, the last with RECOVERY.",
    "A restore turns TRUSTWORTHY and broker delivery off. For a real recovery check that the owner is sa and that TRUSTWORTHY, HONOR_BROKER_PRIORITY and ENABLE_BROKER are on; never use NEW_BROKER. In a drill leave the broker off and never use KEEP_REPLICATION.",
    "After recovering a central administration site, see whether ConfigMgrDRSSiteQueue receives; if not: ALTER QUEUE [dbo].[ConfigMgrDRSSiteQueue] WITH STATUS = ON.",
  ],
};

/** A site has one database. */
function checkOnly({ name, source, judged }: JudgedSource): readonly Problem[] {
  const [first] = entriesOf(find(judged.policy, "sources")).filter(
    ([, it]) => findText(it, "kind") === "site-database",
  );
  if (first === undefined || first[0] === name) return [];
  return [
    problemAt(placeOf(find(source, "kind")?.origin, source.origin, judged.name), {
      code: "source-conflict",
      message: `\`sources.${name}\` is a second \`site-database\`; a site has one, and \`${first[0]}\` protects it.`,
      hint: "Remove one of them. Another database is of kind `sql-database`.",
    }),
  ];
}

const capturing = ["staging", "differential", "log"];

function checkExternal({ name, source, judged }: JudgedSource): readonly Problem[] {
  return capturing.flatMap((key) => {
    const value = find(source, key);
    if (value === undefined) return [];
    return problemAt(placeOf(value.origin, judged.name), {
      code: "source-conflict",
      message: `\`sources.${name}.${key}\` has no meaning with \`method: external\`: sitekeep takes no backup then.`,
      hint: `Remove \`${key}\`, or write \`method: native\`.`,
    });
  });
}
