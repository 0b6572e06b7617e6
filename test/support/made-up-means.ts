import { reachPath } from "../../src/drivers/access/files/windows-path.ts";
import { type Problem, ProblemError } from "../../src/core/base/problem.ts";
import { SqlError, type SqlRunner } from "../../src/drivers/access/sql/sql-runner.ts";
import { gibibyte } from "../../src/core/base/bytes.ts";
import type { Means, ToolName, ToolOptions, ToolResult, VolumeSpace } from "../../src/drivers/driver.ts";
import { wayTo } from "../../src/engine/session/means.ts";
import { noon } from "./build-site.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What a test says of a machine. */
export interface MadeUpMachine {
  /** The server, or the error that nobody gets past. */
  readonly sql?: SqlRunner | SqlError;
  /** From Windows prefixes to folders of the test. */
  readonly paths?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Free space of any folder, or of each in turn. Absent: a TiB, half of it free. */
  readonly space?: (folder: string) => VolumeSpace | Promise<VolumeSpace>;
  /** What passes while somebody waits. Absent: nothing, and the wait is over. */
  readonly sleep?: Means["sleep"];
  /** Whether what is captured is sealed. Absent: it is. */
  readonly sealed?: boolean;
  /** Owners of which the machine knows that they have ended. */
  readonly gone?: readonly string[];
  /** Places of the program's own. Absent: none. */
  readonly own?: readonly string[];
  /** Whether the machine file names the tools. Absent: it does. */
  readonly toolsNamed?: boolean;
  /** Whether there is Windows PowerShell. Absent: there is none. */
  readonly hasPowerShell?: boolean;
  runTool?(tool: ToolName, args: readonly string[], options: ToolOptions): Promise<Partial<ToolResult>>;
}

/** Means whose doings can be looked at afterwards. */
export interface MadeUpMeans extends Means {
  readonly reported: unknown[];
  readonly commands: unknown[];
  readonly secrets: unknown[];
  /** What was made a secret. */
  readonly concealed: string[];
  /** Folders that were asked for their room. */
  readonly spaces: string[];
  /** Databases that sessions were opened in. */
  readonly opened: string[];
}

const noPowerShell: Problem = {
  code: "command-failed",
  severity: "error",
  message: "powershell.exe is not on this machine.",
  where: "powershell.exe",
  hint: "Look for it.",
};

/** The means of a machine called cm01, at noon. What a test did not say is refused. */
export function madeUpMeans(machine: MadeUpMachine = {}): MadeUpMeans {
  const { sql, paths = {}, signal, runTool, gone = [] } = machine;
  const reported: unknown[] = [];
  const commands: unknown[] = [];
  const secrets: unknown[] = [];
  const concealed: string[] = [];
  const opened: string[] = [];
  const spaces: string[] = [];
  let nonces = 0;
  return {
    reported,
    commands,
    secrets,
    concealed,
    opened,
    conceal: (secret) => void concealed.push(secret),
    sealed: machine.sealed ?? true,
    own: machine.own ?? [],
    wayTo: (database) => wayTo({}, database),
    now: () => noon,
    signal: signal ?? new AbortController().signal,
    nonce: () => `nonce${++nonces}`,
    report: (step) => void reported.push(step),
    localPath: (path, on) => reachPath(path, on, { identity: "cm01.contoso.com", paths }),
    spaces,
    space: async (folder) => {
      spaces.push(folder);
      return machine.space?.(folder) ?? { freeBytes: 512 * gibibyte, totalBytes: 1024 * gibibyte };
    },
    sleep: machine.sleep ?? (() => new Promise(setImmediate)),
    owner: "cm01-1",
    isGone: (owner) => gone.includes(owner),
    isToolNamed: () => machine.toolsNamed ?? true,
    temporaryFolder: async () => temporaryFolder(),
    async secret(reference) {
      secrets.push(reference);
      return "Pa55";
    },
    async sql({ name }) {
      if (!sql) throw new Error("The test has no server.");
      if (sql instanceof SqlError) throw sql;
      opened.push(name);
      return sql;
    },
    async runTool(tool, args, options = {}) {
      if (tool === "powershell" && !machine.hasPowerShell) throw new ProblemError(noPowerShell);
      if (!runTool) throw new Error(`The test has no ${tool}.`);
      commands.push([tool, args, options]);
      return { exitCode: 0, stdout: "", stderr: "", ...(await runTool(tool, args, options)) };
    },
  };
}
