/** What a partner would have to do for one table of a restored database. */
export type TableAnswer = "delta" | "reinitialise";

/** A table that is replicated, and the group that it is replicated with. */
export interface ReplicatedTable {
  readonly name: string;
  readonly group: string;
}

/** How change tracking is set. */
export interface Tracking {
  readonly retentionMs: number;
  readonly autoCleanup: boolean;
}

/**
 * How far a database has come with one group: a version, and in which of the partner's lives it had that
 * number.
 */
interface Received {
  readonly version: number;
  readonly life: number;
}

/** A backup of the replicated database: it brings along how far that had come. */
export type SiteBackup = ReadonlyMap<string, Received>;

interface TrackedRow {
  readonly version: number;
  readonly committedAtMs: number;
}

interface TrackedTable extends ReplicatedTable {
  minValidVersion: number;
  /** How far cleaning has come, whatever else has moved the minimum. */
  cleanedVersion: number;
  /** The internal table: what was changed and not yet cleaned up. */
  rows: TrackedRow[];
}

/** A backup of the partner's database. */
export interface PartnerBackup {
  readonly version: number;
  readonly life: number;
  readonly tracking: Tracking | undefined;
  readonly tables: readonly TrackedTable[];
  readonly sent: ReadonlyMap<string, number>;
}

/**
 * A restore or a new beginning of tracking: up to which version of the life before the numbers mean the same.
 */
interface Life {
  readonly after: number;
  readonly sameUpTo: number;
}

/**
 * Two replicating databases, told by what really happens to them: every change is a row with its version and
 * its time on the partner's clock, cleaning removes rows, and a table can be brought up to date when its
 * minimum valid version is not beyond the version that was received last. That is the rule of Microsoft's
 * articles on change tracking ("Work with change tracking", CHANGE_TRACKING_MIN_VALID_VERSION); there is no
 * reckoning with ages or windows here.
 */
export class ReplicationOracle {
  #tables: TrackedTable[];
  #tracking: Tracking | undefined;
  #version = 0;
  #life = 0;
  #restores = 0;
  readonly #lives: Life[] = [{ after: -1, sameUpTo: 0 }];
  readonly #received = new Map<string, Received>();
  /** What the partner tells of what it has sent; it knows nothing of a site that was restored. */
  #sent = new Map<string, number>();

  constructor(tables: readonly ReplicatedTable[], tracking: Tracking) {
    this.#tables = tables.map((table) => ({ ...table, minValidVersion: 0, cleanedVersion: 0, rows: [] }));
    this.#tracking = tracking;
    for (const { group } of tables) {
      this.#received.set(group, { version: 0, life: 0 });
      this.#sent.set(group, 0);
    }
  }

  get tracking(): Tracking | undefined {
    return this.#tracking;
  }

  get version(): number {
    return this.#version;
  }

  /** How often the partner was restored: what its recovery fork tells. */
  get restores(): number {
    return this.#restores;
  }

  /** The highest over all tables, as one would ask for it. */
  get minValidVersion(): number {
    return Math.max(...this.#tables.map((it) => it.minValidVersion));
  }

  /** Up to which version a group was sent, as the partner tells it. */
  sentOf(group: string): number {
    return this.#sent.get(group) ?? 0;
  }

  /** The highest minimum valid version of a group's tables. */
  minValidOf(group: string): number {
    return Math.max(...this.#tables.filter((it) => it.group === group).map((it) => it.minValidVersion));
  }

  /** How far cleaning has come in the table that it has come furthest in. */
  get cleanedVersion(): number {
    return Math.max(...this.#tables.map((it) => it.cleanedVersion));
  }

  /** One committed write on the partner. Untracked, it is counted nowhere. */
  commit(table: string, clockMs: number): void {
    if (this.#tracking === undefined) return;
    const at = this.#tables.find((it) => it.name === table);
    if (at === undefined) throw new Error(`There is no table ${table}.`);
    this.#version++;
    at.rows.push({ version: this.#version, committedAtMs: clockMs });
  }

  /** One run of automatic cleanup, or its part for some tables where it has not come to the others. */
  cleanUp(clockMs: number, only?: readonly string[]): void {
    if (this.#tracking?.autoCleanup !== true) return;
    const before = clockMs - this.#tracking.retentionMs;
    const upTo = this.#tables.reduce((highest, { rows }) => {
      const newest = rows.findLast((row) => row.committedAtMs <= before);
      return Math.max(highest, newest?.version ?? 0);
    }, 0);
    if (upTo === 0) return;
    for (const table of this.#tables) {
      if (only !== undefined && !only.includes(table.name)) continue;
      table.rows = table.rows.filter((row) => row.version > upTo);
      table.minValidVersion = Math.max(table.minValidVersion, upTo);
      table.cleanedVersion = Math.max(table.cleanedVersion, upTo);
    }
  }

  /** Another setting. Turned on again, tracking knows nothing of what was before. */
  setTracking(tracking: Tracking | undefined): void {
    const begins = this.#tracking === undefined && tracking !== undefined;
    this.#tracking = tracking;
    if (tracking !== undefined && !begins) return;
    for (const table of this.#tables) table.rows = [];
    if (!begins) return;
    this.#beginLife({ after: this.#life, sameUpTo: 0 });
    for (const table of this.#tables) {
      table.minValidVersion = this.#version;
      table.cleanedVersion = 0;
    }
  }

  /** Sends what has changed in a group; answers whether that could be done by changes alone. */
  synchronise(group: string): TableAnswer {
    if (this.#tracking === undefined) return "reinitialise";
    const known = this.#received.get(group);
    if (this.#tables.some((it) => it.group === group && this.#answer(it, known) === "reinitialise"))
      return "reinitialise";
    this.#receive(group);
    return "delta";
  }

  /**
   * Copies the tables of a group as a whole. What was tracked of them before is of no use to anybody any
   * more.
   */
  reinitialise(group: string): void {
    this.#receive(group);
    for (const table of this.#tables.filter((it) => it.group === group)) {
      table.rows = [];
      table.minValidVersion = this.#version;
      // A table that is emptied begins anew.
      table.cleanedVersion = 0;
    }
  }

  #receive(group: string): void {
    this.#received.set(group, { version: this.#version, life: this.#life });
    this.#sent.set(group, this.#version);
  }

  backUpSite(): SiteBackup {
    return new Map(this.#received);
  }

  restoreSite(backup: SiteBackup): void {
    for (const [group, received] of backup) this.#received.set(group, received);
  }

  backUpPartner(): PartnerBackup {
    const tables = this.#tables.map(copyOf);
    const sent = new Map(this.#sent);
    return { version: this.#version, life: this.#life, tracking: this.#tracking, tables, sent };
  }

  /** The partner counts on from its backup: the same numbers mean other changes from there. */
  restorePartner(backup: PartnerBackup): void {
    this.#tables = backup.tables.map(copyOf);
    this.#tracking = backup.tracking;
    this.#version = backup.version;
    this.#sent = new Map(backup.sent);
    this.#restores++;
    this.#beginLife({ after: backup.life, sameUpTo: backup.version });
  }

  /** What each table would need if the database were restored from that backup now. */
  answer(backup: SiteBackup): Readonly<Record<string, TableAnswer>> {
    return Object.fromEntries(
      this.#tables.map((table) => [table.name, this.#answer(table, backup.get(table.group))]),
    );
  }

  #answer(table: TrackedTable, known: Received | undefined): TableAnswer {
    if (this.#tracking === undefined || known === undefined) return "reinitialise";
    const isUnderstood = known.version <= this.#sharedWith(known.life);
    return isUnderstood && table.minValidVersion <= known.version ? "delta" : "reinitialise";
  }

  /**
   * Up to which version the present life and an earlier one have the same changes; nothing where they have
   * none.
   */
  #sharedWith(life: number): number {
    let shared = Infinity;
    for (let at = this.#life; at !== life; at = this.#lives[at]!.after) {
      if (at < 0) return -1;
      shared = Math.min(shared, this.#lives[at]!.sameUpTo);
    }
    return shared;
  }

  #beginLife(life: Life): void {
    this.#lives.push(life);
    this.#life = this.#lives.length - 1;
  }
}

function copyOf(table: TrackedTable): TrackedTable {
  return { ...table, rows: [...table.rows] };
}
