import { join, sep } from "node:path";
import { digestBytes, digestOf } from "../format/encoding/envelope.ts";
import { Malformed } from "../format/encoding/malformed.ts";
import { type FilesToWrite, type FileTarget, noGroup, type RefusedFile } from "./messages.ts";
import type { OpenGroups } from "./open-groups.ts";
import { reasonOf, writeWholeFile } from "./write-file.ts";

/** Writes files of one chunk each. Says of each that was not written why. */
export function writeFiles(files: FilesToWrite, groups: OpenGroups): readonly RefusedFile[] {
  const contents = new Contents(files, groups);
  const refused: RefusedFile[] = [];
  for (const [at, name] of files.names.split("\0").entries()) {
    // Its content first: a damaged one leaves no trace in the target.
    const reason = reasonOf(() => {
      const bytes = contents.read(at);
      writeWholeFile(targetOf(files, name, at), bytes);
    });
    if (reason !== undefined) refused.push({ at, reason });
  }
  return refused;
}

function targetOf(files: FilesToWrite, name: string, at: number): FileTarget {
  const path = join(files.root, name);
  return {
    path,
    temporary: `${path.slice(0, path.lastIndexOf(sep) + 1)}${files.temporary}${files.firstNumber + at}`,
    modifiedAt: files.modifiedAt[at]!,
    overwrite: files.overwrite,
    inNewFolder: files.inNewFolder[at] === 1,
  };
}

const nothing = new Uint8Array(0);

/** What the files hold, compared with its digest: once where neighbours hold the same. */
class Contents {
  readonly #files: FilesToWrite;
  readonly #groups: OpenGroups;
  /** The file that was proven last, and its bytes. */
  #last: { readonly at: number; readonly bytes: Uint8Array } | undefined;

  constructor(files: FilesToWrite, groups: OpenGroups) {
    this.#files = files;
    this.#groups = groups;
  }

  /** `Malformed` when it is damaged. */
  read(at: number): Uint8Array {
    if (this.#files.groups[at] === noGroup) return nothing;
    if (this.#last && this.#isSame(this.#last.at, at)) return this.#last.bytes;
    const { groups, offsets, lengths, ids } = this.#files;
    const slice = { group: groups[at]!, offset: offsets[at]!, length: lengths[at]! };
    const bytes = this.#groups.slice(slice);
    const id = ids.subarray(at * digestBytes, (at + 1) * digestBytes);
    if (Buffer.compare(digestOf(bytes), id) !== 0) throw new Malformed("it has another digest");
    this.#last = { at, bytes };
    return bytes;
  }

  /** The places and the names of chunks come from one row of the index: equal places have equal names. */
  #isSame(left: number, right: number): boolean {
    const { groups, offsets, lengths } = this.#files;
    return (
      groups[left] === groups[right] && offsets[left] === offsets[right] && lengths[left] === lengths[right]
    );
  }
}
