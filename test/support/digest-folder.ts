import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { digestTree } from "../../packages/lab/src/digest.ts";

/**
 * Every file below a folder: path, digest and time to the second. The lab's means, which know nothing of the
 * product.
 */
export function digestFolder(folder: string): Readonly<Record<string, string>> {
  const lines = [...digestTree(folder)].map(([path, { sha256, modifiedMs }]): [string, string] => {
    return [path, `${sha256} ${Math.floor(modifiedMs / 1000)}`];
  });
  return Object.fromEntries(lines);
}

/**
 * Every entry below a folder with size and time, without reading a byte: enough to see that nobody wrote
 * there.
 */
export function listFolder(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return names.map((name) => {
    const { size, mtimeMs } = lstatSync(join(folder, name));
    return `${name} ${size} ${mtimeMs}`;
  });
}
