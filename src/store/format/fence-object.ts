import type { Instant } from "../../core/base/instant.ts";
import type { SnapshotId } from "../../core/model/repository/snapshot.ts";
import { countMember, decodeJson, encodeJson, instantMember, textsMember } from "./encoding/json-body.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";

/**
 * What a prune says before it takes anything away: the snapshots whose needs it has seen to, and the packs
 * that go. A snapshot that is not named here and was written under an older fence may need one of them.
 */
export interface Fence {
  readonly number: number;
  readonly at: Instant;
  /** Sorted. */
  readonly honoured: readonly SnapshotId[];
  /** Digests of packs in hexadecimal, sorted. Nobody builds on one of them again. */
  readonly trashed: readonly string[];
  /**
   * Names of the index files that list what stays, sorted. Others of older epochs may list what is no longer
   * whole.
   */
  readonly index: readonly string[];
  /**
   * Names of the index files that go, sorted. None of them is ever vouched for again: a prune that sleeps may
   * yet remove it.
   */
  readonly replaced: readonly string[];
}

const fenceVersion = 1;

export function encodeFence({ number, at, honoured, trashed, index, replaced }: Fence): Uint8Array {
  return encodeJson({ version: fenceVersion, number, at, honoured, trashed, index, replaced });
}

export function decodeFence(body: Uint8Array): Fence {
  const json = decodeJson(body);
  if (countMember(json, "version") > fenceVersion) throw new TooNew("its fence is of a later version");
  const trashed = textsMember(json, "trashed");
  if (!trashed.every((it) => /^[0-9a-f]{64}$/.test(it)))
    throw new Malformed("“trashed” names what is no pack");
  return {
    number: countMember(json, "number"),
    at: instantMember(json, "at"),
    honoured: textsMember(json, "honoured"),
    trashed,
    index: textsMember(json, "index"),
    replaced: textsMember(json, "replaced"),
  };
}
