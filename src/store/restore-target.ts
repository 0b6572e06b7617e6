import { lstat, mkdir, realpath, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Instant } from "../core/base/instant.ts";
import { makeFolders } from "./backends/make-folders.ts";
import { decidePathRefusal } from "./restore-path.ts";
import { fileSeconds } from "./ingest/file-time.ts";

/** The folder that is restored to. It makes folders and gives places for files, and follows no link below itself. */
export class RestoreTarget {
  readonly #root: string;
  /** Folders that are known to be real ones, or why they are not. */
  readonly #checked = new Map<string, Promise<string | undefined>>();
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
  async makeFolder(path: string, modifiedAt: Instant): Promise<string | undefined> {
    const refusal = decidePathRefusal(path, process.platform) ?? (await this.#checkFolder(path));
    if (refusal === undefined) this.#times.push({ path, modifiedAt });
    return refusal;
  }

  /** Makes sure of the folders above a file and says where it goes, or why it can't. */
  async placeFile(path: string): Promise<{ readonly path: string } | { readonly refused: string }> {
    const above = dirname(path);
    const refused =
      decidePathRefusal(path, process.platform) ??
      (above === "." ? undefined : await this.#checkFolder(above));
    return refused === undefined ? { path: join(this.#root, path) } : { refused };
  }

  /** Sets the folders' times, the deepest first: writing into a folder changes its own. */
  async setFolderTimes(): Promise<void> {
    for (const { path, modifiedAt } of this.#times.toReversed()) {
      const seconds = fileSeconds(modifiedAt);
      await utimes(join(this.#root, path), seconds, seconds);
    }
  }

  #checkFolder(path: string): Promise<string | undefined> {
    let checked = this.#checked.get(path);
    if (!checked) {
      checked = this.#makeOrRefuse(path);
      this.#checked.set(path, checked);
    }
    return checked;
  }

  async #makeOrRefuse(path: string): Promise<string | undefined> {
    const above = dirname(path);
    const refusal = above === "." ? undefined : await this.#checkFolder(above);
    if (refusal !== undefined) return refusal;
    const full = join(this.#root, path);
    const made = await mkdir(full).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    );
    if (!made) return undefined;
    const found = await lstat(full).catch(() => undefined);
    if (found?.isDirectory()) return undefined;
    if (found?.isSymbolicLink()) return `“${path}” is a link, and nothing is written through links`;
    return found
      ? `“${path}” is a file, not a folder`
      : `the folder “${path}” can't be made: ${made.message}`;
  }
}
