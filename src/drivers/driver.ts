import type { StepProgress } from "../core/model/run-event.ts";
import type { DurationMs, Instant } from "../core/base/instant.ts";
import type { JsonObject } from "../core/base/json.ts";
import type { Problem } from "../core/base/problem.ts";
import type { SourceObservation } from "../core/model/observation.ts";
import type { Precondition } from "../core/model/precondition.ts";
import type { Sink } from "../core/model/offer.ts";
import type { Site } from "../core/model/policy/resolved-policy.ts";
import type { CaptureMode, Snapshot } from "../core/model/repository/snapshot.ts";
import type { DatabaseAddress, SecretRef, Source, Staging } from "../core/model/policy/source.ts";
import type { SqlRunner } from "./access/sql/sql-runner.ts";

/**
 * What sitekeep can do to one kind of source. A driver knows its source only: not the store, not the
 * schedule, not the screen. What an operator can mend comes back as a `Problem`, thrown as a `ProblemError`
 * where the work can't go on.
 */
export interface Driver<Of extends Source = Source> {
  /**
   * Looks whether the source is there and what it holds. Changes nothing; a source that does not answer is a
   * value.
   */
  observe(request: ObserveRequest<Of>, means: Means): Promise<SourceObservation>;

  /**
   * Tries what a look alone can't tell, such as whether SQL Server and this account share the staging folder.
   * Leaves nothing behind. Absent where a look tells all.
   */
  examine?(request: ObserveRequest<Of>, means: Means): Promise<readonly Precondition[]>;

  /** Offers the source's whole content to the sink, once. Must stop soon after `means.signal` aborts. */
  capture(request: CaptureRequest<Of>, means: Means, sink: Sink): Promise<Captured>;

  /**
   * Gives restored files back to where they work: a database to a named instance. Absent where the files are
   * all there is. `folder` holds the snapshot's tree as `capture` offered it, with its chain before it.
   */
  giveBack?(request: GiveBackRequest<Of>, means: Means): Promise<GivenBack>;
}

/** The source that a driver looks at, and the site that it belongs to. */
export interface ObserveRequest<Of extends Source> {
  readonly source: Of;
  readonly site: Site;
}

/** The source that a driver captures, and how. */
export interface CaptureRequest<Of extends Source> extends ObserveRequest<Of> {
  readonly mode: CaptureMode;
  /** The snapshot that a differential or log is to be restored on. */
  readonly base?: Snapshot;
}

/** What a capture learnt. */
export interface Captured {
  /** What the content is in truth: a differential whose base has moved comes back as `full`. */
  readonly mode: CaptureMode;
  /** The instant whose state the content shows, on the conservative side. */
  readonly asOf: Instant;
  readonly facts: JsonObject;
  /** Things that were wrong and did not stop the capture. */
  readonly problems: readonly Problem[];
  /**
   * Run once the snapshot is committed, or given up: removes staged files. Answers with what stayed behind.
   */
  readonly cleanUp?: () => Promise<readonly Problem[]>;
}

/** Restored files, and where they are to work again. */
export interface GiveBackRequest<Of extends Source> {
  readonly source: Of;
  /** Snapshot folders in the order of their chain: the full, then what is laid on it. */
  readonly folders: readonly string[];
  readonly snapshots: readonly Snapshot[];
  readonly target: {
    readonly database: DatabaseAddress;
    /** Absent: SQL Server's own folder for backups. */
    readonly staging?: TargetStaging;
  };
  /** Replace a database of that name. */
  readonly replace: boolean;
}

/** A folder where a SQL Server reads backups. Without `read` it is reached as a folder of its machine. */
export type TargetStaging = Pick<Staging, "sql"> & Partial<Staging>;

/** What giving back came to. What went wrong is thrown. */
export interface GivenBack {
  /** What was done and checked, a sentence each. */
  readonly steps: readonly string[];
}

/** Everything a driver may touch a machine with. The engine builds it from its `World`. */
export interface Means {
  now(): Instant;
  readonly signal: AbortSignal;
  /** Opens a connection to the database's server; the caller closes it. */
  sql(database: DatabaseAddress): Promise<SqlRunner>;
  /**
   * Runs a tool of this machine, as the machine file says. Output is text; secrets by
   * environment or file.
   */
  runTool(tool: ToolName, args: readonly string[], options?: ToolOptions): Promise<ToolResult>;
  /** Whether the machine file says how a tool is called here. */
  isToolNamed(tool: ToolName): boolean;
  secret(reference: SecretRef): Promise<string>;
  /** Makes a value that was made up here a secret: from now on no error, record or progress tells it. */
  conceal(secret: string): void;
  /** Whether what is captured goes to encrypted repositories alone, those of copies among them. */
  readonly sealed: boolean;
  /** Places of the program's own, as this machine reaches them: no source takes them. */
  readonly own: readonly string[];
  /** How safe the way to a server is, as policy and machine file say. */
  wayTo(database: DatabaseAddress): WayToServer;
  /**
   * The path by which this machine reaches a path of a host: drive letters of another machine become its
   * administrative share, and the machine file's `paths` are applied.
   */
  localPath(path: string, on?: string): string;
  /** Twelve letters and digits that were never used before: names a file that nobody else made. */
  nonce(): string;
  /** Free space of the volume that a folder of this machine, or a share, lies on. */
  space(folder: string): Promise<VolumeSpace>;
  sleep(ms: DurationMs, signal: AbortSignal): Promise<void>;
  /** Names this process among all that write to a folder, in small letters, digits and hyphens. */
  readonly owner: string;
  /** Whether the process of such a name is proven to have ended. Of another machine's nobody here knows. */
  isGone(owner: string): boolean;
  /** A new empty folder for passing files, removed when the step ends. */
  temporaryFolder(): Promise<string>;
  /** Tells the progress of one long statement or file to whoever shows the run. */
  report(progress: StepProgress): void;
}

/**
 * How a server is reached. `plain`: whoever is between reads along. `anybody`: encrypted, to whatever
 * certificate is shown. `proven`: encrypted, to none but the server, whose certificate is verified or pinned.
 */
export type WayToServer = "plain" | "anybody" | "proven";

/** A volume's space in bytes. */
export interface VolumeSpace {
  /** What this account could still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Programs of Windows or SQL Server that drivers call; the machine file says how each is started here. */
export type ToolName = "powershell" | "reg" | "rskeymgmt" | "sc" | "vssadmin";

/** How long a tool may run. */
export interface ToolOptions {
  /** When the tool is ended. Absent: ten minutes. */
  readonly timeoutMs?: number;
  /** What the tool is told on its standard input. Absent: nothing, and its input is at its end. */
  readonly input?: string;
  /**
   * Where the tool's setup puts it on this machine, the likeliest first. Looked at where the machine file
   * does not name the tool; it is called by its bare name where none is there. Absent: it lies on the path.
   */
  readonly places?: readonly string[];
}

/** How a tool ended, and what it printed. */
export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}
