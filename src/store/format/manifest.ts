import { toHex } from "../../core/base/bytes.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/base/json.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import {
  bytesMember,
  countMember,
  decodeJson,
  encodeJson,
  instantMember,
  listMember,
  objectMember,
  textMember,
  textsMember,
} from "./encoding/json-body.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";

/** The one object that makes a snapshot exist. Written last, never edited. */
export interface Manifest {
  readonly snapshot: Omit<Snapshot, "proofs">;
  /** The `root` blob of the tree. */
  readonly tree: Uint8Array;
  /**
   * The fence that its writer had seen (0: none yet). Prune asks whether a manifest is older than a fence.
   */
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
  checkSnapshot(snapshot);
  return {
    // Its members were looked at one by one.
    snapshot: snapshot as unknown as Manifest["snapshot"],
    tree: bytesMember(json, "tree", 32),
    epoch: countMember(json, "epoch"),
  };
}

/**
 * In an unencrypted repository whoever may write can forge a manifest: nothing is taken for what its name
 * says.
 */
function checkSnapshot(snapshot: JsonObject): void {
  for (const member of ["id", "site", "policy", "source", "kind", "mode"]) textMember(snapshot, member);
  for (const member of ["point", "startedAt", "finishedAt", "asOf"]) instantMember(snapshot, member);
  for (const member of ["files", "bytes", "addedBytes"]) countMember(snapshot, member);
  if (snapshot["base"] !== undefined) textMember(snapshot, "base");
  if (snapshot["pointSources"] !== undefined) textsMember(snapshot, "pointSources");
  objectMember(snapshot, "facts");
  for (const problem of listMember(snapshot, "problems")) checkProblem(problem);
}

function checkProblem(problem: Json): void {
  if (!isJsonObject(problem)) throw new Malformed("a problem is no object");
  for (const member of ["code", "severity", "message", "where", "hint"]) textMember(problem, member);
}
