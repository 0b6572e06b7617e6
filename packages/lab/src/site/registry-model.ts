import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A value of the registry. Text and numbers are kept as such; everything else as the bytes that Windows
 * stores, so that an import of what was exported gives the same value again.
 */
export type RegistryValue =
  | { readonly name: string; readonly type: "REG_SZ"; readonly text: string }
  | { readonly name: string; readonly type: "REG_DWORD"; readonly number: number }
  | { readonly name: string; readonly type: BinaryType; readonly hex: string };

/** The types that a .reg file writes as hex, with the number it puts in brackets. */
export const binaryTypes = {
  REG_NONE: 0x0,
  REG_EXPAND_SZ: 0x2,
  REG_BINARY: 0x3,
  REG_MULTI_SZ: 0x7,
  REG_RESOURCE_LIST: 0x8,
  REG_QWORD: 0xb,
} as const;

export type BinaryType = keyof typeof binaryTypes;

/** The registry of one machine: full key path to values. The default value has the name "". */
export type Registry = Record<string, readonly RegistryValue[]>;

export const text = (name: string, value: string): RegistryValue => ({ name, type: "REG_SZ", text: value });
export const dword = (name: string, number: number): RegistryValue => ({ name, type: "REG_DWORD", number });
export const binary = (name: string, bytes: Uint8Array): RegistryValue =>
  hexValue(name, "REG_BINARY", Buffer.from(bytes));
export const expandable = (name: string, value: string): RegistryValue =>
  hexValue(name, "REG_EXPAND_SZ", utf16(`${value}\0`));
export const list = (name: string, values: readonly string[]): RegistryValue =>
  hexValue(name, "REG_MULTI_SZ", utf16(`${values.map((value) => `${value}\0`).join("")}\0`));

export function qword(name: string, number: bigint): RegistryValue {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(number);
  return hexValue(name, "REG_QWORD", bytes);
}

export function hexValue(name: string, type: BinaryType, bytes: Buffer): RegistryValue {
  return { name, type, hex: bytes.toString("hex") };
}

export function readRegistry(hostFolder: string): Registry {
  return JSON.parse(readFileSync(join(hostFolder, "registry.json"), "utf8")) as Registry;
}

export function writeRegistry(hostFolder: string, registry: Registry): void {
  writeFileSync(join(hostFolder, "registry.json"), JSON.stringify(registry, undefined, 1));
}

/**
 * The paths of a key and of everything below it, parents first, as Windows lists them; none when it is
 * absent.
 */
export function keysBelow(registry: Registry, key: string): readonly string[] {
  const wanted = key.toLowerCase();
  return Object.keys(registry)
    .filter((path) => path.toLowerCase() === wanted || path.toLowerCase().startsWith(`${wanted}\\`))
    .sort(byPath);
}

/** The path under which a key is kept, whatever the case it is asked for in. */
export function findKey(registry: Registry, key: string): string | undefined {
  const wanted = key.toLowerCase();
  return Object.keys(registry).find((path) => path.toLowerCase() === wanted);
}

/** Sets one value, in its place when it is there, and makes the key when it is not. */
export function setValue(registry: Registry, key: string, value: RegistryValue): void {
  const path = findKey(registry, key) ?? key;
  const values = registry[path] ?? [];
  const at = values.findIndex((it) => it.name.toLowerCase() === value.name.toLowerCase());
  registry[path] = at < 0 ? [...values, value] : values.with(at, value);
}

export function removeKey(registry: Registry, key: string): void {
  for (const path of keysBelow(registry, key)) delete registry[path];
}

/** Backslashes sort before every letter, so that a key's children follow it before its next sibling. */
function byPath(left: string, right: string): number {
  const [a, b] = [left, right].map((path) => path.toLowerCase().replaceAll("\\", "\u0001"));
  return a! < b! ? -1 : 1;
}

function utf16(value: string): Buffer {
  return Buffer.from(value, "utf16le");
}
