import { readdir, readFile } from "node:fs/promises";
import type { AskedFact } from "../../core/model/asked-fact.ts";
import { contents, files } from "../../core/outside/catalogue.ts";
import { type ContentFact, type FileFact, waysToWrite } from "../../core/outside/facts/file-fact.ts";
import { statEntry } from "../access/files/file-tree.ts";
import { joinPath } from "../access/files/windows-path.ts";
import { decodeText } from "../access/formats/ini-file.ts";
import type { SitePlaces } from "./site-places.ts";

/** Folders that are searched for one file that stands for all of its sort. */
const foldersSearched = 200;

/**
 * Looks at each file and folder of the register where the site has it, and at what stands within those that
 * are read. What can't be looked at is told with the reason.
 */
export async function askFiles(places: SitePlaces): Promise<readonly AskedFact[]> {
  const asked: AskedFact[] = [];
  for (const it of files) asked.push(await askFile(it, places));
  for (const it of contents) asked.push(await askContent(it, places));
  return asked;
}

async function askFile(fact: FileFact, places: SitePlaces): Promise<AskedFact> {
  const { id, at, mayLack } = fact;
  const candidates = pathsOf(fact, places);
  if (candidates.length === 0) return { id, found: "not-asked", note: `the policy does not name ${at}` };
  let refused: string | undefined;
  for (const path of candidates) {
    const entry = await statEntry(path).catch(({ code }: NodeJS.ErrnoException) => (refused = code ?? "?"));
    if (typeof entry === "object") return { id, found: "confirmed" };
  }
  if (refused !== undefined)
    return { id, found: "not-asked", note: `${at} may not be looked at (${refused})` };
  return mayLack ? { id, found: "not-seen" } : { id, found: "differs", note: `it is not in ${at}` };
}

/** A line of a log comes when what it tells has happened; a setting is there from the start. */
async function askContent(fact: ContentFact, places: SitePlaces): Promise<AskedFact> {
  const { id, kind, within, shows } = fact;
  const texts = await textsOf(within, places);
  if (texts.length === 0) return { id, found: "not-asked", note: `no ${within.path.at(-1)} could be read` };
  // A pattern with a flag for all that match remembers where it was.
  const pattern = new RegExp(shows.source, shows.flags.replace("g", ""));
  if (texts.some((it) => pattern.test(it))) return { id, found: "confirmed" };
  return kind === "setting"
    ? { id, found: "differs", note: `${within.path.at(-1)} does not hold it` }
    : { id, found: "not-seen" };
}

async function textsOf(fact: FileFact, places: SitePlaces): Promise<readonly string[]> {
  const texts = pathsOf(fact, places).map(async (path) => {
    const entry = await statEntry(path).catch(() => undefined);
    const file = entry?.type === "folder" ? await firstEntry(path) : path;
    return file === undefined ? undefined : readFile(file).then(decodeText, () => undefined);
  });
  return (await Promise.all(texts)).filter((it) => it !== undefined);
}

function pathsOf(fact: FileFact, places: SitePlaces): readonly string[] {
  const usual = waysToWrite(fact).map((path) => ({ at: fact.at, path }));
  return [...usual, ...(fact.orAt ?? [])].flatMap(({ at, path }) =>
    places[at].map((folder) => joinPath(folder, ...path)),
  );
}

/** An entry of a catalogue of .INI files, within the folder of a content: one stands for all. */
async function firstEntry(folder: string): Promise<string | undefined> {
  const waiting = [folder];
  for (let searched = 0; waiting.length > 0 && searched < foldersSearched; searched++) {
    const path = waiting.shift()!;
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    const entry = entries.find((it) => it.isFile() && /\.ini$/i.test(it.name));
    if (entry !== undefined && path !== folder) return joinPath(path, entry.name);
    waiting.unshift(...entries.filter((it) => it.isDirectory()).map((it) => joinPath(path, it.name)));
  }
  return undefined;
}
