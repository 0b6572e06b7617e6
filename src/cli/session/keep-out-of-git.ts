import { appendFile, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { refuseFile } from "./new-file.ts";

/** What the key files that `init` makes are called by. */
export const keyFileEnd = ".sitekeep-key";

const line = `*${keyFileEnd}`;

/** Has Git leave key files out, in the ignore file of their folder: policies are kept in Git, keys never. */
export async function keepOutOfGit(keyFile: string): Promise<void> {
  const file = join(dirname(keyFile), ".gitignore");
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.split(/\r?\n/).includes(line)) return;
  const begin = text === "" || text.endsWith("\n") ? "" : "\n";
  const hint = "Make the folder, or let this account write to it.";
  await appendFile(file, `${begin}${line}\n`).catch(refuseFile(file, hint));
}
