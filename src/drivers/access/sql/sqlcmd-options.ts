import { spawn } from "node:child_process";
import { sqlcmdServerName } from "./server-name.ts";

/** Where `sqlcmd` is to connect to, and how. */
export interface SqlcmdConnection {
  /** The executable and its first arguments: `["sqlcmd"]`. */
  readonly command: readonly string[];
  /** The server as the policy writes it: `host`, `host\instance`, `host,port`. */
  readonly server: string;
  readonly database: string;
  readonly encrypt: boolean | "strict";
  readonly trustServerCertificate: boolean;
  /** The file of the one certificate that the server has to show. */
  readonly serverCertificate?: string;
  readonly loginTimeoutSeconds?: number;
  readonly queryTimeoutMs?: number;
}

/**
 * Programs of one name and of two kinds: `go` is the one on its own, `odbc` comes with SQL Server and its
 * command line utilities. Only what both take is asked of one that is `unknown`.
 */
export type SqlcmdKind = "go" | "odbc" | "unknown";

/** Between two columns: a character that no name, path or number holds. */
export const separator = "\u001f";

/** Leave with the error level, run no `!!` commands and no `$(variables)`, take quoted identifiers. */
const behaviour = "-b -x -X1 -I".split(" ");
/** Messages with their headers and all on standard error; cells unpadded and unwrapped. */
const form = [..."-m-1 -r1 -W -w 65535 -s".split(" "), separator];

/** The command line for one statement. No limit of time is the default of both: `-t 0` is in neither. */
export function argumentsFor(connection: SqlcmdConnection, kind: SqlcmdKind): readonly string[] {
  const { command, server, database, loginTimeoutSeconds = 15 } = connection;
  return [
    ...command.slice(1),
    "-E",
    ...named("-S", sqlcmdServerName(server)),
    ...named("-d", database),
    "-l",
    String(loginTimeoutSeconds),
    ...encryption(connection.encrypt, kind),
    ...trust(connection, kind),
    ...behaviour,
    // The other one speaks UTF-8 alone, and has no option for it.
    ...(kind === "odbc" ? ["-f", "65001"] : []),
    ...form,
  ];
}

/** A name that looks like an option stays a name only in one word with what it belongs to. */
function named(option: string, name: string): readonly string[] {
  return /^[-/]/.test(name) ? [`${option}${name}`] : [option, name];
}

/**
 * The forms that every version of a kind takes which knows the meaning: ODBC's had `-N` alone before 18, and
 * one that is too old for `-Ns` refuses it.
 */
function encryption(encrypt: boolean | "strict", kind: SqlcmdKind): readonly string[] {
  if (encrypt === false) return [];
  if (kind === "go") return ["-N", encrypt === "strict" ? "strict" : "true"];
  return encrypt === "strict" ? ["-Ns"] : ["-N"];
}

/**
 * Only the one on its own documents a file to compare with, and only where all is encrypted. Others ask
 * Windows, and are never told to trust just any where one is known.
 */
function trust(
  { encrypt, serverCertificate, trustServerCertificate }: SqlcmdConnection,
  kind: SqlcmdKind,
): readonly string[] {
  if (serverCertificate === undefined) return trustServerCertificate ? ["-C"] : [];
  return kind === "go" && encrypt !== false ? ["-J", serverCertificate] : [];
}

const kinds = new Map<string, Promise<SqlcmdKind>>();

/** Which kind a command is: asked once in the life of this process. */
export function kindOf(command: readonly string[]): Promise<SqlcmdKind> {
  const key = command.join("\0");
  const asked = kinds.get(key) ?? askKind(command);
  kinds.set(key, asked);
  return asked;
}

/** A command that failed on its own account may have been put there, or replaced, by the next time. */
export function forgetKind(command: readonly string[]): void {
  kinds.delete(command.join("\0"));
}

/** `--version` is known to one kind; the usage of the other lists code pages, in whatever language. */
async function askKind(command: readonly string[]): Promise<SqlcmdKind> {
  const version = await answerTo(command, "--version");
  if (version.exitCode === 0 && /\d+\.\d+/.test(version.text)) return "go";
  const usage = await answerTo(command, "-?");
  return /\[\s*-f\b/.test(usage.text) ? "odbc" : "unknown";
}

const answerTimeoutMs = 15_000;

/** What a command says of itself. One that can't be started says nothing: its first statement tells why. */
function answerTo(
  [program, ...args]: readonly string[],
  option: string,
): Promise<{ readonly exitCode: number | null; readonly text: string }> {
  return new Promise((resolve) => {
    const child = spawn(program!, [...args, option], {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      timeout: answerTimeoutMs,
    });
    let text = "";
    const take = (part: string): void => void (text += part);
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", () => resolve({ exitCode: null, text: "" }));
    child.on("close", (exitCode) => resolve({ exitCode, text }));
  });
}
