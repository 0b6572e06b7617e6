import { toHex } from "../../core/base/bytes.ts";

/** Where each object lies. All names are lower case, so that every file system keeps them apart. */
export const configName = "config";
/** A second object with the bytes of `config`: losing one sector must not lose a repository. */
export const configCopyName = "config.copy";

export const keyFolder = "keys/";
export const packFolder = "packs/";
export const indexFolder = "index/";
export const snapshotFolder = "snapshots/";
export const proofFolder = "proofs/";
export const recordFolder = "records/";
export const fenceFolder = "fences/";
export const trashFolder = "trash/";
export const leaseFolder = "leases/";
export const ledgerFolder = "ledger/";
export const lostFolder = "lost/";
export const keyProofFolder = "key-proofs/";
export const holdFolder = "holds/";
/** The record by which programs that know no holds are stopped. */
export const holdMarkName = `${recordFolder}runs/holds`;

/**
 * The names that objects can have. Programs and people leave files wherever they look: what is named in
 * another way is a stranger, and nobody reads it. The last part of a record's name has no dot: `desktop.ini`
 * is none.
 */
const objectNames: readonly RegExp[] = [
  /^config(\.copy)?$/,
  /^keys\/[0-9a-f]{16}(\.copy)?$/,
  /^packs\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/,
  /^trash\/\d{8}\/[0-9a-f]{64}$/,
  /^index\/(\d{8}-)?[0-9a-f]{32}$/,
  /^snapshots\/[0-9a-z-]+$/,
  /^proofs\/[0-9a-z-]+\/[0-9a-f]{20}$/,
  /^records\/([0-9a-z_-][0-9a-z._-]*\/)*[0-9a-z_-]+$/,
  /^fences\/\d{8}$/,
  /^ledger\/[0-9a-f]{32}$/,
  /^(leases|lost|key-proofs|holds)\/[0-9a-f]{20}$/,
];

/** Whether an object can have this name. */
export function isObjectName(name: string): boolean {
  return objectNames.some((pattern) => pattern.test(name));
}

/** Two objects of equal bytes for one slot. */
export function keySlotNames(slot: string): readonly string[] {
  return [`${keyFolder}${slot}`, `${keyFolder}${slot}.copy`];
}

/** A pack is named by the digest that it ends in, in 256 folders. */
export function packName(digest: Uint8Array): string {
  const hex = toHex(digest);
  return `${packFolder}${hex.slice(0, 2)}/${hex}`;
}

/** The name of an index file tells the epoch of whoever wrote it, from the first fence on. */
export function indexName(epoch: number, random: string): string {
  return epoch === 0 ? `${indexFolder}${random}` : `${indexFolder}${fenceDigits(epoch)}-${random}`;
}

export function indexEpochOf(name: string): number {
  const [, digits] = /^index\/(\d{8})-[0-9a-f]{32}$/.exec(name) ?? [];
  return Number(digits ?? 0);
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

export function fenceName(number: number): string {
  return `${fenceFolder}${fenceDigits(number)}`;
}

/** The number that a fence's name states; `undefined` for what is no fence. */
export function fenceNumberOf(name: string): number | undefined {
  const [, digits] = /^fences\/(\d{8})$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Where the prune that published a fence puts a pack that nothing needs. */
export function trashName(fence: number, digest: Uint8Array): string {
  return `${trashFolder}${fenceDigits(fence)}/${toHex(digest)}`;
}

/**
 * The fence and the pack's digest in hexadecimal that a name in the trash states; `undefined` for what is
 * none.
 */
export function trashPlaceOf(name: string): { readonly fence: number; readonly pack: string } | undefined {
  const [, fence, pack] = /^trash\/(\d{8})\/([0-9a-f]{64})$/.exec(name) ?? [];
  return fence === undefined || pack === undefined ? undefined : { fence: Number(fence), pack };
}

export function leaseName(random: string): string {
  return `${leaseFolder}${random}`;
}

function fenceDigits(number: number): string {
  return String(number).padStart(8, "0");
}

export function ledgerName(random: string): string {
  return `${ledgerFolder}${random}`;
}

export function lostName(random: string): string {
  return `${lostFolder}${random}`;
}

export function keyProofName(random: string): string {
  return `${keyProofFolder}${random}`;
}

export function holdName(random: string): string {
  return `${holdFolder}${random}`;
}
