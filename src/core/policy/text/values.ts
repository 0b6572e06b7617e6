import { assert } from "../../base/assert.ts";
import { parseBytes } from "../../base/bytes.ts";
import { parseSpan, type CalendarSpan } from "../../base/calendar-span.ts";
import { hour, minute, parseDuration, type DurationMs } from "../../base/instant.ts";
import type { DatabaseAddress, SecretRef, Staging } from "../../model/policy/source.ts";
import { find, findText, itemsOf, type Written } from "./written.ts";

// Everything here reads values whose shape has been checked: what doesn't fit is a fault of ours.

/** The text under a key path. */
export function textAt(value: Written, ...keys: readonly string[]): string {
  const text = findText(value, ...keys);
  assert(text !== undefined, `no text at ${keys.join(".")}`);
  return text;
}

/** The whole number under a key path. */
export function numberAt(value: Written, ...keys: readonly string[]): number {
  const found = find(value, ...keys);
  assert(found?.is === "scalar" && typeof found.value === "number", `no number at ${keys.join(".")}`);
  return found.value;
}

/** True when `true` stands under a key path. */
export function isTrueAt(value: Written, ...keys: readonly string[]): boolean {
  const found = find(value, ...keys);
  return found?.is === "scalar" && found.value === true;
}

/** The texts of a list, or a single text as a list of itself. */
export function textsAt(value: Written, ...keys: readonly string[]): readonly string[] {
  return itemsOf(find(value, ...keys)).map((it) => textAt(it));
}

export function durationAt(value: Written, ...keys: readonly string[]): DurationMs {
  const duration = parseDuration(textAt(value, ...keys));
  assert(duration !== undefined, `no duration at ${keys.join(".")}`);
  return duration;
}

/** A length of time in which months and years may stand. */
export function spanAt(value: Written, ...keys: readonly string[]): CalendarSpan {
  const span = parseSpan(textAt(value, ...keys));
  assert(span !== undefined, `no span at ${keys.join(".")}`);
  return span;
}

/** `06:30` as the time since midnight. */
export function timeOfDayAt(value: Written, ...keys: readonly string[]): DurationMs {
  const [hours, minutes] = textAt(value, ...keys).split(":");
  return Number(hours) * hour + Number(minutes) * minute;
}

/** `25%` is 250, `all` is 1,000. */
export function perMilleAt(value: Written, ...keys: readonly string[]): number {
  const text = textAt(value, ...keys);
  return text === "all" ? 1_000 : Math.round(Number(text.replace(/^sample |%$/g, "")) * 10);
}

/** `80MiB/s` in bytes. */
export function bytesPerSecond(text: string): number {
  const bytes = parseBytes(text.replace(/\/s$/, ""));
  assert(bytes !== undefined, `no rate in ${text}`);
  return bytes;
}

export function secretAt(value: Written, ...keys: readonly string[]): SecretRef {
  const secret = find(value, ...keys);
  assert(secret?.is === "map", `no secret at ${keys.join(".")}`);
  const env = findText(secret, "env");
  if (env !== undefined) return { env };
  const file = findText(secret, "file");
  if (file !== undefined) return { file };
  const credential = findText(secret, "credential");
  return credential === undefined ? { command: textsAt(secret, "command") } : { credential };
}

export function databaseAt(value: Written, ...keys: readonly string[]): DatabaseAddress {
  const database = find(value, ...keys);
  assert(database !== undefined, `no database at ${keys.join(".")}`);
  const login = find(database, "login");
  const encrypt = find(database, "encrypt");
  return {
    server: textAt(database, "server"),
    name: textAt(database, "name"),
    auth:
      login === undefined
        ? { as: "windows" }
        : { as: "login", user: textAt(login, "user"), password: secretAt(login, "password") },
    encrypt:
      encrypt?.is === "scalar" && encrypt.value === "strict" ? "strict" : isTrueAt(database, "encrypt"),
    trustServerCertificate: isTrueAt(database, "trustServerCertificate"),
  };
}

/** Staging as a member to be spread: absent where none is written. */
export function stagingOf(source: Written): { readonly staging?: Staging } {
  const staging = find(source, "staging");
  if (staging === undefined) return {};
  const sql = textAt(staging, "sql");
  return { staging: { sql, read: findText(staging, "read") ?? sql } };
}
