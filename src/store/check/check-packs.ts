import { type Instant, minute } from "../../core/base/instant.ts";
import type { CheckProgress, Damage } from "../../core/model/repository/repository-check.ts";
import { damageOf } from "./check-objects.ts";
import { type BadBlobs, findBad, jobsOf } from "../crew/blob-jobs.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { packName } from "../format/layout.ts";
import { Malformed } from "../format/encoding/malformed.ts";
import { readPackTable } from "../format/pack-table.ts";
import { ownBuffer } from "../index/group-fetcher.ts";
import { addLedgerPage, packMark } from "../objects/ledger.ts";
import { readWhole } from "../objects/object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import type { ReadParts } from "../crew/read-parts.ts";

/** Whole packs in memory at once. */
const packsMax = 3;
/** What was proven is filed so often, so that a check that dies has not read in vain. */
const ledgerEveryMs = 5 * minute;

export interface PackCheckOptions {
  readonly signal: AbortSignal;
  now(): Instant;
  onProgress?(progress: CheckProgress): void;
}

export interface ListedPack {
  readonly name: string;
  readonly size: number;
}

/** Reads packs whole, proves every byte of them, and files what was proven. */
export class PackCheck {
  readonly #parts: ReadParts;
  readonly #options: PackCheckOptions;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #proven: string[] = [];
  #filed = 0;
  #filedAt: Instant;
  #totalBytes = 0;
  readonly damage: Damage[] = [];
  readonly read = { files: 0, bytes: 0 };

  constructor(parts: ReadParts, options: PackCheckOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#filedAt = options.now();
    const { packs } = parts.index.chunks;
    this.#numbers = new Map(packs.map(({ digest }, number) => [packName(digest), number]));
  }

  /** Whether stopped or done, the ledger knows of what was proven. */
  async run(packs: readonly ListedPack[]): Promise<void> {
    this.#totalBytes = packs.reduce((sum, { size }) => sum + size, 0);
    try {
      await forEachLimited(packs, packsMax, (pack) => this.#readOne(pack));
    } finally {
      // One page for all: those that were filed on the way are superseded by it.
      await addLedgerPage(this.#parts.store, { at: this.#options.now(), packs: this.#proven });
    }
  }

  async #readOne({ name, size }: ListedPack): Promise<void> {
    this.#options.signal.throwIfAborted();
    const fault = await this.#faultOf(name);
    this.read.files++;
    this.read.bytes += size;
    if (fault === undefined) this.#proven.push(packMark(name));
    // What is gone since the folder was read was moved: whether it is needed shows when trees are followed.
    else if (fault.is !== "missing") this.damage.push(fault);
    this.#options.onProgress?.({
      step: "packs",
      doneBytes: this.read.bytes,
      totalBytes: this.#totalBytes,
    });
    await this.#fileIfDue();
  }

  async #faultOf(name: string): Promise<Damage | undefined> {
    const { store, session, index } = this.#parts;
    try {
      const bytes = ownBuffer(await readWhole(store.backend, { type: "pack", name }));
      const digest = Buffer.from(name.slice(name.lastIndexOf("/") + 1), "hex");
      const post = session.idlest({ bytes: bytes.length, files: 1 });
      const proof = await session.ask(post, { do: "prove-pack", bytes, digest }, [bytes.buffer]);
      if ("fault" in proof) return { object: name, is: "damaged", what: proof.fault };
      const number = this.#numbers.get(name);
      if (number === undefined || agreesWithIndex(index.chunks, number, proof.table)) return undefined;
      return { object: name, is: "damaged", what: "the index tells its places wrong" };
    } catch (thrown) {
      return damageOf(name, thrown);
    }
  }

  async #fileIfDue(): Promise<void> {
    const at = this.#options.now();
    if (at - this.#filedAt < ledgerEveryMs) return;
    this.#filedAt = at;
    const packs = this.#proven.slice(this.#filed);
    this.#filed = this.#proven.length;
    await addLedgerPage(this.#parts.store, { at, packs });
  }
}

/** The entries of the index that lie in a pack. */
export function entriesOf(chunks: ChunkIndex, pack: number): Uint32Array {
  const entries: number[] = [];
  for (let entry = 0; entry < chunks.count; entry++)
    if (chunks.place(entry).pack === pack) entries.push(entry);
  return Uint32Array.from(entries);
}

/**
 * Opens the groups of these entries, which are in the order in which they lie, and names those that can't be
 * had.
 */
export async function findBadBlobs(parts: ReadParts, entries: Uint32Array): Promise<BadBlobs> {
  const all: BadBlobs[] = [];
  for (const job of jobsOf(parts.index.chunks, entries)) all.push(await findBad(parts, job));
  return {
    bad: all.flatMap(({ bad }) => bad),
    refused: all.flatMap(({ refused }) => refused),
    wrong: all.flatMap(({ wrong }) => wrong),
  };
}

/** Whether the index has each group and blob of a pack where the pack's own table has it. */
function agreesWithIndex(chunks: ChunkIndex, number: number, table: Uint8Array): boolean {
  const { groups } = chunks.packs[number]!;
  let agrees = true;
  try {
    readPackTable(table, {
      group(at, row) {
        const known = groups[at];
        agrees &&=
          known?.sealedBytes === row.sealedBytes &&
          known.plainBytes === row.plainBytes &&
          known.compressed === row.compressed;
      },
      blob(group, offset, { type, id, length }) {
        const entry = chunks.find(type, id);
        const place = entry === -1 ? undefined : chunks.place(entry);
        // The same blob may lie in another pack, which the index read first.
        if (place?.pack !== number) agrees &&= place !== undefined;
        else agrees &&= place.group === group && place.offset === offset && place.length === length;
      },
    });
  } catch (thrown) {
    if (!(thrown instanceof Malformed)) throw thrown;
    return false;
  }
  return agrees;
}
