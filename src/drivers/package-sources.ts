import { PatternList } from "../core/pattern/pattern-list.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { PackageSources } from "../core/model/policy/source.ts";
import { aboutSite } from "../core/model/site-subject.ts";
import { meaningOf } from "../core/outside/facts/numbers.ts";
import { imageTypes } from "../core/outside/site/site-content.ts";
import { contentLists, isOwnSource, packageLists } from "../core/outside/site/source-lists.ts";
import type { Sink } from "../core/model/offer.ts";
import { fileProblem } from "./access/files/file-problems.ts";
import { statEntry } from "./access/files/file-tree.ts";
import type { FoundEntry } from "./access/files/found-entry.ts";
import { numberCell, textCell } from "./access/sql/sql-row.ts";
import type { SqlRow } from "./access/sql/sql-runner.ts";
import { askFirst } from "./parts/session/ask.ts";
import { findOwnPaths } from "./access/files/own-paths.ts";
import { cutPath, snapshotPath } from "./access/files/windows-path.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { lookAtFolder, type NamedFolder } from "./parts/look-at-folder.ts";
import { offerJson } from "./parts/offer-json.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { offerTree, ownProblem } from "./parts/offer-tree.ts";
import { placeOf, withSql } from "./parts/session/sql-session.ts";
import { aboutMachine } from "../core/base/subject.ts";
import { packageSourcesCapture, packageSourcesLook } from "../core/model/facts/package-sources.ts";

/** Source folders of packages and applications, each under its own name. */
export const packageSources: Driver<PackageSources> = {
  observe: (request, means) =>
    observing(async () => {
      const { folders, problems, ofOtherSites } = await findFolders(request, means);
      const missing = await lookAtFolders(folders, request, means);
      return {
        facts: packageSourcesLook.write({ folders: folders.length, ofOtherSites: ofOtherSites || undefined }),
        risks: [...problems, ...missing],
      };
    }),

  async capture(request, means, sink) {
    const asOf = means.now();
    const found = await findFolders(request, means);
    const problems: Problem[] = [...found.problems];
    let captured = 0;
    for (const it of found.folders) {
      await tolerating(problems, async () => {
        problems.push(...(await offerSource(it, { request, means, sink })));
        captured++;
      });
    }
    if (captured === 0 && problems[0]) throw new ProblemError({ ...problems[0], severity: "error" });
    await offerJson(sink, "packages.json", found.folders, asOf);
    const facts = packageSourcesCapture.write({
      folders: found.folders.length,
      captured,
      ofOtherSites: found.ofOtherSites || undefined,
    });
    return { mode: "full", asOf, facts, problems };
  },
};

/** A folder, or an image's file, and what uses it: `PS100002 Office`, or an application's content. */
interface SourceFolder {
  readonly path: string;
  readonly isImage?: boolean;
  readonly users: readonly string[];
}

interface Found {
  readonly folders: readonly SourceFolder[];
  /** Sources that other sites of the hierarchy read: a path of theirs is another folder here. */
  readonly ofOtherSites: number;
  readonly problems: readonly Problem[];
}

/** A source that turns out to be one file is offered as that file, whatever the site calls it. */
async function offerSource(
  it: SourceFolder,
  { request, means, sink }: Offering,
): Promise<readonly Problem[]> {
  const { source, site } = request;
  const place = { where: placeOf(site, source), what: titleOf(it) };
  const local = means.localPath(it.path, source.on);
  const prefix = snapshotPath(it.path);
  const file = await statFile(local, { ...place, path: it.path, on: source.on });
  if (file !== undefined && (await findOwnPaths(local, means.own)).isOwn)
    throw new ProblemError(ownProblem(it.path, place.where));
  if (file === undefined) {
    const tree = { ...place, folder: local, shown: it.path, prefix, exclude: source.exclude };
    return (await offerTree(tree, sink, means)).problems;
  }
  const { size, modifiedAt, fileId, changedAt } = file;
  const stamp = { fileId, changedAt };
  await sink.offer({ type: "file", path: prefix, modifiedAt, size, locator: { file: local }, stamp });
  return [];
}

interface Offering {
  readonly request: ObserveRequest<PackageSources>;
  readonly means: Means;
  readonly sink: Sink;
}

/** The path's file, where it is one; throws a problem when it can't be told. */
async function statFile(local: string, named: NamedFolder): Promise<FoundEntry | undefined> {
  try {
    const found = await statEntry(local);
    return found?.type === "file" ? found : undefined;
  } catch (thrown) {
    throw new ProblemError(fileProblem(thrown as NodeJS.ErrnoException, named), { cause: thrown });
  }
}

/**
 * Folders looked at at the same time: they are on servers that answer slowly when they are asked one by one.
 */
const looksAtOnce = 16;

async function lookAtFolders(
  folders: readonly SourceFolder[],
  { source, site }: ObserveRequest<PackageSources>,
  means: Means,
): Promise<readonly Problem[]> {
  const where = placeOf(site, source);
  const problems: Problem[] = [];
  for (let at = 0; at < folders.length; at += looksAtOnce) {
    means.signal.throwIfAborted();
    const looks = folders.slice(at, at + looksAtOnce).map((it) =>
      tolerating(problems, async () => {
        const named = { path: it.path, on: source.on, what: titleOf(it), where };
        const file = await statFile(means.localPath(it.path, source.on), named);
        if (file === undefined) await lookAtFolder(named, means);
      }),
    );
    await Promise.all(looks);
  }
  return problems;
}

function titleOf({ users, isImage }: SourceFolder): string {
  const what = isImage ? "The source file" : "The source folder";
  return users.length > 0 ? `${what} of ${users.slice(0, 3).join(", ")}` : what;
}

async function findFolders({ source, site }: ObserveRequest<PackageSources>, means: Means): Promise<Found> {
  const where = placeOf(site, source);
  const { listed, unread } = source.discover
    ? await discover(source, site.code, { where, means })
    : { listed: [], unread: [] };
  const own = listed.filter(({ isOwn }) => isOwn);
  const all: readonly Listed[] = [...own, ...source.folders.map((path) => ({ path, isWritten: true }))];
  const excluded = new PatternList(source.exclude);
  const isPath = ({ path, isWritten }: Listed): boolean => isFolderPath(path, isWritten === true);
  const wanted = all
    .filter(isPath)
    .filter(({ path }) => !excluded.holds(path.replaceAll("\\", "/"), "folder"));
  const problems = all.filter((it) => !isPath(it)).map(({ path, user }) => notAPath(path, user, where));
  const folders = mergeFolders(wanted);
  // With nothing to look at, what could not be read is all that there is to tell.
  if (folders.length === 0 && unread[0]) throw new ProblemError({ ...unread[0], severity: "error" });
  return { folders, problems: [...unread, ...problems], ofOtherSites: listed.length - own.length };
}

/** A source as the site or the policy names it. */
interface Listed {
  readonly path: string;
  /** What uses it. */
  readonly user?: string | undefined;
  /** The site says that it is a file. */
  readonly isImage?: boolean;
  /** The policy says so: whoever wrote it knows what a whole drive is. */
  readonly isWritten?: boolean;
}

/**
 * Whether a path names one folder. A row of the site database is text of whoever may make a package: it is
 * not to lead upwards, nor to all of a drive.
 */
function isFolderPath(path: string, isWritten: boolean): boolean {
  const cut = cutPath(path);
  if (cut === undefined || /(^|[\\/])\.\.?([\\/]|$)|\0/.test(path)) return false;
  const isDrive = /^([A-Z]:\\|\/)$|\\[A-Za-z]\$\\$/.test(cut.root);
  return isWritten || cut.parts.length > 0 || !isDrive;
}

interface Discovered {
  readonly listed: readonly (Listed & { readonly isOwn: boolean })[];
  /** Why a list could not be had. What the other shows is captured all the same. */
  readonly unread: readonly Problem[];
}

async function discover(
  { database }: PackageSources,
  siteCode: string,
  { where, means }: { readonly where: string; readonly means: Means },
): Promise<Discovered> {
  const task = { database, where };
  const opening = { ...task, doing: "list the packages' source folders" };
  const answers = await withSql(means, opening, async (sql) => [
    await askFirst(sql, packageLists, { task, values: { siteCode } }),
    await askFirst(sql, contentLists, { task, values: { siteCode } }),
  ]);
  const lists = ["packages", "applications"];
  return {
    listed: answers.flatMap((it) => (it.is === "known" ? it.value.map(listedOf) : [])),
    unread: answers.flatMap((it, at) =>
      it.is === "unknown"
        ? [
            {
              ...it.why,
              severity: "risk",
              about: aboutSite({ kind: "hazard", names: [siteCode, lists[at]!] }),
            },
          ]
        : [],
    ),
  };
}

function listedOf(row: SqlRow): Discovered["listed"][number] {
  const cells = Object.fromEntries(Object.keys(row).map((name) => [name, textCell(row, name)]));
  const { package: id, content, title } = cells;
  const user = content === undefined ? [id, title] : [content, ...(id === undefined ? [] : ["of", id])];
  return {
    path: (cells["path"] ?? "").trim(),
    user: user.filter((it) => it !== undefined && it !== "").join(" ") || undefined,
    isImage: meaningOf(imageTypes, numberCell(row, "type")) !== undefined,
    isOwn: isOwnSource(cells),
  };
}

/** One entry a folder: equal ones are joined, and one that lies in another is captured with it. */
export function mergeFolders(all: readonly Listed[]): readonly SourceFolder[] {
  const byPath = new Map<string, Merging>();
  for (const { path, user, isImage } of all) {
    const plain = path.replace(/[\\/]+$/, "");
    const key = keyOf(plain);
    const entry = byPath.get(key) ?? { path: plain, users: new Set<string>() };
    if (user !== undefined) entry.users.add(user);
    byPath.set(key, { ...entry, ...(isImage && { isImage }) });
  }
  const tops = new Map<string, Merging>();
  for (const [key, entry] of [...byPath].sort(([left], [right]) => left.length - right.length)) {
    const holder = foldersAbove(key).find((above) => tops.has(above));
    if (holder === undefined) tops.set(key, entry);
    else entry.users.forEach((user) => tops.get(holder)!.users.add(user));
  }
  return [...tops.values()].map(({ users, ...entry }) => ({ ...entry, users: [...users].sort() }));
}

/** A path as it is compared: what has one place in a snapshot has one key. */
function keyOf(path: string): string {
  const { root, parts } = cutPath(path) ?? { root: "", parts: [path] };
  const key = `${root.replace(/^\/$/, "\\")}${parts.join("\\")}`;
  return key.replace(/\\$/, "").toLowerCase();
}

/** The folders that a path lies in, so that ten thousand of them are not each held against all others. */
function foldersAbove(key: string): readonly string[] {
  return [...key.matchAll(/\\/g)].map(({ index }) => key.slice(0, index));
}

/** A folder while its users are gathered. */
type Merging = Omit<SourceFolder, "users"> & { readonly users: Set<string> };

function notAPath(path: string, user: string | undefined, where: string): Problem {
  return {
    code: "package-source-not-a-path",
    severity: "risk",
    message: `The source folder of ${user ?? "a package"} is no path of one folder, and was left out: ${path}`,
    where,
    hint: "Correct the source folder in the console: an absolute path, without `.` and `..`, of less than a whole drive.",
    about: aboutMachine({ kind: "file", path }),
  };
}
