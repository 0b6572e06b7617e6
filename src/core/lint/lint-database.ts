import { day, formatMinute, parseInstant } from "../base/instant.ts";
import type { DurationMs, Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { DatabaseTraits } from "../model/site-look.ts";
import type { SiteDatabase } from "../model/policy/source.ts";
import type { LintedSite } from "./linted-site.ts";
import { risk } from "./risk.ts";
import type { Finding, JointRisk } from "./risk.ts";

/** What is wrong with the site database and its server, for a backup or for the day of recovery. */
export function lintDatabase(site: LintedSite): readonly Finding[] {
  const { database } = site.look;
  const traits =
    database === undefined ? [] : databaseHazards.flatMap((judge) => judge(site, database) ?? []);
  return [...traits, ...serverHazards.flatMap((judge) => judge(site) ?? [])];
}

type DatabaseHazard = (site: LintedSite, database: DatabaseTraits) => Finding | undefined;
type ServerHazard = (site: LintedSite) => Finding | undefined;

const databaseHazards: readonly DatabaseHazard[] = [
  logsInSimple,
  logsNeverTaken,
  taskFilesInGroup,
  collation,
  pageVerify,
  settings,
];

const serverHazards: readonly ServerHazard[] = [clusteredInstance, brokerPort, twoDays];

function sourceOf({ policy }: LintedSite): SiteDatabase | undefined {
  return policy.sources.find((it) => it.kind === "site-database");
}

function logsInSimple(site: LintedSite, { recoveryModel }: DatabaseTraits): Problem | undefined {
  const source = sourceOf(site);
  if (source?.logEveryMs === undefined || recoveryModel !== "SIMPLE") return undefined;
  return risk("log-in-simple-model", {
    where: site.placeOf(source.name),
    message: `The policy asks for log backups of ${site.databaseName}, and in the recovery model SIMPLE there are none.`,
    hint: "Remove `log` from the source: outside an availability group ConfigMgr wants SIMPLE. `differential` gives points in between.",
  });
}

/** Somebody who backs the log up does so at least every other day. */
const logAgeMaxMs: DurationMs = 2 * day;

function logsNeverTaken(site: LintedSite, { recoveryModel }: DatabaseTraits): Problem | undefined {
  const source = sourceOf(site);
  const facts = source && site.factsOf(source.name);
  // Without msdb nobody knows who takes them.
  if (recoveryModel === "SIMPLE" || source?.logEveryMs !== undefined || facts?.["lastFulls"] === undefined)
    return undefined;
  const { lastLogAt } = facts;
  const last: Instant | undefined = typeof lastLogAt === "string" ? parseInstant(lastLogAt) : undefined;
  if (last !== undefined && site.now - last <= logAgeMaxMs) return undefined;
  const since = last === undefined ? "msdb knows of none" : `the last is of ${formatMinute(last)}`;
  return risk("log-never-backed-up", {
    where: site.placeOf(source!.name),
    message: `${site.databaseName} is in the recovery model ${recoveryModel}, and nobody backs its log up (${since}): the log grows until its disk is full.`,
    hint: "Add `log: 1h` to the source, or set the recovery model to SIMPLE where the database is in no availability group.",
  });
}

function taskFilesInGroup(site: LintedSite, { isInAvailabilityGroup }: DatabaseTraits): Problem | undefined {
  const task = site.policy.sources.find((it) => it.kind === "task-backup");
  if (!isInAvailabilityGroup || task === undefined || sourceOf(site) !== undefined) return undefined;
  return risk("availability-group-task-files", {
    where: site.placeOf(task.name),
    message: `${site.databaseName} is in an availability group, and the policy keeps of it only the files that the Backup Site Server task copies: those must not be used for it.`,
    hint: "Add `database: { kind: site-database }`: a group's database is recovered from native backups.",
  });
}

/** What ConfigMgr asks for, and two that it allows where GB18030 is needed. */
const collations: ReadonlySet<string> = new Set([
  "SQL_Latin1_General_CP1_CI_AS",
  "Chinese_Simplified_Pinyin_100_CI_AI",
  "Chinese_Simplified_Stroke_Order_100_CI_AI",
]);

function collation(site: LintedSite, database: DatabaseTraits): Problem | undefined {
  const server = site.look.server?.collation ?? "";
  const wrong = [
    ...(database.collation === "" || collations.has(database.collation)
      ? []
      : [`${site.databaseName} has the collation ${database.collation}`]),
    ...(server === "" || collations.has(server) ? [] : [`its instance has ${server}`]),
  ];
  if (wrong.length === 0) return undefined;
  return risk("site-collation", {
    where: site.where,
    message: `${wrong.join(", ")}: Setup recovers a site only onto SQL_Latin1_General_CP1_CI_AS.`,
    hint: "Prepare a server with the collation that Setup asks for, and try a recovery there before it is needed.",
  });
}

function pageVerify(site: LintedSite, { pageVerify: option }: DatabaseTraits): Problem | undefined {
  if (option === "" || option === "CHECKSUM") return undefined;
  return risk("page-verify-off", {
    where: site.where,
    message: `${site.databaseName} has PAGE_VERIFY ${option}: damage on disk goes into the backups unnoticed.`,
    hint: `ALTER DATABASE [${site.databaseName}] SET PAGE_VERIFY CHECKSUM; it counts for pages that are written from then on.`,
  });
}

/** A restore turns them off, and a site that was restored by hand goes on without replication. */
function settings(site: LintedSite, database: DatabaseTraits): JointRisk | undefined {
  const off = [
    ...(database.isBrokerEnabled ? [] : ["ENABLE_BROKER"]),
    ...(database.isTrustworthy ? [] : ["TRUSTWORTHY ON"]),
    ...(database.honorsBrokerPriority ? [] : ["HONOR_BROKER_PRIORITY ON"]),
  ];
  const tell = (things: readonly string[]) =>
    risk("site-database-settings", {
      where: site.where,
      message: `${site.databaseName} lacks ${things.join(", ")}, as after a restore: the site can't replicate or run its own code in it.`,
      hint: `ALTER DATABASE [${site.databaseName}] SET ${things.join(", ")}; with the site's services stopped. Never NEW_BROKER.`,
    });
  return off.length === 0 ? undefined : { things: off, tell };
}

function clusteredInstance(site: LintedSite): Problem | undefined {
  const { server } = site.look;
  const source = sourceOf(site);
  if (!server?.isClustered || server.instance === undefined || source === undefined) return undefined;
  const fulls = site.factsOf(source.name)["lastFulls"];
  const isVss = (it: unknown): boolean => (it as { readonly vss?: unknown } | null)?.vss === true;
  if (source.method === "native" && !(Array.isArray(fulls) && fulls.some(isVss))) return undefined;
  return risk("clustered-external-backup", {
    where: site.placeOf(source.name),
    message: `Another product backs ${site.databaseName} up through VSS, and it is in the named instance ${server.instance} of a cluster: for DPM only the default instance is supported.`,
    hint: "Say `method: native`, so that SQL Server itself takes the backups, or test a restore of the other product's.",
  });
}

function brokerPort(site: LintedSite): Problem | undefined {
  const port = site.look.brokerPort;
  if (port === undefined || port.listens === port.noted) return undefined;
  return risk("broker-port-differs", {
    where: site.where,
    message: `Service Broker listens on port ${port.listens}, and the site has noted ${port.noted}: a recovery sets up the noted one, and replication breaks.`,
    hint: "Correct the one that is wrong: the port is a property of the site's SQL Server in the console.",
  });
}

/** What SQL Server sets when somebody turns change tracking on without saying a period. */
const byHandMs: DurationMs = 2 * day;

function twoDays({ window, where }: LintedSite): Problem | undefined {
  const read = [["the site database", window.own] as const, ...Object.entries(window.partners)];
  const [whose] = read.flatMap(([name, facts]) =>
    "problem" in facts || facts.changeTracking !== "on" || facts.retentionMs !== byHandMs ? [] : [name],
  );
  if (whose === undefined) return undefined;
  return risk("change-tracking-two-days", {
    where,
    message: `Change tracking of ${whose === "the site database" ? whose : `partner ${whose}`} keeps 2 days, which is what SQL Server sets when it is turned on by hand; ConfigMgr sets 5.`,
    hint: "Find out who turned it on and whether the site's triggers still work: run the Replication Link Analyzer, and leave the period to ConfigMgr.",
  });
}
