import { digestTree } from "../../src/lab/digest.ts";

/** Every file below a folder: path, digest and time to the second. The lab's means, which know nothing of the product. */
export function digestFolder(folder: string): Readonly<Record<string, string>> {
  const lines = [...digestTree(folder)].map(([path, { sha256, modifiedMs }]): [string, string] => {
    return [path, `${sha256} ${Math.floor(modifiedMs / 1000)}`];
  });
  return Object.fromEntries(lines);
}
