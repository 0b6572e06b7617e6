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
import { Malformed } from "../format/encoding/malformed.ts";
import type { FileTarget } from "./messages.ts";
import { fileSeconds } from "./file-time.ts";

/** Why a file was not written, in words. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Writes a file whose bytes are known to be right, as `FileInWriting` does, in one go. */
export function writeWholeFile(target: FileTarget, bytes: Uint8Array): void {
  const handle = begin(target);
  try {
    writeAll(handle, bytes);
  } catch (thrown) {
    discard(handle, target);
    throw thrown;
  }
  settle(handle, target);
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
    this.#target = target;
    this.#handle = begin(target);
  }

  write(bytes: Uint8Array): void {
    this.#digest.update(bytes);
    writeAll(this.#handle, bytes);
  }

  /** Sets the time and the name. Nothing is left of a file whose bytes have another digest. */
  finish(sha256: Uint8Array): void {
    const found = this.#digest.digest();
    if (found.some((byte, at) => byte !== sha256[at])) {
      this.abandon();
      throw new Malformed("it has another digest");
    }
    settle(this.#handle, this.#target);
  }

  abandon(): void {
    discard(this.#handle, this.#target);
  }
}

function begin({ path, temporary, overwrite, inNewFolder }: FileTarget): number {
  // Only spares the work: whether a file is there when this one gets its name is decided then.
  if (!overwrite && !inNewFolder && exists(path)) throw new Refused("a file of this name is there already");
  // `wx` follows no link and takes no file that is there.
  return openSync(temporary, "wx", 0o666);
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
}

function settle(handle: number, target: FileTarget): void {
  try {
    const seconds = fileSeconds(target.modifiedAt);
    futimesSync(handle, seconds, seconds);
  } catch (thrown) {
    discard(handle, target);
    throw thrown;
  }
  closeSync(handle);
  moveIntoPlace(target);
}

function discard(handle: number, { temporary }: FileTarget): void {
  closeSync(handle);
  unlinkSync(temporary);
}

function moveIntoPlace({ temporary, path, overwrite }: FileTarget): void {
  try {
    if (overwrite) renameSync(temporary, path);
    else moveExclusively(temporary, path);
  } catch (thrown) {
    unlinkSync(temporary);
    throw thrown;
  }
}

/**
 * Only a new link can't take the place of a file that came in between, or that differs by case alone where
 * the file system does not tell them apart. Where there are no links, we look first.
 */
function moveExclusively(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
    unlinkSync(temporary);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST" || exists(path))
      throw new Refused("a file of this name is there already", { cause: thrown });
    renameSync(temporary, path);
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Runs it and says why it could not be done, if so. */
export function reasonOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return refusalOf(thrown);
  }
}

/**
 * A refusal, damage or an error of the file system as one reason; anything else is a fault of ours and
 * passes.
 */
export function refusalOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (error instanceof Malformed) return damageReason(error.message);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
  return wordsFor[code] ?? message;
}

export function damageReason(what: string): string {
  return `its content in the repository is damaged: ${what}`;
}

const wordsFor: Readonly<Record<string, string>> = {
  EACCES: "access is denied",
  EPERM: "access is denied",
  ENOSPC: "the disk is full",
  EISDIR: "a folder of this name is there already",
  ENAMETOOLONG: "its name is too long here",
};
