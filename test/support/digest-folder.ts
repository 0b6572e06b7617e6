import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Every file below a folder: path, digest and time to the second. Made by other means than the product's. */
export function digestFolder(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const lines = files.map((entry): [string, string] => {
    const file = join(entry.parentPath, entry.name);
    const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
    return [
      relative(folder, file).split(sep).join("/"),
      `${digest} ${Math.floor(statSync(file).mtimeMs / 1000)}`,
    ];
  });
  return Object.fromEntries(lines.sort(([left], [right]) => (left < right ? -1 : 1)));
}
