import { toHex } from "../../core/base/bytes.ts";
import { given } from "../../core/base/given.ts";
import type { StoredEntry } from "../format/tree-segment.ts";
import type { TreeEntry } from "../repository.ts";

/** An entry of a tree as the repository's door shows it. */
export function viewEntry({ path, modifiedAt, attributes, file }: StoredEntry): TreeEntry {
  return {
    path,
    type: file ? "file" : "folder",
    size: file?.size ?? 0,
    modifiedAt,
    ...given({ attributes }),
    ...(file ? { sha256: toHex(file.sha256) } : {}),
  };
}
