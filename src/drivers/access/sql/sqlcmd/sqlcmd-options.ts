import { sqlcmdLineMax } from "../../../../core/outside/sql/sqlcmd-tools.ts";
import { runBounded } from "./bounded-command.ts";
import { sqlcmdServerName } from "../server-name.ts";

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
 * What a program called sqlcmd takes. There are two kinds: the one on its own, written in Go, and ODBC's,
 * which comes with SQL Server and its command line utilities. Of one that says nothing only what all take is
 * asked.
 */
export interface SqlcmdKind {
  readonly isGo: boolean;
  /** Knows `-f`, the code page of what comes and goes: otherwise it is that of Windows. */
  readonly takesCodePage: boolean;
  /** `-N` has a value, as since driver 18: without any it encrypts. */
  readonly takesEncryption: boolean;
}

/** Between two columns: a character that no name, path or number holds. */
export const separator = "\u001f";

/** Leave with the error level, run no `!!` commands and no `$(variables)`, take quoted identifiers. */
const behaviour = "-b -x -X1 -I".split(" ");
/** Messages with their headers; cells unpadded and unwrapped. */
const form = [..."-m-1 -W".split(" "), "-w", String(sqlcmdLineMax), "-s", separator];

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
    ...(kind.takesCodePage ? ["-f", "65001"] : []),
    // All messages on standard error. There the other one leaves their numbers away.
    ...(kind.isGo ? [] : ["-r1"]),
    ...form,
  ];
}

/** A name that looks like an option stays a name only in one word with what it belongs to. */
function named(option: string, name: string): readonly string[] {
  return /^[-/]/.test(name) ? [`${option}${name}`] : [option, name];
}

/**
 * The forms that every version of a kind takes which knows the meaning: ODBC's had `-N` alone before 18, and
 * one that is too old for `-Ns` refuses it. From 18 on it encrypts by itself, and `-No` is what says not to.
 */
function encryption(encrypt: boolean | "strict", kind: SqlcmdKind): readonly string[] {
  if (encrypt === false) return kind.takesEncryption ? ["-No"] : [];
  if (kind.isGo) return ["-N", encrypt === "strict" ? "strict" : "true"];
  if (encrypt === "strict") return ["-Ns"];
  return [kind.takesEncryption ? "-Nm" : "-N"];
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
  return kind.isGo && encrypt !== false ? ["-J", serverCertificate] : [];
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

/**
 * `--version` is known to one kind; the usage of the other lists its options, and the values of `-N`, in
 * whatever language.
 */
async function askKind(command: readonly string[]): Promise<SqlcmdKind> {
  const version = await answerTo(command, "--version");
  if (version.exitCode === 0 && /\d+\.\d+/.test(version.text))
    return { isGo: true, takesCodePage: false, takesEncryption: false };
  const { text } = await answerTo(command, "-?");
  return {
    isGo: false,
    takesCodePage: /\[\s*-f\b/.test(text),
    takesEncryption: /-N\s*\[\s*s\s*\|\s*m\s*\|\s*o\s*\]/.test(text),
  };
}

const answerTimeoutMs = 15_000;
const answerBytes = 256 * 1024;

/** What a command says of itself. One that can't be started says nothing: its first statement tells why. */
async function answerTo(
  command: readonly string[],
  option: string,
): Promise<{ readonly exitCode: number | null; readonly text: string }> {
  let said = "";
  try {
    const { exitCode, stdout } = await runBounded({
      command: [...command, option],
      limitMs: answerTimeoutMs,
      bytes: answerBytes,
      onError: (text) => void (said += text),
    });
    return { exitCode, text: stdout + said };
  } catch {
    return { exitCode: null, text: "" };
  }
}
