import type { Instant } from "../../core/base/instant.ts";
import type { SnapshotId } from "../../core/model/repository/snapshot.ts";
import {
  bytesMember,
  countMember,
  decodeJson,
  encodeJson,
  instantMember,
  textMember,
} from "./encoding/json-body.ts";
import { TooNew } from "./encoding/malformed.ts";
import { toHex } from "../../core/base/bytes.ts";

/**
 * A restore that is going on: until it ends or the lease does, what its tree needs stays where it is found.
 */
export interface Lease {
  readonly snapshot: SnapshotId;
  /** The `root` blob of the tree: it holds even when the manifest goes. */
  readonly tree: Uint8Array;
  readonly from: Instant;
  readonly until: Instant;
  /** Who restores, for people. */
  readonly holder: string;
}

const leaseVersion = 1;

export function encodeLease({ tree, ...lease }: Lease): Uint8Array {
  return encodeJson({ version: leaseVersion, ...lease, tree: toHex(tree) });
}

export function decodeLease(body: Uint8Array): Lease {
  const json = decodeJson(body);
  if (countMember(json, "version") > leaseVersion) throw new TooNew("its lease is of a later version");
  return {
    snapshot: textMember(json, "snapshot"),
    tree: bytesMember(json, "tree", 32),
    from: instantMember(json, "from"),
    until: instantMember(json, "until"),
    holder: textMember(json, "holder"),
  };
}
