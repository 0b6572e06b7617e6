/** A text file, prepared for pointing at places in it. */
export interface TextFile {
  readonly path: string;
  readonly lines: readonly string[];
  /** Offset of each line's first character. */
  readonly lineStarts: readonly number[];
}

/** A stretch of a file, as offsets of characters. */
export interface Place {
  readonly file: TextFile;
  readonly start: number;
  readonly end: number;
}

/** Why a value is there though nobody wrote it: `default`, or `default, from site.database`. */
export interface Default {
  readonly default: string;
}

/** Where a value comes from. It survives merging, so every value of a policy can be explained. */
export type Origin = Place | Default;

/** A value as somebody wrote it, or as a default stands for it. */
export type Written = WrittenScalar | WrittenList | WrittenMap;

export interface WrittenScalar {
  readonly is: "scalar";
  readonly value: string | number | boolean | null;
  /** The characters in the file: `001` where `value` is 1, nothing where a value was forgotten. */
  readonly source: string;
  readonly origin: Origin;
}

export interface WrittenList {
  readonly is: "list";
  readonly items: readonly Written[];
  readonly origin: Origin;
}

export interface WrittenMap {
  readonly is: "map";
  readonly entries: ReadonlyMap<string, WrittenEntry>;
  readonly origin: Origin;
}

export interface WrittenEntry {
  readonly key: Origin;
  readonly value: Written;
}

export function isPlace(origin: Origin): origin is Place {
  return "file" in origin;
}

/** The value under a key path, or `undefined` where it is absent, `null`, or its parent is no map. */
export function find(value: Written | undefined, ...keys: readonly string[]): Written | undefined {
  const found = keys.reduce<Written | undefined>(
    (at, key) => (at?.is === "map" ? at.entries.get(key)?.value : undefined),
    value,
  );
  return found?.is === "scalar" && found.value === null ? undefined : found;
}

/** The text under a key path, or `undefined` where there is none. */
export function findText(value: Written | undefined, ...keys: readonly string[]): string | undefined {
  const found = find(value, ...keys);
  return found?.is === "scalar" && typeof found.value === "string" ? found.value : undefined;
}

/** The entries of a map in their order, without those that `null` removed; none where it is no map. */
export function entriesOf(value: Written | undefined): readonly (readonly [string, Written])[] {
  if (value?.is !== "map") return [];
  return [...value.entries]
    .map(([key, entry]) => [key, entry.value] as const)
    .filter(([, it]) => find(it) !== undefined);
}

/** The items of a list; none where it is absent; a single scalar counts as a list of itself. */
export function itemsOf(value: Written | undefined): readonly Written[] {
  if (value === undefined || value.is === "map") return [];
  return value.is === "list" ? value.items : [value];
}

/** Writes plain data as if it stood in a policy, with one origin for all of it. */
export function asWritten(data: unknown, origin: Origin): Written {
  if (Array.isArray(data)) return { is: "list", items: data.map((it) => asWritten(it, origin)), origin };
  if (typeof data === "object" && data !== null) {
    const entries = Object.entries(data).map(
      ([key, it]) => [key, { key: origin, value: asWritten(it, origin) }] as const,
    );
    return { is: "map", entries: new Map(entries), origin };
  }
  return { is: "scalar", value: data as WrittenScalar["value"], source: String(data), origin };
}
