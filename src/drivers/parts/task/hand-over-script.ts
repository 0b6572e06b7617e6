import { createHash } from "node:crypto";
import { given } from "../../../core/base/given.ts";
import type { LastHandOver } from "../../../core/model/hand-over.ts";
import { quoteForBatch } from "../../access/formats/batch-file.ts";

/**
 * AfterBackup.bat as sitekeep writes it, and the small file in which each hand-over says what became of it.
 * Batch language as cmd.exe has had it since Windows NT; one line a thing, and no block, since cmd.exe
 * replaces the variables of a block before it runs it.
 */
export interface HandOverScript {
  readonly site: string;
  /** The source that is captured. */
  readonly source: string;
  /** The command line of sitekeep, an absolute program first. */
  readonly command: readonly string[];
  /** The script of before, as Windows knows it. Absent: there was none. */
  readonly kept?: string;
  /** The file that says what became of the newest hand-over, and the file before it has its name. */
  readonly result: string;
  readonly halfResult: string;
  /** What both scripts said. */
  readonly log: string;
  readonly olderLog: string;
}

/** A log beyond this begins anew, and the one before it is kept. */
const logBytesMax = 1_000_000;

const mark = "@rem sitekeep hand-over, sha256 ";
const sourceMark = "@rem source ";

/** The script's bytes: ASCII, its lines ended as Windows ends them, its digest in the first. */
export function renderHandOver(script: HandOverScript): Buffer {
  const body = bodyOf(script)
    .map((line) => `${line}\r\n`)
    .join("");
  return Buffer.from(`${mark}${digestOf(body)}\r\n${body}`, "latin1");
}

function bodyOf(script: HandOverScript): readonly string[] {
  const { site, source, command, kept } = script;
  const [result, half, log, older] = [script.result, script.halfResult, script.log, script.olderLog].map(
    quoteForBatch,
  );
  const say = (what: string) => `>>${log} echo %DATE% %TIME% ${what}`;
  return [
    `${sourceMark}${source}`,
    "@rem The task Backup Site Server starts this script when it has succeeded. Do not edit it:",
    `@rem \`sitekeep after-backup remove ${site}\` gives back what was here before.`,
    "@echo off",
    "setlocal EnableExtensions DisableDelayedExpansion",
    "set SITEKEEP_LOG_BYTES=0",
    `if exist ${log} for %%F in (${log}) do set SITEKEEP_LOG_BYTES=%%~zF`,
    `if %SITEKEEP_LOG_BYTES% GTR ${logBytesMax} move /y ${log} ${older} >nul`,
    `>${half} echo state=begun`,
    `move /y ${half} ${result} >nul`,
    say("handed over by the task"),
    "set SITEKEEP_KEPT=none",
    ...(kept === undefined ? [] : keptLines(quoteForBatch(kept), log!, say)),
    `${command.map(asArgument).join(" ")} >>${log} 2>&1 <nul`,
    "set SITEKEEP_CODE=%ERRORLEVEL%",
    say("sitekeep ended with %SITEKEEP_CODE%"),
    `>${half} echo state=ended`,
    `>>${half} echo sitekeep=%SITEKEEP_CODE%`,
    `>>${half} echo kept=%SITEKEEP_KEPT%`,
    `move /y ${half} ${result} >nul`,
    "exit /b %SITEKEEP_CODE%",
  ];
}

/**
 * The script of before runs in a cmd.exe of its own, so that its `exit` ends that one, and through `call`,
 * without which the code of an `exit /b` can be lost.
 */
function keptLines(kept: string, log: string, say: (what: string) => string): readonly string[] {
  return [
    "set SITEKEEP_KEPT=missing",
    `if not exist ${kept} goto sitekeep`,
    `"%SystemRoot%\\System32\\cmd.exe" /d /c call ${kept} >>${log} 2>&1 <nul`,
    "set SITEKEEP_KEPT=%ERRORLEVEL%",
    say("the script of before ended with %SITEKEEP_KEPT%"),
    ":sitekeep",
  ];
}

/** A program, and what could be taken for anything but a word, stands between quotes. */
function asArgument(text: string, at: number): string {
  return at > 0 && /^[A-Za-z0-9_./:\\-]*[A-Za-z0-9_-]$/.test(text) ? text : quoteForBatch(text);
}

function digestOf(body: string): string {
  return createHash("sha256").update(body, "latin1").digest("hex");
}

/** What a script is found to be. */
export type ReadHandOver =
  { readonly is: "theirs" } | { readonly is: "ours" | "edited"; readonly source?: string };

/** Tells a script of sitekeep's from any other, and one that was edited since from what was written. */
export function readHandOverScript(bytes: Uint8Array): ReadHandOver {
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.startsWith(mark)) return { is: "theirs" };
  const [, digest, body] = /^([0-9a-f]{64})\r\n([^]*)$/.exec(text.slice(mark.length)) ?? [];
  const source = /^@rem source (\S+)\r?$/m.exec(text)?.[1];
  return { is: body !== undefined && digestOf(body) === digest ? "ours" : "edited", ...given({ source }) };
}

/** Reads what became of a hand-over; `undefined` where the file says nothing that is understood. */
export function readHandOverResult(text: string): Omit<LastHandOver, "at"> | undefined {
  const said = new Map(
    text.split(/\r\n|\n/).map((line) => {
      const [name, ...rest] = line.split("=");
      return [name!.trim(), rest.join("=").trim()] as const;
    }),
  );
  if (said.get("state") === "begun") return { state: "begun" };
  const sitekeep = codeIn(said.get("sitekeep"));
  const kept = said.get("kept");
  const keptCode = kept === "none" || kept === "missing" ? undefined : codeIn(kept);
  const isWhole = kept === "none" || kept === "missing" || keptCode !== undefined;
  if (said.get("state") !== "ended" || sitekeep === undefined || !isWhole) return undefined;
  return { state: "ended", sitekeep, ...given({ kept: kept === "missing" ? kept : keptCode }) };
}

function codeIn(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,10}$/.test(text) ? Number(text) : undefined;
}
