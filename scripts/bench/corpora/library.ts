// A content library as Configuration Manager lays it out (DataLib, PkgLib, FileLib), filled with real files
// of this machine.
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { filetimeOf, iniText } from "../../../packages/lab/src/windows-formats.ts";
import { type Donor } from "./donors.ts";
import { below, type Random, randomFrom, shuffled } from "./random.ts";

export interface LibrarySize {
  readonly files: number;
  readonly bytes: number;
  readonly seed: number;
}

/** Up to this size a file counts as small: most files of a library are. */
const smallMax = 128 * 1024;
/** A larger one lends slices of this share of the whole, so that no image makes up a library alone. */
const sliceShare = 1 / 16;
/**
 * What one content adds for each of its files: the object, its users, its signature, and its entry in
 * DataLib.
 */
const filesPerObject = 4;
const objectsPerContent = 60;
const firstMoment = Date.UTC(2024, 0, 1);

/**
 * Makes a library of about so many files and bytes in an empty folder. Each object has other bytes than every
 * other. Throws when the donors have too little to lend.
 */
export function makeLibrary(folder: string, size: LibrarySize, donors: readonly Donor[]): void {
  const library = new Library(folder, size.seed);
  const random = randomFrom(size.seed);
  const sliceBytes = Math.max(smallMax, Math.floor(size.bytes * sliceShare));
  const loans = donors.flatMap((donor) => slicesOf(donor, sliceBytes));
  const smalls = shuffled(
    loans.filter((it) => it.length <= smallMax),
    random,
  );
  const larges = shuffled(
    loans.filter((it) => it.length > smallMax),
    random,
  );
  // Small and large in turn, in the proportion that meets both counts at the end.
  while (library.files + filesPerObject <= size.files) {
    const objectsLeft = (size.files - library.files) / filesPerObject;
    const bytesLeft = size.bytes - library.bytes;
    const isLargeDue = bytesLeft / objectsLeft > typicalSmall && below(random, largeEvery) === 0;
    const loan = (isLargeDue ? larges.pop() : undefined) ?? smalls.pop() ?? larges.pop();
    if (loan === undefined) throw new Error(tooLittle(size));
    library.keep(loan, Math.max(smallMax, bytesLeft));
  }
  fill(library, larges, size);
  library.finish();
}

const typicalSmall = 8 * 1024;
const largeEvery = 20;

/** Adds the bytes that are still missing with few, large objects. */
function fill(library: Library, larges: Loan[], size: LibrarySize): void {
  while (size.bytes - library.bytes > smallMax) {
    const loan = larges.pop();
    if (loan === undefined) throw new Error(tooLittle(size));
    library.keep(loan, size.bytes - library.bytes);
  }
}

/** A part of a donor that becomes one object. */
interface Loan {
  readonly file: string;
  readonly from: number;
  readonly length: number;
}

function slicesOf({ file, size }: Donor, sliceBytes: number): readonly Loan[] {
  return Array.from({ length: Math.ceil(size / sliceBytes) }, (_, at) => {
    const from = at * sliceBytes;
    return { file, from, length: Math.min(sliceBytes, size - from) };
  });
}

function tooLittle(size: LibrarySize): string {
  return `This machine's files don't suffice for ${size.files} files and ${size.bytes} bytes: name more folders with --donors.`;
}

/** A library that is being filled. */
class Library {
  files = 0;
  bytes = 0;
  readonly #folder: string;
  readonly #random: Random;
  readonly #kept = new Set<string>();
  #contents = 0;
  #entries: string[] = [];

  constructor(folder: string, seed: number) {
    this.#folder = folder;
    this.#random = randomFrom(seed ^ 0x5eed);
  }

  /**
   * Distributes what was lent, or its first bytes. Bytes that are there already get an entry and no object of
   * their own.
   */
  keep(loan: Loan, bytesMax: number): void {
    const bytes = readPart(loan, bytesMax);
    if (bytes === undefined) return;
    const hash = createHash("sha256").update(bytes).digest("hex").toUpperCase();
    const content = `PS1${String(10_000 + this.#contents)}.1`;
    const modifiedMs = firstMoment + below(this.#random, 700 * 24 * 3600) * 1000;
    this.#write(
      join("DataLib", content, nameOf(loan, hash)),
      entryText(hash, bytes.length, modifiedMs),
      modifiedMs,
    );
    this.#entries.push(hash);
    if (!this.#kept.has(hash)) this.#writeObject({ hash, bytes, content, modifiedMs });
    if (this.#entries.length >= objectsPerContent) this.finish();
  }

  /** Ends the content that is being filled: its digest in DataLib, its name in PkgLib. */
  finish(): void {
    if (this.#entries.length === 0) return;
    const id = `PS1${String(10_000 + this.#contents++)}`;
    const tree = createHash("sha256").update(this.#entries.join("")).digest("hex").toUpperCase();
    const info = Buffer.from(iniText([{ name: "Info", entries: [["Hash", tree]] }]));
    const packages = Buffer.from(iniText([{ name: "Packages", entries: [[`${id}.1`, ""]] }]));
    this.#write(join("DataLib", `${id}.1.INI`), info, firstMoment);
    this.#write(join("PkgLib", `${id}.INI`), packages, firstMoment);
    this.#entries = [];
  }

  #writeObject(object: { hash: string; bytes: Buffer; content: string; modifiedMs: number }): void {
    const { hash, bytes, content, modifiedMs } = object;
    const path = join("FileLib", hash.slice(0, 4), hash);
    this.#kept.add(hash);
    this.#write(path, bytes, modifiedMs);
    const users = iniText([{ name: "Users", entries: [[content, ""]] }]);
    this.#write(`${path}.INI`, Buffer.from(users), modifiedMs);
    this.#write(`${path}.SIG`, signatureOf(bytes), modifiedMs);
  }

  #write(path: string, bytes: Buffer, modifiedMs: number): void {
    const file = join(this.#folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    utimesSync(file, modifiedMs / 1000, modifiedMs / 1000);
    this.files += 1;
    this.bytes += bytes.length;
  }
}

/** Two donors of one name may meet in a content: the digest keeps them apart. */
function nameOf({ file }: Loan, hash: string): string {
  const folder = basename(dirname(file)).slice(0, 40);
  return join(folder, `${hash.slice(0, 6)}-${basename(file).slice(0, 80)}.INI`);
}

function entryText(hash: string, size: number, modifiedMs: number): Buffer {
  const entries: [string, string][] = [
    ["Hash", hash],
    ["Size", String(size)],
    ["Attributes", "20"],
    ["TimeModified", String(filetimeOf(modifiedMs))],
  ];
  return Buffer.from(iniText([{ name: "File", entries }]));
}

const signedBlockBytes = 16 * 1024;

/** As remote differential compression leaves it: a header, and a short digest of each block. */
function signatureOf(bytes: Buffer): Buffer {
  const parts = [Buffer.from("RDCSIG\u0001\u0000", "latin1")];
  for (let at = 0; at < bytes.length; at += signedBlockBytes) {
    const digest = createHash("md5")
      .update(bytes.subarray(at, at + signedBlockBytes))
      .digest();
    parts.push(digest.subarray(0, 8));
  }
  return Buffer.concat(parts);
}

function readPart({ file, from, length }: Loan, bytesMax: number): Buffer | undefined {
  try {
    const handle = openSync(file, "r");
    const bytes = Buffer.alloc(Math.min(length, bytesMax));
    const read = readSync(handle, bytes, 0, bytes.length, from);
    closeSync(handle);
    return bytes.subarray(0, read);
  } catch {
    return undefined; // Not for us to read.
  }
}
