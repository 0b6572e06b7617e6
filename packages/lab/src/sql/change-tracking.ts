import type { DatabaseSync } from "node:sqlite";

/** A database as SQLite knows it: the connection, and the name the file is attached under. */
export interface AttachedDatabase {
  readonly db: DatabaseSync;
  readonly alias: string;
}

export interface RetentionPeriod {
  readonly retention: number;
  /** 1 minutes, 2 hours, 3 days. */
  readonly units: number;
  readonly autoCleanup: boolean;
}

/** Change tracking of a database as it stands. */
export interface ChangeTracking extends RetentionPeriod {
  readonly version: number;
  /** The last half hour at which cleanup has run. */
  readonly cleanedAtMs: number;
}

export interface TrackedTable {
  readonly name: string;
  readonly beginVersion: number;
  readonly cleanupVersion: number;
  readonly minValidVersion: number;
}

/** Automatic cleanup looks at the clock every half hour; what expires in between stays a little longer. */
const cleanupEveryMs = 30 * 60_000;
const unitMs: Record<number, number> = { 1: 60_000, 2: 3_600_000, 3: 86_400_000 };

/**
 * Makes the tables in which a database file carries its own change tracking, so that backups carry it too.
 */
export function createTrackingTables({ db, alias }: AttachedDatabase): void {
  db.exec(`
    CREATE TABLE "${alias}".lab_ct_settings (retention int, units int, auto_cleanup int, version int, cleaned_at int);
    CREATE TABLE "${alias}".lab_ct_tables (name text PRIMARY KEY COLLATE NOCASE, begin_version int, cleanup_version int,
                                           min_valid_version int);
    CREATE TABLE "${alias}".ct_commits (version int, time int, "table" text);
    CREATE INDEX "${alias}".ct_commits_by_time ON ct_commits (time);`);
}

/** Turns change tracking on, or changes its settings and leaves everything else. */
export function setChangeTracking(at: AttachedDatabase, period: RetentionPeriod, nowMs: number): void {
  const { db, alias } = at;
  const values = [period.retention, period.units, Number(period.autoCleanup)];
  if (readChangeTracking(at) === undefined) {
    const insert = `INSERT INTO "${alias}".lab_ct_settings VALUES (?, ?, ?, 0, ?)`;
    db.prepare(insert).run(...values, lastTick(nowMs));
  } else {
    const update = `UPDATE "${alias}".lab_ct_settings SET retention = ?, units = ?, auto_cleanup = ?`;
    db.prepare(update).run(...values);
  }
}

/** Turns change tracking off; every version that was kept is gone. */
export function stopChangeTracking({ db, alias }: AttachedDatabase): void {
  db.exec(`DELETE FROM "${alias}".lab_ct_settings; DELETE FROM "${alias}".lab_ct_tables;
           DELETE FROM "${alias}".ct_commits`);
}

/** Starts to track a table, or starts anew: what happened before counts as unknown. */
export function trackTable(at: AttachedDatabase, table: string): void {
  const version = readChangeTracking(at)?.version ?? 0;
  const insert = `INSERT OR REPLACE INTO "${at.alias}".lab_ct_tables VALUES (?, ?, ?, ?)`;
  at.db.prepare(insert).run(table, version, version, version);
}

export function untrackTable({ db, alias }: AttachedDatabase, table: string): void {
  db.prepare(`DELETE FROM "${alias}".lab_ct_tables WHERE name = ?`).run(table);
}

/** The settings and the version counter, or nothing while change tracking is off. */
export function readChangeTracking({ db, alias }: AttachedDatabase): ChangeTracking | undefined {
  const row = db.prepare(`SELECT * FROM "${alias}".lab_ct_settings`).get();
  if (row === undefined) return undefined;
  return {
    retention: Number(row["retention"]),
    units: Number(row["units"]),
    autoCleanup: row["auto_cleanup"] === 1,
    version: Number(row["version"]),
    cleanedAtMs: Number(row["cleaned_at"]),
  };
}

export function listTrackedTables({ db, alias }: AttachedDatabase): readonly TrackedTable[] {
  const rows = db.prepare(`SELECT * FROM "${alias}".lab_ct_tables ORDER BY name`).all();
  return rows.map((row) => ({
    name: String(row["name"]),
    beginVersion: Number(row["begin_version"]),
    cleanupVersion: Number(row["cleanup_version"]),
    minValidVersion: Number(row["min_valid_version"]),
  }));
}

/**
 * Counts one committed write. Every helper of the lab that writes to tracked tables calls this in the same
 * transaction; statements that come over the wire do it by themselves.
 */
export function recordCommit(at: AttachedDatabase, tables: readonly string[], timeMs: number): void {
  const tracked = listTrackedTables(at).map(({ name }) => name);
  const written = tracked.filter((name) => tables.some((it) => it.toLowerCase() === name.toLowerCase()));
  if (written.length === 0 || readChangeTracking(at) === undefined) return;
  at.db.exec(`UPDATE "${at.alias}".lab_ct_settings SET version = version + 1`);
  const insert = at.db.prepare(
    `INSERT INTO "${at.alias}".ct_commits SELECT version, ?, ? FROM "${at.alias}".lab_ct_settings`,
  );
  for (const table of written) insert.run(timeMs, table);
}

/**
 * Lets automatic cleanup catch up with the clock: at each half hour it forgets what is older than the
 * retention. Versions that were forgotten don't come back, whatever happens to the setting afterwards.
 */
export function cleanUp(at: AttachedDatabase, nowMs: number, enforced?: RetentionPeriod): void {
  const settings = readChangeTracking(at);
  const tick = lastTick(nowMs);
  if (settings === undefined || tick <= settings.cleanedAtMs) return;
  at.db.prepare(`UPDATE "${at.alias}".lab_ct_settings SET cleaned_at = ?`).run(tick);
  const period = enforced ?? settings;
  if (!period.autoCleanup) return;

  const before = tick - period.retention * (unitMs[period.units] ?? 0);
  const newest = at.db.prepare(`SELECT max(version) AS v FROM "${at.alias}".ct_commits WHERE time <= ?`);
  const version = newest.get(before)?.["v"];
  if (typeof version !== "number") return;
  at.db
    .prepare(
      `UPDATE "${at.alias}".lab_ct_tables SET cleanup_version = max(cleanup_version, ?1),
              min_valid_version = max(min_valid_version, ?1)`,
    )
    .run(version);
}

function lastTick(nowMs: number): number {
  return Math.floor(nowMs / cleanupEveryMs) * cleanupEveryMs;
}
