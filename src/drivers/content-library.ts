import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { Sink } from "../core/model/offer.ts";
import type { ContentLibrary } from "../core/model/policy/source.ts";
import { dataLibrary, entryHash, fileLibrary, libraryShare } from "../core/outside/site/content-library.ts";
import { statEntry } from "./access/files/file-tree.ts";
import type { FoundEntry } from "./access/files/found-entry.ts";
import { joinPath, snapshotPath } from "./access/files/windows-path.ts";
import type { Driver, Means } from "./driver.ts";
import { findLibrary } from "./parts/find-library.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { observing } from "./parts/observing.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf } from "./parts/session/sql-session.ts";
import { aboutMachine, type Subject } from "../core/base/subject.ts";
import { aboutSite } from "../core/model/site-subject.ts";
import { contentLibraryCapture, contentLibraryLook } from "../core/model/facts/content-library.ts";

/**
 * A content library over its drives: what describes the content first, then the content, which is named by
 * its digest.
 */
export const contentLibrary: Driver<ContentLibrary> = {
  observe: ({ source, site }, means) =>
    observing(async () => {
      const where = placeOf(site, source);
      const folders = await foldersOf(source, where, means);
      for (const path of folders) await lookAtFolder({ path, on: source.on, what, where }, means);
      const inUse = await libraryInUse(source, where, means);
      return { facts: contentLibraryLook.write({ folders, inUse }) };
    }),

  async capture({ source, site }, means, sink) {
    const asOf = means.now();
    const where = placeOf(site, source);
    const folders = await foldersOf(source, where, means);
    const library = new Map<string, string>(folders.map((path) => [path, means.localPath(path, source.on)]));
    // DataLib before FileLib: content that arrives in between has an object and no entry, which is harmless.
    const catalogue = await offerCatalogue({ library, where }, means, sink);
    const objects = await offerObjects({ library, where }, means, sink);
    const missing = missingObjects(catalogue.wanted, objects.names, where);
    const measures = { folders, entries: catalogue.entries, objects: objects.names.size };
    const facts = contentLibraryCapture.write(measures);
    return { mode: "full", asOf, facts, problems: [...catalogue.problems, ...objects.problems, ...missing] };
  },
};

const what = "The content library";
const [objectsFolder] = fileLibrary.path;

/** Files on their way in: they are no content yet, and gone a moment later. */
const unfinished = "**/*.temp";
const staging = [libraryShare.path[0], `${libraryShare.path[0]}/**`, unfinished];

/** The policy's folders, or those that the site server's registry names. */
async function foldersOf(source: ContentLibrary, where: string, means: Means): Promise<readonly string[]> {
  if (!source.discover) return source.folders;
  const found = await findLibrary(where, means);
  return [...new Set([...found, ...source.folders])];
}

/** Where the site server says that its library is: named folders may be the copy that a move left behind. */
async function libraryInUse(
  source: ContentLibrary,
  where: string,
  means: Means,
): Promise<string | undefined> {
  if (source.discover || source.on !== undefined) return undefined;
  try {
    const [inUse] = await findLibrary(where, means);
    return inUse;
  } catch (thrown) {
    // Nobody asked the registry: that it can't answer is nothing against the named folders.
    if (thrown instanceof ProblemError) return undefined;
    throw thrown;
  }
}

interface Library {
  /** The policy's folders and where this machine reaches them. */
  readonly library: ReadonlyMap<string, string>;
  readonly where: string;
}

interface Catalogue {
  readonly entries: number;
  /** Digest (upper case) and the first entry of DataLib that asks for it. */
  readonly wanted: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Offers everything but what is in FileLib, and reads which objects DataLib asks for. */
async function offerCatalogue({ library, where }: Library, means: Means, sink: Sink): Promise<Catalogue> {
  const problems: Problem[] = [];
  const wanted = new Map<string, string>();
  const broken: BrokenEntry[] = [];
  let entries = 0;
  for (const [shown, folder] of library) {
    // The folder itself is an entry as every other: it comes back with its time.
    const exclude = [`${objectsFolder}/*`, ...staging];
    const look = (entry: FoundEntry): void => {
      const { text } = entry;
      if (text === undefined) return;
      const name = entry.path.slice(`${dataLibrary.path[0]}/`.length).replace(/\.ini$/i, "");
      const hash = entryHash.shows.exec(text)?.[1]?.toUpperCase();
      if (hash === undefined) broken.push({ name, path: joinPath(shown, ...entry.path.split("/")) });
      else entries++;
      if (hash !== undefined && !wanted.has(hash)) wanted.set(hash, name);
    };
    const prefix = snapshotPath(shown);
    const request = { folder, shown, prefix, what, where, exclude, look, texts: catalogueEntries };
    problems.push(...(await offerTree(request, sink, means)).problems);
  }
  return { entries, wanted, problems: [...problems, ...brokenEntries(broken, where)] };
}

/**
 * Entries of DataLib. `<content>.INI` beside the folder of a content holds the digest of the whole tree,
 * which names no object.
 */
const catalogueEntries = new RegExp(`^${dataLibrary.path[0]}/.+/.+\\.ini$`, "i");

/** Offers every FileLib, each object under the digest that its name states. */
async function offerObjects({ library, where }: Library, means: Means, sink: Sink) {
  const problems: Problem[] = [];
  const names = new Set<string>();
  for (const [shown, root] of library) {
    const folder = joinPath(root, objectsFolder);
    if (!(await statEntry(folder))) continue;
    const knownSha256 = (path: string): string | undefined => {
      const name = /^([0-9A-F]{4})\/(\1[0-9A-F]{60})$/i.exec(path)?.[2];
      if (name !== undefined) names.add(name.toUpperCase());
      return name?.toLowerCase();
    };
    const prefix = `${snapshotPath(shown)}/${objectsFolder}`;
    const request = {
      folder,
      shown: joinPath(shown, objectsFolder),
      prefix,
      what,
      where,
      exclude: [unfinished],
      knownSha256,
    };
    problems.push(...(await offerTree(request, sink, means)).problems);
  }
  return { names, problems };
}

/** Entries named one by one; a library that lost a drive would otherwise name them all. */
const namedOneByOne = 20;

/** A problem for each of the first, and one for all others. */
function eachOrRest<Entry>(
  entries: readonly Entry[],
  tell: (entry: Entry) => Problem,
  tellRest: (count: number) => Problem,
): readonly Problem[] {
  const told = entries.slice(0, namedOneByOne).map(tell);
  const rest = entries.length - told.length;
  return rest > 0 ? [...told, tellRest(rest)] : told;
}

/** An entry that names no object, though it stands for a file of a package and must name its digest. */
interface BrokenEntry {
  readonly name: string;
  /** The place of the entry, as the site server sees it. */
  readonly path: string;
}

function brokenEntries(entries: readonly BrokenEntry[], where: string): readonly Problem[] {
  return eachOrRest(
    entries,
    ({ name, path }) => {
      const about = aboutMachine({ kind: "file", path });
      return brokenEntry(`the entry of ${fileOf(name)} names no digest`, where, about);
    },
    (count) => brokenEntry(`${count} more entries name no digest`, where, restOf(`${where} entries`)),
  );
}

/** `setup.exe of PS100001.1`, of an entry below DataLib. */
function fileOf(entry: string): string {
  const [content = "", ...file] = entry.split("/");
  return `${file.join("/")} of ${content}`;
}

function missingObjects(
  wanted: ReadonlyMap<string, string>,
  names: ReadonlySet<string>,
  where: string,
): readonly Problem[] {
  return eachOrRest(
    [...wanted].filter(([hash]) => !names.has(hash)),
    ([hash, entry]) => {
      const about = aboutSite({ kind: "content", digest: hash });
      return missingObject(`${fileOf(entry)} has no object ${hash} on any drive`, where, about);
    },
    (count) => missingObject(`${count} more entries have no object on any drive`, where, restOf(where)),
  );
}

function restOf(where: string): Subject {
  return aboutMachine({ kind: "rest", of: where });
}

function missingObject(message: string, where: string, about: Subject): Problem {
  return {
    code: "library-object-missing",
    severity: "risk",
    message: `In the content library ${message}.`,
    where,
    hint: "Check that every drive of the library is among the source's folders; then redistribute the content.",
    about,
  };
}

function brokenEntry(message: string, where: string, about: Subject): Problem {
  return {
    code: "library-entry-broken",
    severity: "risk",
    message: `In the content library ${message}: it is empty, cut or overwritten, and whether its content is there nobody can tell.`,
    where,
    hint: "Redistribute the content, or update its distribution points: that writes the entries anew.",
    about,
  };
}
