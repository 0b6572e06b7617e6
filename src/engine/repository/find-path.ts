import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import { countWords } from "../../core/report/words/count-words.ts";
import { cutPath, snapshotPath } from "../../drivers/access/files/windows-path.ts";
import type { Repository } from "../../store/repository.ts";

type Trees = Pick<Repository, "tree">;

/** So many of the paths that may be meant are named. */
const namedMax = 10;

/**
 * The path of a snapshot that an operator means: one as it is shown, one as Windows writes it, or the end of
 * one, a folder by its name alone, whatever the case of its letters. The end of several is refused, with
 * their list.
 */
export async function findPath(repository: Trees, snapshot: Snapshot, typed: string): Promise<string> {
  for (const path of asShown(typed)) if (await holds(repository, snapshot, path)) return path;
  const found = await pathsThatEndIn(repository, snapshot, typed);
  if (found.length === 1) return found[0]!;
  throw new ProblemError(
    found.length === 0 ? noSuchPath(snapshot, typed) : severalPaths(snapshot, typed, found),
  );
}

/** What a path may be written as in a snapshot: folders are parted by `/` there, a drive has no colon. */
function asShown(typed: string): readonly string[] {
  const absolute = cutPath(typed) === undefined ? [] : [snapshotPath(typed)];
  return [...new Set([typed, typed.replaceAll("\\", "/").replace(/\/+$/, ""), ...absolute])];
}

async function holds(repository: Trees, { id }: Snapshot, path: string): Promise<boolean> {
  for await (const _ of repository.tree(id, path)) return true;
  return false;
}

async function pathsThatEndIn(
  repository: Trees,
  { id }: Snapshot,
  typed: string,
): Promise<readonly string[]> {
  const end = partsOf(typed).map((it) => it.toLowerCase());
  if (end.length === 0) return [];
  const found = new Set<string>();
  for await (const { path } of repository.tree(id)) {
    const parts = path.split("/");
    // The first place counts: what lies below it is given back with it.
    const at = parts.findIndex((_, from) => end.every((it, n) => parts[from + n]?.toLowerCase() === it));
    if (at >= 0) found.add(parts.slice(0, at + end.length).join("/"));
  }
  return [...found];
}

function partsOf(typed: string): readonly string[] {
  return typed.split(/[\\/]+/).filter((it) => it !== "" && it !== ".");
}

function noSuchPath({ site, source, id }: Snapshot, path: string): Problem {
  return {
    code: "snapshot-path-missing",
    severity: "error",
    message: `${site}/${source} (${id}) holds no file or folder called ${path}.`,
    where: `${site}/${source}`,
    hint: `See what it holds: sitekeep snapshots show ${site}/${source}`,
  };
}

function severalPaths({ site, source }: Snapshot, typed: string, found: readonly string[]): Problem {
  const named = found.slice(0, namedMax).join(", ");
  const more = found.length > namedMax ? `, and ${found.length - namedMax} more` : "";
  return {
    code: "snapshot-path-ambiguous",
    severity: "error",
    message: `${countWords(found.length, "path")} of ${site}/${source} end in ${typed}.`,
    where: `${site}/${source}`,
    hint: `Name one of them: ${named}${more}.`,
  };
}
