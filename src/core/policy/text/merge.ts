import { find, type Origin, type Written, type WrittenEntry, type WrittenMap } from "./written.ts";

// A reference to a secret is one choice of several: half of an old one and half of a new one is none.
const replacedWhole = new Set(["password", "passwords", "webhook"]);

/**
 * Lays one map over another: maps merge key by key, everything else is replaced. `null` stays, so that it
 * removes what any template or default below says. Maps that name two different kinds are not the same thing:
 * the upper one replaces the lower.
 */
export function merge(below: WrittenMap, above: WrittenMap): WrittenMap {
  const entries = new Map(below.entries);
  for (const [key, entry] of above.entries) entries.set(key, mergeEntry(key, entries.get(key), entry));
  return { is: "map", entries, origin: above.origin };
}

function mergeEntry(key: string, below: WrittenEntry | undefined, above: WrittenEntry): WrittenEntry {
  if (below?.value.is !== "map" || above.value.is !== "map" || replacedWhole.has(key)) return above;
  if (differ(find(below.value, "kind"), find(above.value, "kind"))) return above;
  return { key: above.key, value: merge(below.value, above.value) };
}

function differ(below: Written | undefined, above: Written | undefined): boolean {
  return below?.is === "scalar" && above?.is === "scalar" && below.value !== above.value;
}

/** A map with one more key; an existing one is replaced. */
export function withEntry(map: WrittenMap, key: string, value: Written): WrittenMap {
  const entries = new Map(map.entries);
  entries.set(key, { key: entries.get(key)?.key ?? value.origin, value });
  return { ...map, entries };
}

/** A map without some of its keys. */
export function withoutEntries(map: WrittenMap, ...keys: readonly string[]): WrittenMap {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => !keys.includes(key))) };
}

/** A value as if it stood by itself somewhere else. */
export function withOrigin(value: Written, origin: Origin): Written {
  switch (value.is) {
    case "scalar":
      return { ...value, origin };
    case "list":
      return { ...value, items: value.items.map((it) => withOrigin(it, origin)), origin };
    case "map": {
      const entries = [...value.entries].map(
        ([key, entry]) => [key, { key: origin, value: withOrigin(entry.value, origin) }] as const,
      );
      return { is: "map", entries: new Map(entries), origin };
    }
  }
}
