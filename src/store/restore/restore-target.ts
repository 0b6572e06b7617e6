import { lstatSync, mkdirSync, type Stats, utimesSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Instant } from "../../core/base/instant.ts";
import { makeFolders } from "../backends/make-folders.ts";
import { decidePathRefusal } from "./restore-path.ts";
import { fileSeconds } from "../ingest/file-time.ts";

/** A folder that this restore has made, or a real one that was there; or why nothing can be put below it. */
type FolderState = "made" | "found" | { readonly refused: string };

/**
 * The folder that is restored to. It makes folders and gives places for files, and follows no link below
 * itself. Folders are made one after the other, each asked for directly: another thread would take longer to
 * wake than the system to answer.
 */
export class RestoreTarget {
  readonly root: string;
  readonly #folders = new Map<string, FolderState>();
  readonly #times: { readonly path: string; readonly modifiedAt: Instant }[] = [];

  private constructor(root: string, state: FolderState) {
    this.root = root;
    this.#folders.set(".", state);
  }

  /** Makes the folder if need be. It may itself be a link: the operator named it. */
  static async open(folder: string): Promise<RestoreTarget> {
    const made = await makeFolders(folder);
    return new RestoreTarget(await realpath(folder), made === undefined ? "found" : "made");
  }

  /** Makes a folder of the tree; says why it could not be made. Its time is set at the end. */
  makeFolder(path: string, modifiedAt: Instant): string | undefined {
    const refusal = decidePathRefusal(path, process.platform);
    if (refusal !== undefined) return refusal;
    const folder = this.#folder(path);
    if (typeof folder === "object") return folder.refused;
    this.#times.push({ path, modifiedAt });
    return undefined;
  }

  /** Makes sure of the folders above a file; says why it can't be put there. */
  placeFile(path: string): { readonly inNewFolder: boolean } | { readonly refused: string } {
    const refused = decidePathRefusal(path, process.platform);
    if (refused !== undefined) return { refused };
    const folder = this.#folder(dirname(path));
    return typeof folder === "object" ? folder : { inNewFolder: folder === "made" };
  }

  /** Sets the folders' times, the deepest first: writing into a folder changes its own. */
  setFolderTimes(): void {
    for (const { path, modifiedAt } of this.#times.toReversed()) {
      const seconds = fileSeconds(modifiedAt);
      utimesSync(join(this.root, path), seconds, seconds);
    }
  }

  #folder(path: string): FolderState {
    let state = this.#folders.get(path);
    if (state === undefined) this.#folders.set(path, (state = this.#makeOrFind(path)));
    return state;
  }

  #makeOrFind(path: string): FolderState {
    const above = this.#folder(dirname(path));
    if (typeof above === "object") return above;
    const full = join(this.root, path);
    try {
      mkdirSync(full);
      return "made";
    } catch (thrown) {
      const refused = reasonAgainst(path, full, thrown as NodeJS.ErrnoException);
      return refused === undefined ? "found" : { refused };
    }
  }
}

/** Why a folder that could not be made is no place to write to; nothing when it is a folder already. */
function reasonAgainst(path: string, full: string, error: NodeJS.ErrnoException): string | undefined {
  const found = lookAt(full);
  if (found?.isDirectory()) return undefined;
  if (found?.isSymbolicLink()) return `“${path}” is a link, and nothing is written through links`;
  return found ? `“${path}” is a file, not a folder` : `the folder “${path}” can't be made: ${error.message}`;
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
