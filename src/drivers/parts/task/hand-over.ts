import { copyFile, link, open, readFile, rename, rm, stat } from "node:fs/promises";
import { given } from "../../../core/base/given.ts";
import type { Instant } from "../../../core/base/instant.ts";
import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import { aboutMachine } from "../../../core/base/subject.ts";
import type { HandOver, KeptScript, LastHandOver } from "../../../core/model/hand-over.ts";
import type { Site } from "../../../core/model/policy/resolved-policy.ts";
import { afterBackupScript, taskFolder } from "../../../core/outside/site/install-folder.ts";
import { fileProblem } from "../../access/files/file-problems.ts";
import { joinPath } from "../../access/files/windows-path.ts";
import { callsRobocopy, isMirroring } from "../../access/formats/batch-file.ts";
import { decodeText } from "../../access/formats/ini-file.ts";
import type { Means } from "../../driver.ts";
import { readHandOverResult, readHandOverScript } from "./hand-over-script.ts";

const scriptName = afterBackupScript.path.at(-1)!;

/** The name of the script that was there before sitekeep's. */
export const keptScriptName = "AfterBackup.before-sitekeep.bat";

/** Names of the hand-over's files, all of them beside the script: only administrators write there. */
export const handOverFiles = {
  script: scriptName,
  kept: keptScriptName,
  result: "sitekeep-hand-over.txt",
  halfResult: "sitekeep-hand-over.half",
  log: "sitekeep-hand-over.log",
  olderLog: "sitekeep-hand-over.lo_",
} as const;

/** The task's folder on a site server. */
export interface HandOverPlace {
  /** The folder as this machine reaches it. */
  readonly local: string;
  /** The folder as the site server knows it. */
  readonly shown: string;
  /** AfterBackup.bat, the script that was there before, and the log, as the site server knows them. */
  readonly script: string;
  readonly kept: string;
  readonly log: string;
  /** What the problems say of where they are: `PS1/AfterBackup.bat`. */
  readonly where: string;
}

/** Where the task's folder of a site server is, for means that reach it. */
export function handOverPlace(site: Site, means: Pick<Means, "localPath">): HandOverPlace {
  const shown = joinPath(site.installFolder, ...taskFolder.path);
  const [script, kept, log] = [scriptName, keptScriptName, handOverFiles.log].map((it) =>
    joinPath(shown, it),
  );
  return {
    local: means.localPath(shown),
    shown,
    script: script!,
    kept: kept!,
    log: log!,
    where: handOverWhere(site),
  };
}

/** The place that problems of a site's hand-over name. */
export function handOverWhere({ code }: Pick<Site, "code">): string {
  return `${code}/${scriptName}`;
}

/** The hand-over of a site server as it is. Throws a problem where a file can't be read. */
export async function readHandOver(place: HandOverPlace): Promise<HandOver> {
  const found = await readBox(place);
  const { script, kept, result } = found;
  const read = script && readHandOverScript(script.bytes);
  return {
    script: read?.is ?? "none",
    ...given({
      writtenAt: script?.modifiedAt,
      source: read !== undefined && read.is !== "theirs" ? read.source : undefined,
      kept: kept && keptScript(kept.bytes),
    }),
    ...lastOf(place, result),
  };
}

/** A file's bytes, and when they were written. */
interface FoundFile {
  readonly bytes: Buffer;
  readonly modifiedAt: Instant;
}

interface Box {
  readonly script: FoundFile | undefined;
  readonly kept: FoundFile | undefined;
  readonly result: FoundFile | undefined;
}

async function readBox(place: HandOverPlace): Promise<Box> {
  const folder = await stat(place.local).catch((thrown: NodeJS.ErrnoException) => {
    throw new ProblemError(fileProblem(thrown, placeOf(place, place.shown, "The task's folder")));
  });
  if (!folder.isDirectory()) {
    const error = { code: "ENOTDIR", message: "not a folder" };
    throw new ProblemError(fileProblem(error, placeOf(place, place.shown, "The task's folder")));
  }
  const read = (name: string, what: string) => readIfThere(place, name, what);
  const script = await read(handOverFiles.script, "The script that runs after the task");
  const kept = await read(handOverFiles.kept, "The script of before");
  const result = await read(handOverFiles.result, "What became of the hand-over");
  return { script, kept, result };
}

async function readIfThere(
  { local, ...place }: HandOverPlace,
  name: string,
  what: string,
): Promise<FoundFile | undefined> {
  const path = joinPath(local, name);
  try {
    const [bytes, { mtimeMs }] = await Promise.all([readFile(path), stat(path)]);
    return { bytes, modifiedAt: Math.trunc(mtimeMs) };
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    if (error.code === "ENOENT") return undefined;
    throw new ProblemError(fileProblem(error, placeOf(place, joinPath(place.shown, name), what)), {
      cause: thrown,
    });
  }
}

function placeOf({ where }: Pick<HandOverPlace, "where">, path: string, what: string) {
  return { where, path, what };
}

/** What is known of a script that is not ours. */
export function keptScript(bytes: Uint8Array): KeptScript {
  const text = decodeText(bytes);
  return { mirrors: isMirroring(text), copies: callsRobocopy(text) };
}

function lastOf(place: HandOverPlace, result: FoundFile | undefined): Pick<HandOver, "last" | "lastUnread"> {
  if (result === undefined) return {};
  const read = readHandOverResult(decodeText(result.bytes));
  if (read !== undefined) return { last: { at: result.modifiedAt, ...read } satisfies LastHandOver };
  return { lastUnread: notUnderstood(place) };
}

function notUnderstood({ shown, where }: HandOverPlace): Problem {
  const path = joinPath(shown, handOverFiles.result);
  return {
    code: "hand-over-unread",
    severity: "risk",
    message: `What became of the newest hand-over is not known: ${path} says nothing that is understood.`,
    where,
    hint: `Read ${joinPath(shown, handOverFiles.log)}; the next hand-over writes the file anew.`,
    about: aboutMachine({ kind: "file", path }),
  };
}

/** What is to be put into the task's folder. */
export interface Installation {
  /** The bytes of AfterBackup.bat. */
  readonly script: Buffer;
  /** What was found there when this was agreed to. */
  readonly found: BoxBytes;
}

/** The scripts of the task's folder, to the byte. */
export interface BoxBytes {
  readonly script?: Buffer;
  readonly kept?: Buffer;
}

/** The scripts as they are now. */
export async function readScripts(place: HandOverPlace): Promise<BoxBytes> {
  const { script, kept } = await readBox(place);
  return given({ script: script?.bytes, kept: kept?.bytes });
}

/**
 * Writes sitekeep's script. A script of somebody else gets its second name first, and loses the first one in
 * the moment in which ours has it: there is a whole script at every instant, and nothing is lost.
 */
export async function installHandOver(place: HandOverPlace, order: Installation): Promise<void> {
  await requireUnchanged(place, order.found);
  const { script } = order.found;
  const isTheirs = script !== undefined && readHandOverScript(script).is === "theirs";
  await changing(place, async (path) => {
    if (isTheirs && order.found.kept === undefined) await secondName(path(scriptName), path(keptScriptName));
    const half = path(`${scriptName}.half`);
    await writeThrough(half, order.script);
    await rename(half, path(scriptName));
  });
}

/** Takes sitekeep's script away and gives back the one of before, which is the same file as ever. */
export async function removeHandOver(place: HandOverPlace, found: BoxBytes): Promise<void> {
  await requireUnchanged(place, found);
  await changing(place, async (path) => {
    if (found.kept === undefined) await rm(path(scriptName));
    else await rename(path(keptScriptName), path(scriptName));
    for (const name of [handOverFiles.result, handOverFiles.halfResult])
      await rm(path(name), { force: true });
  });
}

/** A link is the file itself, with its rights and times; a disk without links gets a copy. */
async function secondName(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "EEXIST") throw thrown;
    const half = `${to}.half`;
    await copyFile(from, half);
    await rename(half, to);
  });
}

async function writeThrough(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function changing(
  place: HandOverPlace,
  change: (path: (name: string) => string) => Promise<void>,
): Promise<void> {
  await change((name) => joinPath(place.local, name)).catch((thrown: NodeJS.ErrnoException) => {
    throw new ProblemError(
      {
        code: "file-not-written",
        severity: "error",
        message: `${joinPath(place.shown, scriptName)} can't be changed: ${thrown.message}.`,
        where: place.where,
        hint: "Run it as an administrator of the site server; see whether something holds the file open.",
      },
      { cause: thrown },
    );
  });
}

/** What was agreed to is done to what was looked at, or not at all. */
async function requireUnchanged(place: HandOverPlace, found: BoxBytes): Promise<void> {
  const now = await readScripts(place);
  if (isSame(now.script, found.script) && isSame(now.kept, found.kept)) return;
  throw new ProblemError({
    code: "hand-over-blocked",
    severity: "error",
    message: `The scripts in ${place.shown} have changed since they were looked at; nothing was done.`,
    where: place.where,
    hint: "Run the command again.",
  });
}

function isSame(left: Buffer | undefined, right: Buffer | undefined): boolean {
  return left === undefined || right === undefined ? left === right : left.equals(right);
}
