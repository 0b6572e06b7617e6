import { toHex } from "../../core/base/bytes.ts";
import type { Snapshot } from "../../core/model/snapshot.ts";
import { bytesMember, countMember, decodeJson, encodeJson, objectMember, textMember } from "./json-body.ts";
import { Malformed, TooNew } from "./malformed.ts";

/** The one object that makes a snapshot exist. Written last, never edited. */
export interface Manifest {
  readonly snapshot: Omit<Snapshot, "proofs">;
  /** The `root` blob of the tree. */
  readonly tree: Uint8Array;
  /** The fence that its writer had seen (0: none yet). Prune asks whether a manifest is older than a fence. */
  readonly epoch: number;
}

const manifestVersion = 1;

export function encodeManifest(manifest: Manifest): Uint8Array {
  const { snapshot, tree, epoch } = manifest;
  return encodeJson({ version: manifestVersion, epoch, tree: toHex(tree), snapshot });
}

export function decodeManifest(body: Uint8Array): Manifest {
  const json = decodeJson(body);
  if (countMember(json, "version") > manifestVersion) throw new TooNew("its manifest is of a later version");
  const snapshot = objectMember(json, "snapshot");
  for (const member of ["id", "site", "policy", "source", "kind", "mode"]) textMember(snapshot, member);
  for (const member of ["point", "startedAt", "finishedAt", "asOf", "files", "bytes", "addedBytes"])
    countMember(snapshot, member);
  if (typeof snapshot["facts"] !== "object" || !Array.isArray(snapshot["problems"]))
    throw new Malformed("it has no facts or no problems");
  return {
    // Its digest was right and its members are there: it is what a writer of ours put down.
    snapshot: snapshot as unknown as Manifest["snapshot"],
    tree: bytesMember(json, "tree", 32),
    epoch: countMember(json, "epoch"),
  };
}
