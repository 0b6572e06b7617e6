import type { DurationMs, Instant } from "../../core/base/instant.ts";
import type { Json } from "../../core/base/json.ts";
import type { Location } from "../../core/model/policy/location.ts";
import type { Machine } from "../../core/model/policy/machine.ts";
import type { PolicyFile } from "../../core/model/policy/policy-document.ts";
import type { DatabaseAddress, SourceKind, SourceOf } from "../../core/model/policy/source.ts";
import type { SqlRunner } from "../../drivers/access/sql/sql-runner.ts";
import type { Driver, ToolResult, VolumeSpace } from "../../drivers/driver.ts";
import type { Backend } from "../../store/backends/backend.ts";

/**
 * Every effect of the engine, in one value. `cli/world/real-world.ts` builds the real one; tests build others
 * from real parts with another clock or folder. Nothing below `engine` asks `process` for anything.
 */
export interface World {
  now(): Instant;
  random(bytes: number): Uint8Array;
  /** This machine, as its machine file describes it. */
  readonly machine: Machine;
  /** Version of the program, for records. */
  readonly version: string;
  /** Where the platform keeps caches of this machine: the store's and the recorded facts are below it. */
  readonly cacheFolder: string;
  /**
   * Keeps a value on this machine under a name, replacing what was there; `recall` gives it back, or
   * `undefined`; `null` for one that was damaged since.
   */
  remember(name: string, value: Json): Promise<void>;
  recall(name: string): Promise<Json | undefined>;
  environment(name: string): string | undefined;
  readBytes(path: string): Promise<Uint8Array>;
  readPolicyFiles(folder: string): Promise<readonly PolicyFile[]>;
  run(command: Command): Promise<ToolResult>;
  /** Opens a session; `password` is the login's, `undefined` for Windows authentication. */
  connect(database: DatabaseAddress, password: string | undefined): Promise<SqlRunner>;
  /** The driver of a kind of source: what may be done to one. */
  driverOf<Kind extends SourceKind>(kind: Kind): Driver<SourceOf<Kind>>;
  openBackend(location: Location): Backend;
  /** Free space of the volume that a folder lies on. Rejects with the system's error. */
  volumeSpace(folder: string): Promise<VolumeSpace>;
  /** Number by which the system knows this process. */
  readonly processId: number;
  isProcessRunning(id: number): boolean;
  makeTemporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }>;
  /** Posts JSON and gives the answer, whatever it is. Rejects where there is none. */
  post(url: string, body: Json, signal: AbortSignal): Promise<PostAnswer>;
  sleep(ms: DurationMs, signal?: AbortSignal): Promise<void>;
}

/** What a web server answered: its HTTP status, and the words beside it, which may be empty. */
export interface PostAnswer {
  readonly status: number;
  readonly words: string;
}

/** A program to run. The first part is the executable. Output is kept to a bound and decoded as text. */
export interface Command {
  readonly line: readonly string[];
  readonly timeoutMs: DurationMs;
  readonly signal?: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
  /** Goes to the program's standard input, which is closed behind it. */
  readonly input?: string;
}
