import { join } from "node:path";
import { ProblemError } from "../../core/base/problem.ts";
import { libraryDrives, libraryPath, type RegistryFact } from "../../core/outside/site/windows.ts";
import { statEntry } from "../access/files/file-tree.ts";
import { regValue } from "../access/formats/reg-file.ts";
import { cutPath, isWithin, joinPath, nameOf } from "../access/files/windows-path.ts";
import type { Means } from "../driver.ts";
import { exportKey } from "./export-key.ts";

/**
 * Asks the site server's registry for its content library: the folder with the catalogue first, then the
 * folders of the same name on the other usable drives. A library on a share has one folder.
 */
export async function findLibrary(where: string, means: Means): Promise<readonly string[]> {
  const file = join(await means.temporaryFolder(), "library.reg");
  const exported = await exportKey({ key: libraryPath.key, file, where }, means);
  const text = ({ key, value: name }: Required<Pick<RegistryFact, "key" | "value">>): string => {
    const value = regValue(exported, key, name);
    return value && "text" in value ? value.text : "";
  };
  const main = text(libraryPath);
  if (cutPath(main) === undefined) throw notNoted(where);
  const drives = text(libraryDrives)
    .split(",")
    .map((drive) => drive.trim());
  const others = drives
    .filter((drive) => /^[A-Z]:\\?$/i.test(drive) && !isWithin(main, drive) && !main.startsWith("\\\\"))
    .map((drive) => joinPath(drive, nameOf(main)));
  const there = await Promise.all(others.map((path) => isFolder(means.localPath(path))));
  return [main, ...others.filter((_, at) => there[at])];
}

/** A usable drive may hold nothing yet. */
async function isFolder(local: string): Promise<boolean> {
  return (await statEntry(local).catch(() => undefined))?.type === "folder";
}

function notNoted(where: string): ProblemError {
  return new ProblemError({
    code: "source-missing",
    severity: "error",
    message: `The registry names no content library (${libraryPath.key}, ${libraryPath.value}).`,
    where,
    hint: "Name its folders in the policy: folders: ['E:\\SCCMContentLib'].",
  });
}
