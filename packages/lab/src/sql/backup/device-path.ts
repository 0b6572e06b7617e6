import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { dataFolder } from "../create-instance.ts";
import type { Engine } from "../engine.ts";
import { SqlError } from "../sql-error.ts";

/** Finds the local file behind a path of the SQL host; nothing when the host knows no such drive or share. */
export function toLocalPath(engine: Engine, windowsPath: string): string | undefined {
  const path = windowsPath.replaceAll("/", "\\");
  const roots: readonly (readonly [string, string])[] = [
    [dataFolder, "data"],
    ...Object.entries(engine.state.shares),
    ...Object.entries(engine.state.drives),
  ].map(([root, folder]) => [root!.endsWith("\\") ? root! : `${root}\\`, folder!] as const);
  const [root, folder] = roots.find(([it]) => path.toLowerCase().startsWith(it.toLowerCase())) ?? [];
  if (root === undefined || folder === undefined) return undefined;
  const parts = path.slice(root.length).split("\\");
  if (parts.some((part) => part === ".." || part === "")) return undefined;
  return join(resolve(engine.folder, folder), ...parts);
}

/** What the operating system says, as SQL Server passes it on. */
const systemErrors: Record<number, string> = {
  2: "The system cannot find the file specified.",
  3: "The system cannot find the path specified.",
  5: "Access is denied.",
  80: "The file exists.",
};

function cannotOpen(device: string, systemError: number): SqlError {
  const text = `Cannot open backup device '${device}'. Operating system error ${systemError}(${systemErrors[systemError]}).`;
  return new SqlError(3201, text, { state: systemError === 2 ? 2 : 1 });
}

/** The local file that a backup may write to, or 3201. */
export function findWritable(engine: Engine, device: string): string {
  const local = toLocalPath(engine, device);
  if (local === undefined || !existsSync(dirname(local))) throw cannotOpen(device, 3);
  if (engine.isInForce("share-not-writable")) throw cannotOpen(device, 5);
  if (existsSync(local) && statSync(local).isDirectory()) throw cannotOpen(device, 5);
  return local;
}

/** The local file that a restore reads, or 3201. */
export function findReadable(engine: Engine, device: string): string {
  const local = toLocalPath(engine, device);
  if (local === undefined || !existsSync(dirname(local))) throw cannotOpen(device, 3);
  if (!existsSync(local)) throw cannotOpen(device, 2);
  if (statSync(local).isDirectory()) throw cannotOpen(device, 5);
  return local;
}
