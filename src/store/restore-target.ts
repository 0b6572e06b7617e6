import { lstatSync, mkdirSync, type Stats, utimesSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Instant } from "../core/base/instant.ts";
import { makeFolders } from "./backends/make-folders.ts";
import { decidePathRefusal } from "./restore-path.ts";
import { fileSeconds } from "./ingest/file-time.ts";

/**
 * The folder that is restored to. It makes folders and gives places for files, and follows no link below itself. Folders are
 * made one after the other, each asked for directly: another thread would take longer to wake than the system to answer.
 */
export class RestoreTarget {
  readonly #root: string;
  /** Folders that are known to be real ones, or why they are not. */
  readonly #checked = new Map<string, string | undefined>();
  readonly #times: { readonly path: string; readonly modifiedAt: Instant }[] = [];

  private constructor(root: string) {
    this.#root = root;
  }

  /** Makes the folder if need be. It may itself be a link: the operator named it. */
  static async open(folder: string): Promise<RestoreTarget> {
    await makeFolders(folder);
    return new RestoreTarget(await realpath(folder));
  }

  /** Makes a folder of the tree; says why it could not be made. Its time is set at the end. */
  makeFolder(path: string, modifiedAt: Instant): string | undefined {
    const refusal = decidePathRefusal(path, process.platform) ?? this.#checkFolder(path);
    if (refusal === undefined) this.#times.push({ path, modifiedAt });
    return refusal;
  }

  /** Makes sure of the folders above a file and says where it goes, or why it can't. */
  placeFile(path: string): { readonly path: string } | { readonly refused: string } {
    const above = dirname(path);
    const refused =
      decidePathRefusal(path, process.platform) ?? (above === "." ? undefined : this.#checkFolder(above));
    return refused === undefined ? { path: join(this.#root, path) } : { refused };
  }

  /** Sets the folders' times, the deepest first: writing into a folder changes its own. */
  setFolderTimes(): void {
    for (const { path, modifiedAt } of this.#times.toReversed()) {
      const seconds = fileSeconds(modifiedAt);
      utimesSync(join(this.#root, path), seconds, seconds);
    }
  }

  #checkFolder(path: string): string | undefined {
    if (!this.#checked.has(path)) this.#checked.set(path, this.#makeOrRefuse(path));
    return this.#checked.get(path);
  }

  #makeOrRefuse(path: string): string | undefined {
    const above = dirname(path);
    const refusal = above === "." ? undefined : this.#checkFolder(above);
    if (refusal !== undefined) return refusal;
    const full = join(this.#root, path);
    try {
      mkdirSync(full);
      return undefined;
    } catch (error) {
      return reasonAgainst(path, full, error as NodeJS.ErrnoException);
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
