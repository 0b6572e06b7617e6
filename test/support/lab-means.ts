import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parse } from "yaml";
import { volumeSpaceOf } from "../../src/cli/world/volume-space.ts";
import { type Problem, ProblemError } from "../../src/core/base/problem.ts";
import type { DatabaseAddress } from "../../src/core/model/policy/source.ts";
import { openMssql } from "../../src/drivers/access/sql/mssql/mssql-runner.ts";
import { parseServerName } from "../../src/core/base/server-name.ts";
import { wayTo } from "../../src/engine/session/means.ts";
import { reachPath } from "../../src/drivers/access/files/windows-path.ts";
import type { Means, ToolName } from "../../src/drivers/driver.ts";

/** The lab's machine file, as far as drivers need it. */
interface MachineFile {
  readonly identity: string;
  readonly tools: Readonly<Record<ToolName, readonly string[]>>;
  readonly servers: Readonly<Record<string, string>>;
  readonly certificateAuthority: string;
  readonly paths: Readonly<Record<string, string>>;
}

/** What a test may look at beside the means themselves. */
export interface LabMeans extends Means {
  /** Every command line that was run, with its program first. */
  readonly commands: (readonly string[])[];
  readonly progress: { readonly text: string; readonly doneBytes?: number; readonly totalBytes?: number }[];
  readonly temporary: string[];
}

/**
 * The means of this machine as the lab's machine file describes it: real files, real processes, real sockets.
 */
export function labMeans(lab: string, options: { now?: () => number; signal?: AbortSignal } = {}): LabMeans {
  const machine = parse(readFileSync(join(lab, "machine.yaml"), "utf8")) as MachineFile;
  const commands: (readonly string[])[] = [];
  const progress: LabMeans["progress"] = [];
  const temporary: string[] = [];
  return {
    commands,
    progress,
    temporary,
    now: options.now ?? Date.now,
    signal: options.signal ?? new AbortController().signal,
    nonce: () => randomBytes(6).toString("hex"),
    space: volumeSpaceOf,
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
    owner: `lab-${process.pid}`,
    isGone: () => false,
    report: (it) => void progress.push(it),
    localPath: (path, on) => reachPath(path, on, machine),
    secret: async (reference) => readFileSync((reference as { file: string }).file, "utf8").trim(),
    conceal: () => undefined,
    sealed: true,
    own: [],
    wayTo: (database) => wayTo({}, database),
    sql: (database) => openLabSql(machine, database),
    isToolNamed: (tool) => tool in machine.tools,
    runTool: (tool, args, { timeoutMs, input } = {}) => {
      if (!(tool in machine.tools)) return Promise.reject(new ProblemError(notHere(tool)));
      commands.push([tool, ...args]);
      return run(machine.tools[tool], args, { timeout: timeoutMs ?? 60_000, input });
    },
    temporaryFolder: async () => {
      const folder = mkdtempSync(join(tmpdir(), "sitekeep-"));
      temporary.push(folder);
      return folder;
    },
  };
}

/** What the program itself says of a tool that the machine file does not name, and the machine does not have. */
function notHere(tool: ToolName): Problem {
  const where = `${tool}.exe`;
  const message = `${where} is not on this machine.`;
  return { code: "command-failed", severity: "error", message, where, hint: "Name it in the machine file." };
}

async function openLabSql(machine: MachineFile, database: DatabaseAddress) {
  const named = parseServerName(database.server);
  const address = parseServerName((machine.servers[named.host] ?? database.server).replace(":", ","));
  if (database.auth.as === "windows") throw new Error("The lab knows logins only.");
  const { user, password } = database.auth;
  return openMssql({
    host: address.host,
    ...(address.port !== undefined && { port: address.port }),
    certificateName: named.host,
    database: database.name,
    user,
    password: readFileSync((password as { file: string }).file, "utf8").trim(),
    encrypt: database.encrypt,
    trustServerCertificate: database.trustServerCertificate,
    certificateAuthority: readFileSync(machine.certificateAuthority, "utf8"),
  });
}

function run(
  command: readonly string[],
  args: readonly string[],
  { timeout, input }: { readonly timeout: number; readonly input: string | undefined },
) {
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    const [program, ...first] = command;
    const child = execFile(program!, [...first, ...args], { timeout }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ exitCode: code, stdout, stderr });
    });
    child.stdin?.on("error", () => undefined).end(input);
  });
}
