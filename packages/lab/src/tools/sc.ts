import { site } from "../hierarchy.ts";
import { readState } from "../lab-state.ts";
import { toolWords, type ToolWords } from "../windows/tool-words.ts";
import {
  changeService,
  findService,
  findWindowsHost,
  listServices,
  type WindowsService,
} from "../windows/services.ts";
import { consoleResult, type ConsoleResult } from "../windows/console-result.ts";
import { startProgram as startInBackground } from "./start-program.ts";

/** Starts the program that plays a service, and gives its process. */
type StartProgram = (program: "site-backup") => number | undefined;

/**
 * Behaves like `sc.exe` on the site server of a lab: `query`, `queryex`, `qc` and `start`, here or with
 * `\\SERVER` on another machine. As with the real tool everything it says is on its standard output, and it
 * ends with the number of Windows' error.
 *
 * Starting SMS_SITE_BACKUP runs the site's backup task, in a process of its own that outlives the tool.
 */
export function sc(
  lab: string,
  args: readonly string[],
  startProgram: StartProgram = (program) => startInBackground(lab, program),
): ConsoleResult {
  const [first = ""] = args;
  const [server, rest] = first.startsWith("\\\\") ? [first.slice(2), args.slice(1)] : [site.server, args];
  const [verb = "", name] = rest;
  const host = findWindowsHost(server);
  const words = toolWords(lab);
  const incidents = readState(lab).incidents;
  const isUnreachable = host !== site.server && incidents.includes("services-unreachable");
  if (host === undefined || isUnreachable) return refused(words, "OpenSCManager", 1722);
  if (incidents.includes("services-refused")) return refused(words, "OpenSCManager", 5);
  return verbs[verb.toLowerCase()]?.({ lab, host, words, name, startProgram }) ?? wrongUse(words);
}

interface Call {
  readonly lab: string;
  readonly host: string;
  readonly words: ToolWords;
  readonly name: string | undefined;
  readonly startProgram: StartProgram;
}

const verbs: Record<string, ((call: Call) => ConsoleResult | undefined) | undefined> = {
  query: (call) => query(call, false),
  queryex: (call) => query(call, true),
  qc: configuration,
  start,
};

/** Without a name all services that run are told, as by default. */
function query({ lab, host, words, name }: Call, isExtended: boolean): ConsoleResult {
  const found =
    name === undefined
      ? listServices(lab, host).filter((it) => it.isRunning)
      : [findService(lab, host, name)].filter((it) => it !== undefined);
  if (found.length === 0) return refused(words, "EnumQueryServicesStatus:OpenService", 1060);
  const states = found.map((it) => stateOf(it, { isListed: name === undefined, isExtended }));
  return consoleResult(0, states.join(""));
}

function configuration({ lab, host, words, name }: Call): ConsoleResult | undefined {
  if (name === undefined) return undefined;
  const found = findService(lab, host, name);
  if (found === undefined) return refused(words, "OpenService", 1060);
  const lines = [
    `[SC] QueryServiceConfig ${words.success}`,
    "",
    `SERVICE_NAME: ${found.name}`,
    line("TYPE", "10  WIN32_OWN_PROCESS "),
    line("START_TYPE", found.startType === 2 ? "2   AUTO_START" : "3   DEMAND_START"),
    line("ERROR_CONTROL", "1   NORMAL"),
    line("BINARY_PATH_NAME", `"${found.program}"`),
    line("LOAD_ORDER_GROUP", ""),
    line("TAG", "0"),
    line("DISPLAY_NAME", found.displayName),
    ...dependencyLines(found.dependencies),
    line("SERVICE_START_NAME", found.account),
  ];
  return consoleResult(0, lines.map((it) => `${it}\r\n`).join(""));
}

function dependencyLines(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [line("DEPENDENCIES", "")];
  return names.map((name, at) => line(at === 0 ? "DEPENDENCIES" : "", name));
}

function start({ lab, host, words, name, startProgram }: Call): ConsoleResult | undefined {
  if (name === undefined) return undefined;
  const found = findService(lab, host, name);
  if (found === undefined) return refused(words, "StartService: OpenService", 1060);
  if (found.isRunning) return refused(words, "StartService", 1056);
  const isBackup = found.name === "SMS_SITE_BACKUP";
  const playedBy = isBackup ? startProgram("site-backup") : undefined;
  changeService(lab, host, found.name, { isRunning: true, playedBy });
  const started = findService(lab, host, found.name)!;
  return consoleResult(0, stateOf(started, { isExtended: true, isPending: true }));
}

interface Shown {
  readonly isListed?: boolean;
  readonly isExtended?: boolean;
  readonly isPending?: boolean;
}

function stateOf(service: WindowsService, { isListed, isExtended, isPending }: Shown): string {
  const lines = [
    "",
    `SERVICE_NAME: ${service.name} `,
    ...(isListed ? [`DISPLAY_NAME: ${service.displayName}`] : []),
    line("TYPE", "10  WIN32_OWN_PROCESS  "),
    ...stateLines(service.isRunning, isPending ?? false),
    line("WIN32_EXIT_CODE", numberAndHex(service.exitCode)),
    line("SERVICE_EXIT_CODE", numberAndHex(0)),
    line("CHECKPOINT", "0x0"),
    line("WAIT_HINT", isPending ? "0x7d0" : "0x0"),
    ...(isExtended ? [line("PID", String(service.processId)), line("FLAGS", "")] : []),
  ];
  return lines.map((it) => `${it}\r\n`).join("");
}

function stateLines(isRunning: boolean, isPending: boolean): readonly string[] {
  const controls = " ".repeat(32);
  if (isPending)
    return [line("STATE", "2  START_PENDING "), `${controls}(NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)`];
  if (!isRunning) return [line("STATE", "1  STOPPED ")];
  return [line("STATE", "4  RUNNING "), `${controls}(STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)`];
}

function line(label: string, value: string): string {
  return `        ${label.padEnd(19)}: ${value}`;
}

function numberAndHex(value: number): string {
  return `${value}  (0x${value.toString(16)})`;
}

function refused(words: ToolWords, call: string, code: number): ConsoleResult {
  return consoleResult(code, `[SC] ${call} ${words.failed} ${code}:\r\n\r\n${words.errors[code]!}\r\n\r\n`);
}

/** A call that the tool does not understand; the real one prints its help too. */
function wrongUse(words: ToolWords): ConsoleResult {
  return consoleResult(1639, `${words.errors[1639]!}\r\n`);
}
