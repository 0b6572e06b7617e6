import { open, readFile } from "node:fs/promises";
import type { FactsOf } from "../../core/model/facts/codec.ts";
import type { taskSettings } from "../../core/model/facts/site-files.ts";
import { statEntry } from "../access/files/file-tree.ts";
import { waysToWrite } from "../../core/outside/facts/file-fact.ts";
import {
  afterBackupScript,
  taskControlFile,
  taskFolder,
  writerLog,
} from "../../core/outside/site/install-folder.ts";
import { isMirroring } from "../access/formats/batch-file.ts";
import { decodeText } from "../access/formats/ini-file.ts";
import { joinPath } from "../access/files/windows-path.ts";
import { lastWriterStart } from "../access/formats/writer-log.ts";
import { readHandOverScript } from "./task/hand-over-script.ts";
import { keptScriptName } from "./task/hand-over.ts";

/**
 * The writer starts with the site server, and writes little: its last start is in the log's last part, or
 * older.
 */
const logBytesMax = 4 * 1024 * 1024;

/**
 * How the site's own backup task is set up in the install folder: its control file, and the script that runs
 * after it.
 */
export async function readTaskSettings(installFolder: string): Promise<FactsOf<typeof taskSettings>> {
  const control = await statEntry(joinPath(installFolder, ...taskControlFile.path)).catch(() => undefined);
  const writerStartedAt = await readWriterStart(installFolder);
  const read = (name: string) =>
    readFile(joinPath(installFolder, ...taskFolder.path, name)).catch(() => undefined);
  const script = await read(afterBackupScript.path.at(-1)!);
  const isOurs = script !== undefined && readHandOverScript(script).is !== "theirs";
  // Our own script has the one that was there before run first.
  const scripts = [script, isOurs ? await read(keptScriptName) : undefined];
  return {
    ...(control && { controlFile: { editedAt: Math.trunc(control.modifiedAt), writerStartedAt } }),
    ...(script !== undefined && {
      afterBackup: { mirrors: scripts.some((it) => it !== undefined && isMirroring(decodeText(it))) },
    }),
  };
}

async function readWriterStart(installFolder: string): Promise<number | undefined> {
  for (const path of waysToWrite(writerLog)) {
    const text = await readTail(joinPath(installFolder, ...path)).catch(() => undefined);
    if (text !== undefined) return lastWriterStart(text);
  }
  return undefined;
}

async function readTail(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, logBytesMax);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return decodeText(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
