import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Donor } from "../corpora/donors.ts";
import { type LibrarySize, makeLibrary } from "../corpora/library.ts";
import { digestTree } from "../measure/tree.ts";
import type { Corpus } from "../tools/tool.ts";
import type { Series } from "./round.ts";

/**
 * The content library: first, unchanged, restored, and moved to another drive as a copy with the same times.
 */
export function prepareLibrary(folder: string, size: LibrarySize, donors: readonly Donor[]): Series {
  const library = corpusAt(join(folder, "e"), "E:\\SCCMContentLib");
  const moved = corpusAt(join(folder, "g"), "G:\\SCCMContentLib");
  makeLibrary(library.folder, size, donors);
  // Not renamed: on another drive every file has another id.
  execFileSync("cp", ["-a", `${library.folder}/.`, moved.folder]);
  const digest = digestTree(library.folder);
  const stay = (["first", "unchanged", "restore"] as const).map((work) => ({
    work,
    corpus: library,
    digest,
  }));
  return { part: "library", steps: [...stay, { work: "moved", corpus: moved, digest }] };
}

function corpusAt(drive: string, shown: string): Corpus {
  const folder = join(drive, "SCCMContentLib");
  mkdirSync(folder, { recursive: true });
  return { source: "library", kind: "content-library", folder, shown };
}
