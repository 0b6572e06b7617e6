import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../core/base/json.ts";
import type { World } from "../../engine/session/world.ts";

/** What this machine remembers, one file a value in a folder. */
export function recordsIn(folder: string): Pick<World, "remember" | "recall"> {
  return {
    async remember(name, value) {
      await mkdir(folder, { recursive: true });
      const half = join(folder, `${name}.${process.pid}.half`);
      await writeFile(half, JSON.stringify(value), { mode: 0o600 });
      await rename(half, join(folder, `${name}.json`));
    },
    async recall(name) {
      const text = await readFile(join(folder, `${name}.json`), "utf8").catch(() => undefined);
      return text === undefined ? undefined : parsed(text);
    },
  };
}

/** A record that something has damaged must not stop every run of the program on this machine. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
