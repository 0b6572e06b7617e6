import { patternOf } from "../../../core/pattern/pattern-text.ts";
import { logsFolder } from "../../../core/outside/site/install-folder.ts";
import {
  driveMarker,
  hiddenMarker,
  setFolder,
  siteDatabaseFolder,
} from "../../../core/outside/site/task-set.ts";
import type { Site } from "../../../core/model/policy/resolved-policy.ts";
import type { TaskBackup } from "../../../core/model/policy/source.ts";
import { joinPath } from "../../access/files/windows-path.ts";
import type { Means } from "../../driver.ts";

/** One folder of the set that the task leaves. */
export interface TaskFolder {
  readonly shown: string;
  readonly local: string;
  /** Where the folder stands in the snapshot. */
  readonly prefix: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Where the task leaves its set, and its logs. */
export interface TaskFolders {
  readonly site: TaskFolder;
  /** The database's part, which may be on its own server. */
  readonly database: TaskFolder;
  readonly all: readonly TaskFolder[];
  /** Where the task's log may be, the surest place first. */
  readonly logs: readonly string[];
}

const markers = [hiddenMarker, driveMarker].map(({ path }) => `**/${path[0]}`);

/** The task's two parts become one set again, as the task writes it when both go to one place: PS1Backup. */
export function taskFolders(
  { source, site }: { readonly source: TaskBackup; readonly site: Site },
  means: Means,
): TaskFolders {
  const name = `${site.code}${setFolder.suffix}`;
  const local = (path: string) => means.localPath(path, source.on);
  const folder = (destination: string): TaskFolder => {
    const shown = joinPath(destination, name);
    return { shown, local: local(shown), prefix: name, include: [], exclude: markers };
  };
  const own = folder(source.site);
  const logs = [...siteLogs(site, local), local(source.site), own.local];
  const other = source.database === undefined ? own : folder(source.database);
  if (other.local === own.local) return { site: own, database: own, all: [own], logs };
  // What stands in the wrong place is left from the time before the two were apart.
  const part = patternOf(siteDatabaseFolder.path[0]);
  const rest = { ...own, exclude: [...markers, part] };
  return { site: own, database: other, all: [rest, { ...other, include: [part] }], logs };
}

/** Where the site keeps the task's log among its own. */
export function siteLogs({ installFolder }: Site, local: (path: string) => string): readonly string[] {
  return installFolder === undefined ? [] : [local(joinPath(installFolder, ...logsFolder.path))];
}
