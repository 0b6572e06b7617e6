import { toHex } from "../../core/base/bytes.ts";

/** Where each object lies. All names are lower case, so that every file system keeps them apart. */
export const configName = "config";
/** The same bytes once more: losing one sector must not lose a repository. */
export const configCopyName = "config.copy";

export const keyFolder = "keys/";
export const packFolder = "packs/";
export const indexFolder = "index/";
export const snapshotFolder = "snapshots/";
export const proofFolder = "proofs/";
export const recordFolder = "records/";

/** Two objects of equal bytes for one slot. */
export function keySlotNames(slot: string): readonly string[] {
  return [`${keyFolder}${slot}`, `${keyFolder}${slot}.copy`];
}

/** A pack is named by the digest that it ends in, in 256 folders. */
export function packName(digest: Uint8Array): string {
  const hex = toHex(digest);
  return `${packFolder}${hex.slice(0, 2)}/${hex}`;
}

export function indexName(random: string): string {
  return `${indexFolder}${random}`;
}

export function snapshotName(id: string): string {
  return `${snapshotFolder}${id}`;
}

export function proofName(snapshot: string, proof: string): string {
  return `${proofFolder}${snapshot}/${proof}`;
}

export function recordName(name: string): string {
  return `${recordFolder}${name}`;
}
