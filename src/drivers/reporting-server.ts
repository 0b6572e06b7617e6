import { type Fact, unknown } from "../core/base/fact.ts";
import { given } from "../core/base/given.ts";
import type { Instant } from "../core/base/instant.ts";
import type { Problem } from "../core/base/problem.ts";
import type { Sink } from "../core/model/offer.ts";
import type { ReportingServer } from "../core/model/policy/source.ts";
import { readDatabaseFacts, readIsInGroup } from "./access/sql/database-facts.ts";
import { snapshotPath } from "./access/files/windows-path.ts";
import { judgeBackupRights } from "./parts/backup/backup-rights.ts";
import { backupFileName, backUpDatabase } from "./parts/backup/database-backup.ts";
import { chainFile, restoreDatabase } from "./parts/database-restore.ts";
import type { CaptureRequest, Driver, Means } from "./driver.ts";
import { exportReportKey, keyNotAsked } from "./parts/keys/export-report-key.ts";
import { judgeStaging, lookAtStaging, type StagingLook } from "./parts/staging/look-at-staging.ts";
import { lookAtReportFolders, reportServersFolder } from "./parts/report-folders.ts";
import { changesOf, listReports } from "./parts/reports/list-reports.ts";
import { type ScriptedQueries, scriptQueries } from "./parts/reports/script-queries.ts";
import { componentsOf } from "./parts/reports/report-components.ts";
import { offerJson } from "./parts/offer-json.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { examineStaging } from "./parts/staging/examine-staging.ts";
import { placeOf, type SqlTask, withSql } from "./parts/session/sql-session.ts";
import { cleanedUp } from "./parts/staging/staging.ts";
import type { backupFacts } from "../core/model/facts/backup.ts";
import type { FactsOf } from "../core/model/facts/codec.ts";
import { reportingServerCapture, reportingServerLook } from "../core/model/facts/reporting-server.ts";

/** A report server: its databases, the key without which their secrets can't be read, and its folders. */
export const reportingServer: Driver<ReportingServer> = {
  observe: ({ source, site }, means) =>
    observing(async () => {
      const where = placeOf(site, source);
      const states: Record<string, string> = {};
      const availabilityGroup: string[] = [];
      const risks: Problem[] = source.encryptionKey ? [] : [keyNotAsked(where)];
      const rooms: StagingLook[] = [];
      for (const database of source.databases) {
        const task = { database, where, doing: `look at ${database.name}` };
        const { described, isInGroup } = await withSql(means, task, async (sql) => {
          risks.push(...(await judgeBackupRights(sql, task, { logs: false })));
          const described = await readDatabaseFacts(sql, database.name);
          const request = { database, where, compression: false, mayCompress: false };
          rooms.push(await lookAtStaging(request, source.staging, { sql, means }));
          return { described, isInGroup: await readIsInGroup(sql, database.name) };
        });
        states[database.name] = described?.state ?? "unknown";
        if (isInGroup) availabilityGroup.push(database.name);
      }
      // All of its backups lie there until the last one is captured.
      const room = judgeStaging(rooms);
      risks.push(...room.risks);
      risks.push(...(await lookAtReportFolders(source, where, means)).problems);
      const group = availabilityGroup.length > 0 && { availabilityGroup };
      const reports = await listReports(means, catalogueTask(source, where));
      risks.push(...unreadIn(reports));
      const told = given({ reports: changesOf(reports) });
      return {
        facts: reportingServerLook.write({ databases: states, ...told, ...group, ...room.facts }),
        risks,
      };
    }),

  examine: (request, means) => examineStaging(request, request.source.databases[0]!, means),

  async capture(request, means, sink) {
    const startedAt = means.now();
    const databases = await captureDatabases(request, means, sink);
    try {
      const key = await captureKey(request, means, sink);
      const tree = await captureFolders(request, means, sink);
      const reports = await captureReports(request, means, sink);
      const queries = await captureQueries(request, means, sink);
      const unread = [...unreadIn(reports), ...unreadIn(queries)];
      const problems = [...databases.problems, ...key.problems, ...tree.problems, ...unread];
      const components = componentsOf({ ...key.facts, files: tree.files, reports, queries });
      const facts = reportingServerCapture.write({
        databases: databases.facts,
        ...key.facts,
        reports: changesOf(reports),
        components,
      });
      const asOf = Math.min(startedAt, ...databases.asOf);
      return { mode: "full", asOf, facts, problems, cleanUp: databases.cleanUp };
    } catch (thrown) {
      throw await cleanedUp(thrown, databases.cleanUp);
    }
  },

  async giveBack({ source, folders, snapshots, target, replace }, means) {
    const siteCode = snapshots[0]!.site;
    const where = `${siteCode}/${source.name}`;
    const steps: string[] = [];
    const [catalogue] = source.databases;
    const captured = reportingServerCapture.get(snapshots[0]!.facts, "databases");
    for (const { name } of source.databases) {
      const file = await chainFile(folders[0]!, `databases/${backupFileName(name, "full")}`, source);
      // The temporary database is found by its name: the catalogue's with TempDB behind it.
      const tail =
        catalogue && name.startsWith(catalogue.name) ? name.slice(catalogue.name.length) : `_${name}`;
      const database = { ...target.database, name: target.database.name + tail };
      const chain = [{ file, mode: "full" as const }];
      const dataBytes = captured?.[name]?.dataBytes;
      const restore = { target: database, siteCode, where, chain, replace, dataBytes };
      const staging = target.staging && { staging: target.staging };
      steps.push(...(await restoreDatabase({ ...restore, ...staging }, means)));
    }
    return {
      steps: [
        ...steps,
        "Apply the encryption key on the report server with rskeymgmt -a (docs/permissions.md).",
      ],
    };
  },
};

async function captureDatabases({ source, site }: CaptureRequest<ReportingServer>, means: Means, sink: Sink) {
  const where = placeOf(site, source);
  const facts: Record<string, FactsOf<typeof backupFacts>> = {};
  const problems: Problem[] = [];
  const asOf: Instant[] = [];
  const cleanUps: (() => Promise<readonly Problem[]>)[] = [];
  const cleanUp = async (): Promise<readonly Problem[]> =>
    (await Promise.all(cleanUps.map((it) => it()))).flat();
  const below: Sink = { offer: (entry) => sink.offer({ ...entry, path: `databases/${entry.path}` }) };
  try {
    for (const database of source.databases) {
      const how = { mode: "full", compression: false, mayCompress: false, startsChain: false } as const;
      const backup = { database, siteCode: site.code, where, ...how };
      const staging = source.staging && { staging: source.staging };
      const captured = await backUpDatabase({ ...backup, ...staging }, means, below);
      facts[database.name] = captured.facts;
      problems.push(...captured.problems);
      asOf.push(captured.asOf);
      if (captured.cleanUp) cleanUps.push(captured.cleanUp);
    }
  } catch (thrown) {
    throw await cleanedUp(thrown, cleanUp);
  }
  return { facts, asOf, problems, cleanUp };
}

async function captureFolders({ source, site }: CaptureRequest<ReportingServer>, means: Means, sink: Sink) {
  const where = placeOf(site, source);
  const folders = await lookAtReportFolders(source, where, means);
  const problems: Problem[] = [...folders.problems];
  const files: string[] = [];
  for (const path of folders.there) {
    await tolerating(problems, async () => {
      const folder = means.localPath(path, source.on);
      const look = (entry: { readonly path: string }) => void files.push(entry.path);
      const tree = {
        folder,
        shown: path,
        prefix: snapshotPath(path),
        what: reportServersFolder,
        where,
        look,
      };
      problems.push(...(await offerTree(tree, sink, means)).problems);
    });
  }
  return { problems, files };
}

/** Reports and models lie in the backup of the catalogue; their list is what people look for. */
async function captureReports({ source, site }: CaptureRequest<ReportingServer>, means: Means, sink: Sink) {
  const reports = await listReports(means, catalogueTask(source, placeOf(site, source)));
  if (reports.is === "known") await offerJson(sink, "reports.json", reports.value, means.now());
  return reports;
}

/** What reports ask of the site database. A site database that is silent is told, and the rest is held. */
async function captureQueries(
  { source, site }: CaptureRequest<ReportingServer>,
  means: Means,
  sink: Sink,
): Promise<Fact<ScriptedQueries>> {
  const where = placeOf(site, source);
  const catalogue = catalogueTask(source, where);
  const ofSite = { database: site.database, where, doing: "script views and procedures of reports" };
  const problems: Problem[] = [];
  let found: Fact<ScriptedQueries> | undefined;
  await tolerating(problems, async () => {
    found = await scriptQueries({ catalogue, site: ofSite }, means, sink);
  });
  return found ?? unknown(problems[0]!);
}

function catalogueTask({ databases }: ReportingServer, where: string): SqlTask {
  const [database] = databases;
  return { database: database!, where, doing: "list the reports" };
}

function unreadIn(reports: Fact<unknown>): readonly Problem[] {
  return reports.is === "unknown" ? [{ ...reports.why, severity: "risk" }] : [];
}

/** Without the key everything else can still be restored: its absence is a risk, not the end. */
async function captureKey(request: CaptureRequest<ReportingServer>, means: Means, sink: Sink) {
  const { encryptionKey } = request.source;
  if (!encryptionKey) {
    const problem = keyNotAsked(placeOf(request.site, request.source));
    return { facts: { encryptionKey: "not-asked" }, problems: [problem] };
  }
  const problems: Problem[] = [];
  let name = "failed";
  await tolerating(problems, async () => {
    name = await exportReportKey(request, encryptionKey, { means, sink });
  });
  return { facts: { encryptionKey: name }, problems };
}
