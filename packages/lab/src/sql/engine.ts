import { Attachments } from "./attachments.ts";
import {
  type AttachedDatabase,
  cleanUp,
  readChangeTracking,
  type RetentionPeriod,
} from "./change-tracking.ts";
import { isInForce, type SqlIncident } from "./incidents.ts";
import type { LoginDefinition } from "./instance-definition.ts";
import {
  type DatabaseState,
  type InstanceState,
  isOnline,
  readInstanceState,
  writeInstanceState,
} from "./instance-state.ts";
import { advanceLsn } from "./lsn.ts";
import { mayEnter } from "./permissions.ts";
import type { FailureSlot } from "./runtime/register-functions.ts";
import { momentOfClock } from "./runtime/moments.ts";
import { products, type Product } from "./product.ts";
import { plainSettings, type ServerSettings } from "./server-settings.ts";
import { SqlError } from "./sql-error.ts";

export const collationName = "SQL_Latin1_General_CP1_CI_AS";

/** Log blocks that a restart skips. */
const restartBlocks = 1000;

/** A logged-in client, as the engine's parts see it. */
export interface Client {
  readonly spid: number;
  readonly login: LoginDefinition;
  readonly hostName: string;
  readonly applicationName: string;
  readonly loginAtMs: number;
  database: string;
}

/** A long statement under way, as `sys.dm_exec_requests` shows it. */
export interface RunningTask {
  readonly spid: number;
  readonly command: string;
  readonly databaseId: number;
  readonly startedAtMs: number;
  percent: number;
}

export interface EngineOptions {
  readonly clock: () => number;
  readonly incidents: () => readonly string[];
  /** Looked at for each statement. Without it the server speaks English and denies nothing more. */
  readonly settings?: () => ServerSettings;
}

/** One instance: its state, its files, its clock, and who is connected. */
export class Engine {
  readonly folder: string;
  readonly state: InstanceState;
  readonly attachments: Attachments;
  readonly clients = new Set<Client>();
  readonly tasks = new Set<RunningTask>();
  /** Whose statement runs at this moment. */
  current: Client | undefined;
  readonly failure: FailureSlot = { error: undefined };
  readonly startedAtMs: number;
  /** Databases that are being backed up or restored, by name in small letters. */
  readonly busy = new Set<string>();
  readonly #options: EngineOptions;
  #holder: object | undefined;
  #waiting: (() => void)[] = [];

  constructor(folder: string, options: EngineOptions) {
    this.folder = folder;
    this.#options = options;
    this.state = readInstanceState(folder);
    this.attachments = new Attachments(folder);
    this.startedAtMs = options.clock();
    // The last run may have ended without saving how far its logs had come.
    for (const database of this.state.databases) this.advance(database, restartBlocks);
  }

  get host(): string {
    return this.state.host;
  }

  get product(): Product {
    return products[this.state.product ?? "2022"];
  }

  /** The name by which the instance speaks of itself: `SQL01`. */
  get serverName(): string {
    return this.state.host.split(".")[0]!.toUpperCase();
  }

  nowMs(): number {
    return this.#options.clock();
  }

  /** Now, or another instant, in the host's local time as `datetime`. */
  localTime(ms = this.nowMs()): string {
    return momentOfClock(ms, this.state.utcOffsetMinutes, 3);
  }

  isInForce(incident: SqlIncident): boolean {
    return isInForce(this.#options.incidents(), incident, this.host);
  }

  get settings(): ServerSettings {
    return this.#options.settings?.() ?? plainSettings;
  }

  save(): void {
    writeInstanceState(this.folder, this.state);
  }

  findDatabase(name: string): DatabaseState | undefined {
    return this.state.databases.find((it) => it.name.toLowerCase() === name.toLowerCase());
  }

  /** A database that can be used, or 911 and its like. */
  onlineDatabase(name: string): DatabaseState {
    const database = this.findDatabase(name);
    if (database === undefined) {
      throw new SqlError(
        911,
        `Database '${name}' does not exist. Make sure that the name is entered correctly.`,
      );
    }
    if (database.restoring !== null) {
      const text = `Database '${database.name}' cannot be opened. It is in the middle of a restore.`;
      throw new SqlError(927, text, { class: 14 });
    }
    if (!isOnline(database)) {
      const text = `Database '${database.name}' cannot be opened because it is offline.`;
      throw new SqlError(942, text, { class: 14 });
    }
    return database;
  }

  /** A database that can be used by a client, or 916 where it is no user of it. */
  openTo(client: Client, name: string): DatabaseState {
    const database = this.onlineDatabase(name);
    if (mayEnter(client.login, database)) return database;
    const text = `The server principal "${client.login.user}" is not able to access the database "${database.name}" under the current security context.`;
    throw new SqlError(916, text, { class: 14 });
  }

  /** Attaches a database, its change tracking cleaned up to now. */
  open(database: DatabaseState): AttachedDatabase {
    const at = this.attachments.attach(database);
    cleanUp(at, this.nowMs(), this.#enforcedPeriod(at));
    return at;
  }

  /** The period that an incident puts in place of the setting. */
  #enforcedPeriod(at: AttachedDatabase): RetentionPeriod | undefined {
    const settings = readChangeTracking(at);
    return settings === undefined ? undefined : this.visiblePeriod(settings);
  }

  visiblePeriod(settings: RetentionPeriod): RetentionPeriod {
    const autoCleanup = settings.autoCleanup && !this.isInForce("cleanup-off");
    if (this.isInForce("retention-three-days")) return { retention: 3, units: 3, autoCleanup };
    return { ...settings, autoCleanup };
  }

  /** Moves the log of a database on, as every write does. */
  advance(database: DatabaseState, blocks: number): string {
    database.lsn = advanceLsn(database.lsn, blocks);
    return database.lsn;
  }

  /** Waits until no other client has a transaction open. */
  async turn(client: object, signal: AbortSignal): Promise<void> {
    while (this.#holder !== undefined && this.#holder !== client && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** Keeps all others waiting until `release`. */
  hold(client: object): void {
    this.#holder = client;
  }

  release(client: object): void {
    if (this.#holder !== client) return;
    this.#holder = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  close(): void {
    this.save();
    this.attachments.close();
  }
}
