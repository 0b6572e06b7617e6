import { merge, withEntry, withOrigin } from "./merge.ts";
import { asWritten, find, type Default, type Written, type WrittenMap } from "./written.ts";

/** Where a value comes from that stands in no file. */
export const byDefault: Default = { default: "default" };

/** Plain data as a map of defaults. */
export function defaultMap(data: object): WrittenMap {
  return asWritten(data, byDefault) as WrittenMap;
}

/** What is written laid over defaults; the defaults alone where it is no map. */
export function over(defaults: object, value: Written | undefined): WrittenMap {
  return value?.is === "map" ? merge(defaultMap(defaults), value) : defaultMap(defaults);
}

/** Adds a key that nobody wrote. `from` names the key of the policy that its value is taken from. */
export function addMissing(
  map: WrittenMap,
  key: string,
  value: Written | undefined,
  from?: string,
): WrittenMap {
  if (value === undefined || find(map, key) !== undefined) return map;
  const origin = { default: from === undefined ? "default" : `default, from ${from}` };
  return withEntry(map, key, withOrigin(value, origin));
}
