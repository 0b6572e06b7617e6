import { createHash } from "node:crypto";
import {
  closeSync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import type { FileTarget } from "./messages.ts";
import { fileSeconds } from "./file-time.ts";

/** Why a file was not written, in words. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/**
 * Writes one file under a temporary name beside its own, and gives it its name when it is whole and has the
 * right digest. Until then nothing that was there is touched.
 */
export class FileInWriting {
  readonly #target: FileTarget;
  readonly #handle: number;
  readonly #digest = createHash("sha256");

  constructor(target: FileTarget) {
    if (!target.overwrite && exists(target.path)) throw new Refused("a file of this name is there already");
    this.#target = target;
    // `wx` follows no link and takes no file that is there.
    this.#handle = openSync(target.temporary, "wx", 0o666);
  }

  write(bytes: Uint8Array): void {
    this.#digest.update(bytes);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#handle, bytes, at);
  }

  /** Sets the time and the name. Nothing is left of a file whose bytes have another digest. */
  finish(sha256: Uint8Array): void {
    const found = this.#digest.digest();
    if (found.some((byte, at) => byte !== sha256[at])) {
      this.abandon();
      throw new Refused("its content in the repository is damaged: it has another digest");
    }
    const seconds = fileSeconds(this.#target.modifiedAt);
    futimesSync(this.#handle, seconds, seconds);
    closeSync(this.#handle);
    moveIntoPlace(this.#target);
  }

  abandon(): void {
    closeSync(this.#handle);
    unlinkSync(this.#target.temporary);
  }
}

function moveIntoPlace({ temporary, path, overwrite }: FileTarget): void {
  try {
    if (overwrite) renameSync(temporary, path);
    else moveExclusively(temporary, path);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

/** Only a new link can't take the place of a file that came in between. Where there are no links, we look first. */
function moveExclusively(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
    unlinkSync(temporary);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST" || exists(path))
      throw new Refused("a file of this name is there already", { cause: error });
    renameSync(temporary, path);
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** A refusal or an error of the file system as one reason; anything else is a fault of ours and passes. */
export function refusalOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
  return wordsFor[code] ?? message;
}

const wordsFor: Readonly<Record<string, string>> = {
  EACCES: "access is denied",
  EPERM: "access is denied",
  ENOSPC: "the disk is full",
  EISDIR: "a folder of this name is there already",
  ENAMETOOLONG: "its name is too long here",
};
