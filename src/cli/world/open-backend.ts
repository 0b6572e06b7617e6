import { ProblemError } from "../../core/base/problem.ts";
import type { FolderLocation, Location } from "../../core/model/policy/location.ts";
import type { Machine } from "../../core/model/policy/machine.ts";
import { mapPath } from "../../drivers/access/files/windows-path.ts";
import type { Backend } from "../../store/backends/backend.ts";
import { folderBackend } from "../../store/backends/folder.ts";

/** From where a repository lies to what reaches it: the one place that chooses a backend. */
export function openBackend(location: Location, machine: Machine): Backend {
  if ("folder" in location) return folderBackend(reachFolder(location, machine));
  return location satisfies never;
}

/**
 * Where this machine reaches a repository. Elsewhere than on Windows `\\server\share` would be a new folder
 * of that name.
 */
function reachFolder(location: FolderLocation, machine: Machine): string {
  const reached = mapPath(location.folder, machine.paths);
  if (process.platform === "win32" || !/^([A-Za-z]:|\\)/.test(reached)) return reached;
  throw new ProblemError({
    code: "repository-unreadable",
    severity: "error",
    message: `This machine knows no way to the repository's folder ${location.folder}.`,
    where: location.folder,
    hint: "Mount the share, and say under `paths:` of the machine file where (docs/machine.md).",
  });
}
