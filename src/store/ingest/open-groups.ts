import { digestOf } from "../format/encoding/envelope.ts";
import { Malformed } from "../format/encoding/malformed.ts";
import { decodeGroup, packSeal } from "../format/pack.ts";
import { blobTypes } from "../format/pack-table.ts";
import { pagesIdOf } from "../format/encoding/pages.ts";
import type { RepositorySecret } from "../format/encoding/seal.ts";
import type { ChunkPlace, GroupSlice, PackPart } from "./messages.ts";

/** How many groups stay open: a file that shares chunks with an older one goes to and fro between packs. */
const openMax = 16;

/** The groups of a request, opened one by one as they are asked for. */
export class OpenGroups {
  readonly #secret: RepositorySecret;
  readonly #openers: readonly (() => Uint8Array)[];
  readonly #opened = new Map<number, Uint8Array>();

  constructor(secret: RepositorySecret, parts: readonly PackPart[]) {
    this.#secret = secret;
    this.#openers = parts.flatMap((part) => this.#openersOf(part));
  }

  /** The bytes of a slice; `Malformed` when its group is damaged. Their digest is not compared here. */
  slice({ group, offset, length }: GroupSlice): Uint8Array {
    const bytes = this.#opened.get(group) ?? this.#open(group);
    return bytes.subarray(offset, offset + length);
  }

  #open(group: number): Uint8Array {
    const bytes = this.#openers[group]!();
    if (this.#opened.size >= openMax) this.#opened.delete(this.#opened.keys().next().value!);
    this.#opened.set(group, bytes);
    return bytes;
  }

  #openersOf(part: PackPart): (() => Uint8Array)[] {
    const seal = packSeal(this.#secret, part.salt);
    return part.groups.map((group) => () => {
      if (group.sealed === undefined) throw new Malformed(group.missing ?? "its bytes are missing");
      return decodeGroup(seal, group.number, group.sealed, group);
    });
  }
}

/** Says what is wrong with a chunk, or nothing when its bytes have its name. */
export function findChunkDamage(groups: OpenGroups, place: ChunkPlace): string | undefined {
  try {
    const bytes = groups.slice(place);
    // The list of a file has the name of the file: its seal alone speaks for it.
    if (place.type === blobTypes.list) return undefined;
    const digest = place.type === blobTypes.pages ? pagesIdOf(bytes) : digestOf(bytes);
    return digest.every((byte, at) => byte === place.id[at]) ? undefined : "its content has another digest";
  } catch (thrown) {
    if (!(thrown instanceof Malformed)) throw thrown;
    return thrown.message;
  }
}
