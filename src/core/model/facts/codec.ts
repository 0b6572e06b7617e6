import { given } from "../../base/given.ts";
import { formatInstant, isInstant, parseInstant } from "../../base/instant.ts";
import type { Instant } from "../../base/instant.ts";
import { isJsonObject } from "../../base/json.ts";
import type { Json, JsonObject } from "../../base/json.ts";

/** How one sort of fact travels: written as JSON, and read again from whatever stands there. */
export interface Codec<Value> {
  /** The fact as JSON. */
  write(value: Value): Json;
  /** Total: `undefined` for what it does not understand. */
  read(json: Json): Value | undefined;
}

/** A text that says something. */
export const text: Codec<string> = {
  write: (value) => value,
  read: (json) => (typeof json === "string" && json !== "" ? json : undefined),
};

/** A number of many digits: a log sequence number, a version of change tracking. */
export const digits: Codec<string> = {
  write: (value) => value,
  read: (json) => (typeof json === "string" && /^\d{1,40}$/.test(json) ? json : undefined),
};

/** A whole number, of either sign. */
export const whole: Codec<number> = {
  write: (value) => value,
  read: (json) => (Number.isSafeInteger(json) ? (json as number) : undefined),
};

export const flag: Codec<boolean> = {
  write: (value) => value,
  read: (json) => (typeof json === "boolean" ? json : undefined),
};

/** An instant as a number. */
export const instant: Codec<Instant> = {
  write: (value) => value,
  read: (json) => (isInstant(json) ? json : undefined),
};

/** An instant as people read it: `2026-11-22T01:30:00.000Z`. */
export const moment: Codec<Instant> = {
  write: formatInstant,
  read: (json) => (typeof json === "string" ? parseInstant(json) : undefined),
};

/** A list. Items that are not understood are left out of it: what is understood still counts. */
export function listOf<Item>(item: Codec<Item>): Codec<readonly Item[]> {
  return {
    write: (items) => items.map((it) => item.write(it)),
    read: (json) =>
      Array.isArray(json) ? (json as readonly Json[]).flatMap((it) => item.read(it) ?? []) : undefined,
  };
}

/** Values by name. Those that are not understood are left out. */
export function mapOf<Value>(value: Codec<Value>): Codec<Readonly<Record<string, Value>>> {
  return {
    write: (map) => Object.fromEntries(Object.entries(map).map(([name, it]) => [name, value.write(it)])),
    read: (json) =>
      isJsonObject(json)
        ? Object.fromEntries(
            Object.entries(json).flatMap(([name, it]): readonly [string, Value][] => {
              const read = value.read(it);
              return read === undefined ? [] : [[name, read]];
            }),
          )
        : undefined,
  };
}

/** What a table of members may hold. */
type Members = Readonly<Record<string, { write(value: never): Json; read(json: Json): unknown }>>;
type ValueOf<Of> = Of extends { read(json: Json): infer Value } ? Exclude<Value, undefined> : never;

/** Facts as they are written: with all that is always known, and what of the rest could be learnt. */
type Written<Always extends Members, Learnt extends Members> = {
  readonly [Name in keyof Always]: ValueOf<Always[Name]>;
} & { readonly [Name in keyof Learnt]?: ValueOf<Learnt[Name]> | undefined };

/** Facts under their names. */
export interface FactsCodec<Always extends Members, Learnt extends Members> {
  /** The facts as JSON, in the order in which they are given. What was not learnt is left out. */
  write(facts: Written<Always, Learnt>): JsonObject;
  /** Facts as JSON, as many of them as are known. */
  writeSome(facts: Partial<Written<Always, Learnt>>): JsonObject;
  /** All facts, as an item or a member of others. What lacks one that is always known is not understood. */
  read(json: Json): Written<Always, Learnt> | undefined;
  /** One of them. Total: `undefined` for what is not there, or is not understood. */
  get<Name extends keyof (Always & Learnt) & string>(
    json: JsonObject,
    name: Name,
  ): ValueOf<(Always & Learnt)[Name]> | undefined;
}

/** What a codec writes. */
export type FactsOf<Of> = Of extends { write(facts: infer Facts): JsonObject } ? Facts : never;

/**
 * The facts of one sort of thing, a codec for each: those that are always known, and those that may be
 * learnt.
 */
export function facts<Always extends Members, Learnt extends Members = Record<never, never>>(
  always: Always,
  learnt?: Learnt,
): FactsCodec<Always, Learnt> {
  const members = new Map<string, Codec<unknown>>(Object.entries({ ...always, ...learnt }) as never);
  const get = (json: JsonObject, name: string): unknown =>
    Object.hasOwn(json, name) ? members.get(name)!.read(json[name]!) : undefined;
  const write = (some: object): JsonObject =>
    Object.fromEntries(
      Object.entries(some).flatMap(([name, value]): readonly [string, Json][] =>
        value === undefined ? [] : [[name, members.get(name)!.write(value)]],
      ),
    );
  return {
    write,
    writeSome: write,
    read(json) {
      if (!isJsonObject(json)) return undefined;
      const read = given(Object.fromEntries([...members.keys()].map((name) => [name, get(json, name)])));
      const isWhole = Object.keys(always).every((name) => Object.hasOwn(read, name));
      return isWhole ? (read as Written<Always, Learnt>) : undefined;
    },
    get: (json, name) => get(json, name) as never,
  };
}
