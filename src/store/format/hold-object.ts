import type { NewHold, Release } from "../../core/model/repository/hold.ts";
import {
  countMember,
  decodeJson,
  encodeJson,
  instantMember,
  textMember,
  textsMember,
} from "./encoding/json-body.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";

const holdVersion = 1;
const idPattern = /^[0-9a-f]{20}$/;

/** The word that a point stays, as JSON. */
export function encodeHold({ at, by, note, site, snapshots }: NewHold): Uint8Array {
  return encodeJson({ version: holdVersion, at, by, note, site, snapshots });
}

/** The word that ends a hold, as JSON: an object of the same type, so that one listing finds both. */
export function encodeRelease({ at, by, note, releases }: Release): Uint8Array {
  return encodeJson({ version: holdVersion, at, by, note, releases });
}

/** A hold, or the release of one: that names the hold in `releases`. */
export function decodeHold(body: Uint8Array): NewHold | Release {
  const json = decodeJson(body);
  if (countMember(json, "version") > holdVersion) throw new TooNew("it is of a later version");
  const word = { at: instantMember(json, "at"), by: textMember(json, "by"), note: textMember(json, "note") };
  if ("releases" in json) {
    const releases = textMember(json, "releases");
    if (!idPattern.test(releases)) throw new Malformed("it releases what is no hold");
    return { ...word, releases };
  }
  const snapshots = textsMember(json, "snapshots");
  if (snapshots.length === 0) throw new Malformed("it holds no snapshot");
  return { ...word, site: textMember(json, "site"), snapshots };
}
