import { readdir } from "node:fs/promises";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { ReportingServer, Source } from "../../core/model/policy/source.ts";
import type { FilePlace } from "../../core/outside/facts/file-fact.ts";
import { setFolder } from "../../core/outside/site/task-set.ts";
import { joinPath } from "../access/files/windows-path.ts";
import type { Means } from "../driver.ts";
import { findLibrary } from "../parts/find-library.ts";
import { lookAtReportFolders } from "../parts/report-folders.ts";

/** Folders of this machine by which each place of a site is reached. A place without one is not known. */
export type SitePlaces = Readonly<Record<FilePlace, readonly string[]>>;

/** Where the policy, and for the library the registry, say that things are. Rejects for nothing. */
export async function placesOf({ site, sources }: ResolvedPolicy, means: Means): Promise<SitePlaces> {
  const of = <Kind extends Source["kind"]>(kind: Kind) =>
    sources.filter((it): it is Extract<Source, { kind: Kind }> => it.kind === kind);
  const destinations = of("task-backup").flatMap(({ site, database, on }) =>
    [site, ...(database === undefined ? [] : [database])].map((path) => means.localPath(path, on)),
  );
  const roots = of("site-files").map(({ root, on }) => means.localPath(root, on));
  const own = site.installFolder === undefined ? [] : [means.localPath(site.installFolder)];
  const profiles = of("scup-database").flatMap(({ profiles, machines, on }) =>
    (machines.length > 0 ? machines : [on]).map((machine) => means.localPath(profiles, machine)),
  );
  return {
    "the install folder": [...new Set([...own, ...roots])],
    "the content library": await librariesOf(of("content-library"), site.code, means),
    "the task's destination": destinations,
    "the task's set": destinations.map((it) => joinPath(it, `${site.code}${setFolder.suffix}`)),
    "a user's profile": (await Promise.all(profiles.map(foldersIn))).flat(),
    "the report server's folder": await reportFoldersOf(of("reporting-server"), site.code, means),
  };
}

async function librariesOf(
  sources: readonly Extract<Source, { kind: "content-library" }>[],
  siteCode: string,
  means: Means,
): Promise<readonly string[]> {
  const found = sources.map(async ({ discover, folders, on, name }) => {
    // Where the registry can't be asked is told by its own facts.
    const noted = discover ? await findLibrary(`${siteCode}/${name}`, means).catch(() => []) : [];
    return [...noted, ...folders].map((path) => means.localPath(path, on));
  });
  return (await Promise.all(found)).flat();
}

async function reportFoldersOf(
  sources: readonly ReportingServer[],
  siteCode: string,
  means: Means,
): Promise<readonly string[]> {
  const found = sources.map(async (source) => {
    const { there } = await lookAtReportFolders(source, `${siteCode}/${source.name}`, means);
    return there.map((path) => means.localPath(path, source.on));
  });
  return (await Promise.all(found)).flat();
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => joinPath(folder, name));
}
