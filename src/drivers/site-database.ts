import type { Fact } from "../core/base/fact.ts";
import { given } from "../core/base/given.ts";
import { type Instant, unknownZoneMs } from "../core/base/instant.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { Sink } from "../core/model/offer.ts";
import type { SiteDatabase } from "../core/model/policy/source.ts";
import { backupHistory, type BackupRecord, recordsIn } from "./access/sql/backup-history.ts";
import {
  databaseRow,
  dataFiles,
  describe,
  siteVersion,
  sumOf,
  trackingVersion,
} from "./access/sql/database-facts.ts";
import { textCell } from "./access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "./access/sql/sql-runner.ts";
import { ask, type Asking } from "./parts/session/ask.ts";
import { judgeBackupRights } from "./parts/backup/backup-rights.ts";
import { leftOutProblems, readExternalBackups } from "./parts/external-backups.ts";
import { backupFileName, captureDatabase } from "./parts/backup/database-backup.ts";
import { readBehind, readReplica, replicaRefusal, replicaWith } from "./parts/backup/replica.ts";
import { readProfile } from "./parts/backup/database-profile.ts";
import { chainFile, restoreDatabase } from "./parts/database-restore.ts";
import type { Captured, CaptureRequest, Driver, Means, ObserveRequest } from "./driver.ts";
import { bothLocks, readBackupLocks, readLocks } from "./parts/keys/read-locks.ts";
import { examineStaging } from "./parts/staging/examine-staging.ts";
import { judgeStaging, lookAtStaging, type StagingLook } from "./parts/staging/look-at-staging.ts";
import { observing, type Seen } from "./parts/observing.ts";
import { placeOf, withSql } from "./parts/session/sql-session.ts";
import { backupFacts } from "../core/model/facts/backup.ts";
import { siteDatabaseLook } from "../core/model/facts/site-database.ts";

/** The site database: native backups, or somebody else's with msdb as the witness. */
export const siteDatabase: Driver<SiteDatabase> = {
  observe: (request, means) => observing(() => look(request, means)),

  async examine(request, means) {
    const { method, database } = request.source;
    return method === "external" ? [] : examineStaging(request, database, means);
  },

  async capture(request, means, sink) {
    const { source, site, mode, base } = request;
    if (source.method === "external") return captureWitness(request, means, sink);
    const where = placeOf(site, source);
    const { database, compression, staging } = source;
    const how = { mode, compression, mayCompress: true, startsChain: startsChain(source) };
    const backup = { database, siteCode: site.code, where, ...how };
    return captureDatabase({ ...backup, ...given({ staging, base }) }, means, sink);
  },

  async giveBack({ source, folders, snapshots, target, replace }, means) {
    const chain = await Promise.all(
      folders.map(async (folder, at) => {
        const { mode, facts } = snapshots[at]!;
        const name = backupFileName(backupFacts.get(facts, "database") ?? source.database.name, mode);
        return { file: await chainFile(folder, name, source), mode };
      }),
    );
    const siteCode = snapshots[0]!.site;
    const where = `${siteCode}/${source.name}`;
    const dataBytes = backupFacts.get(snapshots.at(-1)!.facts, "dataBytes");
    const restore = { target: target.database, siteCode, where, chain, replace, dataBytes };
    const staging = target.staging && { staging: target.staging };
    return { steps: await restoreDatabase({ ...restore, ...staging }, means) };
  },
};

/** Whether differentials or logs are to follow the fulls of a source. */
function startsChain({ differentialEveryMs, logEveryMs }: SiteDatabase): boolean {
  return differentialEveryMs !== undefined || logEveryMs !== undefined;
}

async function look({ source, site }: ObserveRequest<SiteDatabase>, means: Means): Promise<Seen> {
  const { database } = source;
  const where = placeOf(site, source);
  const task = { database, where, doing: `look at ${database.name}` };
  return withSql(means, task, async (sql) => {
    const rights =
      source.method === "native"
        ? await judgeBackupRights(sql, task, { logs: source.logEveryMs !== undefined })
        : [];
    const asking = { task, values: { siteCode: site.code, database: database.name } };
    const movesBase = source.method === "native" && startsChain(source);
    const { facts, risks, refusal } = await readFacts(sql, asking, movesBase);
    if (source.method === "external") return lookAtExternal(sql, { asking, means }, { facts, risks });
    const told = await ask(sql, backupHistory, asking);
    const room = judgeStaging([await lookAtRoom(source, where, { sql, means })]);
    const history = told.is === "known" ? recordsIn(told.value) : undefined;
    const unread = told.is === "unknown" ? [historyUnread(source, where, told.why)] : [];
    const backups = lastBackups(history, facts.differentialBases);
    return {
      facts: siteDatabaseLook.write({ ...facts, ...room.facts, ...backups }),
      risks: [
        ...rights,
        ...risks,
        ...(refusal ? [{ ...refusal, severity: "risk" } as const] : []),
        ...room.risks,
        ...unread,
      ],
    };
  });
}

/** Another tool's backups: those that count, and those that may be taken for some that do. */
async function lookAtExternal(
  sql: SqlRunner,
  { asking, means }: { readonly asking: Asking; readonly means: Means },
  { facts, risks }: Pick<Awaited<ReturnType<typeof readFacts>>, "facts" | "risks">,
): Promise<Seen> {
  const { task } = asking;
  const external = await readExternalBackups(sql, asking, means);
  const { closed, unknown } = external;
  const unread = [
    ...(closed === undefined ? [] : [historyUnread({ method: "external", ...task }, task.where, closed)]),
    ...(unknown === undefined ? [] : [{ ...unknown, severity: "risk" } as const]),
  ];
  const backups = unread.length > 0 ? {} : lastBackups(external.counted, facts.differentialBases);
  return {
    facts: siteDatabaseLook.write({ ...facts, ...backups }),
    risks: [...risks, ...unread, ...leftOutProblems(external, task)],
  };
}

function lookAtRoom(
  { database, compression, staging }: SiteDatabase,
  where: string,
  by: { readonly sql: SqlRunner; readonly means: Means },
): Promise<StagingLook> {
  return lookAtStaging({ database, where, compression, mayCompress: true }, staging, by);
}

/** What is known of the database itself. What could not be had is told, and is not taken for none. */
async function readFacts(sql: SqlRunner, asking: Asking, movesBase: boolean) {
  const described = await ask(sql, databaseRow, asking);
  const files = await ask(sql, dataFiles, asking);
  const counted = await ask(sql, trackingVersion, asking);
  const versions = await ask(sql, siteVersion, asking);
  const profile = await readProfile(sql, asking);
  const replica = await readReplica(sql, asking);
  const behind = await readBehind(sql, asking, replica);
  // Of a database without its files nothing can be planned.
  if (files.is === "unknown") throw new ProblemError(files.why);
  const unread = [
    described,
    counted,
    versions,
    replica,
    behind,
    ...Object.values<Fact<unknown>>(profile),
  ].flatMap((it) => (it.is === "unknown" ? [it.why] : []));
  const { state, recoveryModel } = described.is === "known" ? describe(described.value[0]!) : {};
  const { bytes, differentialBases } = sumOf(files.is === "known" ? files.value : []);
  return {
    facts: {
      dataBytes: bytes,
      differentialBases,
      ...given({ state, recoveryModel }),
      profile,
      replica: replicaWith(replica, behind),
      changeTrackingVersion: firstText(counted, "version"),
      siteVersion: firstText(versions, "Version"),
    },
    // One answer that was not had leaves several members of the profile unknown.
    risks: [...new Set(unread)].map((it): Problem => ({ ...it, severity: "risk" })),
    isEncrypted: described.is === "known" ? describe(described.value[0]!).isEncrypted : undefined,
    refusal: replicaRefusal({ ...asking.task, movesBase }, replica, profile),
  };
}

function firstText(rows: Fact<readonly SqlRow[]>, column: string): string | undefined {
  return rows.is === "known" ? textCell(rows.value[0], column) : undefined;
}

/** Fulls that facts list: enough to see a foreign one between ours. */
const fullsShown = 5;

/**
 * The newest fulls, and the one that a differential would be laid on however old it is. Nothing where msdb is
 * closed.
 */
function lastBackups(history: readonly BackupRecord[] | undefined, bases: readonly string[]) {
  if (history === undefined) return {};
  const fulls = history
    .filter((record) => record.type === "full" && !record.isDamaged)
    .filter((record, at) => at < fullsShown || bases.includes(record.setGuid));
  const log = history.find((record) => record.type === "log" && !record.isDamaged);
  return {
    lastFulls: fulls.map((record) => ({
      setGuid: record.setGuid,
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
      copyOnly: record.isCopyOnly,
      vss: record.isSnapshot,
      zoneKnown: record.zoneKnown,
      device: record.device,
      ...given({ user: record.user }),
    })),
    lastLogAt: log?.startedAt,
  };
}

/** With another tool's backups there is nothing to copy: what msdb knows of them is the content. */
async function captureWitness(
  request: CaptureRequest<SiteDatabase>,
  means: Means,
  sink: Sink,
): Promise<Captured> {
  const { source, site } = request;
  const { database } = source;
  const where = placeOf(site, source);
  return withSql(means, { database, where, doing: "read the backup history in msdb" }, async (sql) => {
    const asking = { task: { database, where }, values: { siteCode: site.code, database: database.name } };
    const external = await readExternalBackups(sql, asking, means);
    const { counted, leftOut, closed, unknown } = external;
    if (closed) throw new ProblemError(historyUnread(source, where, closed));
    if (unknown) throw new ProblemError(unknown);
    const full = counted.find(({ type }) => type === "full");
    if (!full)
      throw new ProblemError(noExternalBackup(where, database.name, leftOutProblems(external, asking.task)));
    const newest = counted.find(({ type }) => type !== "other") ?? full;
    const bytes = new TextEncoder().encode(JSON.stringify({ counted, leftOut }, null, 2));
    const path = "backup-history.json";
    await sink.offer({ type: "file", path, modifiedAt: means.now(), size: bytes.length, locator: { bytes } });
    const { facts, risks, isEncrypted } = await readFacts(sql, asking, false);
    const ofDatabase = await readLocks(sql, asking, { isEncrypted, isOfSite: true });
    const ofBackups = await readBackupLocks(sql, asking, [newest.setGuid, full.setGuid]);
    const locks = bothLocks(ofDatabase, ofBackups);
    const seen = siteDatabaseLook.write({ ...facts, ...locks.facts, ...lastBackups(counted, []) });
    const unseen = locks.problems.map((it): Problem => ({ ...it, severity: "risk" }));
    const problems = [...risks, ...unseen, ...leftOutProblems(external, asking.task)];
    return { mode: "full", asOf: earliestStart(newest), facts: seen, problems };
  });
}

/** The conservative side: the server may be as far ahead of UTC as a zone can be. */
function earliestStart({ startedAt, zoneKnown }: BackupRecord): Instant {
  return zoneKnown ? startedAt : startedAt - unknownZoneMs;
}

/** Where another tool takes the backups, the history is the only witness that there are any. */
function historyUnread(
  { method, database }: Pick<SiteDatabase, "method" | "database">,
  where: string,
  why: Problem,
): Problem {
  if (method !== "external" || why.code !== "sql-permission") return { ...why, severity: "risk" };
  return {
    code: "backup-history-hidden",
    severity: "risk",
    message: `The backup history in msdb of ${database.server} may not be read, so nobody can say whether backups are taken.`,
    where,
    hint: why.hint,
  };
}

function noExternalBackup(where: string, database: string, leftOut: readonly Problem[]): Problem {
  const but = leftOut.map(({ message }) => ` ${message}`).join("");
  return {
    code: "external-backup-missing",
    severity: "error",
    message: `msdb knows of no full backup of ${database} that counts, and the policy says that another tool takes them.${but}`,
    where,
    hint: "Look into the other tool, or say method: native.",
  };
}
