import { toHex } from "../../core/base/bytes.ts";
import type { ChunkIndex } from "./chunk-index.ts";
import { digestOf } from "../format/encoding/envelope.ts";
import { Malformed } from "../format/encoding/malformed.ts";
import { type BlobType, blobTypes } from "../format/pack-table.ts";
import { gatherGroups } from "./group-fetcher.ts";
import { OpenGroups } from "../ingest/open-groups.ts";
import { asDamage, type ObjectStore } from "../objects/object-store.ts";
import { ObjectDamaged } from "../objects/repository-errors.ts";

/**
 * Reads the blobs that the store made itself: trees and lists. `ObjectDamaged` when one can't be verified,
 * and of these
 * `ObjectUnreadable` when its pack was refused.
 */
export class BlobReader {
  readonly #store: ObjectStore;
  readonly #index: ChunkIndex;
  /** Numbers of the packs that were read, and whose bytes are wrong. */
  readonly wrongPacks = new Set<number>();
  /** The group opened last: neighbours are asked for in turn. */
  #last: OpenedGroup | undefined;

  constructor(store: ObjectStore, index: ChunkIndex) {
    this.#store = store;
    this.#index = index;
  }

  async read(type: BlobType, id: Uint8Array): Promise<Uint8Array> {
    const name = `${titles[type]} ${toHex(id.subarray(0, 8))}`;
    const entry = this.#index.find(type, id);
    if (entry === -1) throw new ObjectDamaged(name, "it is missing");
    const opened = await this.#groupOf(entry);
    return asDamage(name, () => {
      const { offset, length } = this.#index.place(entry);
      try {
        const bytes = opened.groups.slice({ group: 0, offset, length });
        const isRight = type === blobTypes.list || Buffer.compare(digestOf(bytes), id) === 0;
        if (!isRight) throw new Malformed("its content has another digest");
        return bytes;
      } catch (thrown) {
        if (opened.wasRead && thrown instanceof Malformed) this.wrongPacks.add(opened.pack);
        throw thrown;
      }
    });
  }

  async #groupOf(entry: number): Promise<OpenedGroup> {
    const { pack, group } = this.#index.place(entry);
    if (this.#last?.pack === pack && this.#last.group === group) return this.#last;
    const { parts, refused, wasRead } = await gatherGroups(this.#store, this.#index, [entry]);
    if (refused[0]) throw refused[0];
    const groups = new OpenGroups(this.#store.secret, parts);
    return (this.#last = { pack, group, groups, wasRead: wasRead(entry) });
  }
}

interface OpenedGroup {
  readonly pack: number;
  readonly group: number;
  readonly groups: OpenGroups;
  /** False when its pack is missing. */
  readonly wasRead: boolean;
}

const titles: Readonly<Record<BlobType, string>> = {
  [blobTypes.data]: "chunk",
  [blobTypes.tree]: "tree segment",
  [blobTypes.root]: "tree root",
  [blobTypes.list]: "list of file",
  [blobTypes.piece]: "piece of a list",
  [blobTypes.pages]: "run of pages",
};
