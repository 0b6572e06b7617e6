import { registryFileHeader, registryRoots, registryValueTypes } from "../../../core/outside/site/windows.ts";

/**
 * What `reg export` writes, read in full: the proof that an export is whole is that all of it can be read.
 */
export interface RegFile {
  readonly keys: readonly RegKey[];
  /** Values over all keys. */
  readonly valueCount: number;
}

export interface RegKey {
  /** The full name: `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS`. */
  readonly name: string;
  readonly values: ReadonlyMap<string, RegValue>;
}

/** A value; the key's default value has the name "". */
export type RegValue =
  | { readonly type: "string" | "expandable"; readonly text: string }
  | { readonly type: "strings"; readonly texts: readonly string[] }
  | { readonly type: "dword"; readonly number: number }
  | { readonly type: "qword"; readonly number: bigint }
  | { readonly type: "binary" | "none" | "other"; readonly bytes: Uint8Array };

/** Says where a registry export stops being one. */
export class RegFileFault extends Error {
  override readonly name = "RegFileFault";
}

const header = registryFileHeader.line;

/**
 * Reads a version 5 export (UTF-16LE with its mark). Throws `RegFileFault` with the line where the file is
 * cut, malformed, or holds a deletion, which an export never does.
 */
export function parseRegFile(bytes: Uint8Array): RegFile {
  const text = decode(bytes);
  const lines = text.split(/\r\n|\n/);
  if (lines[0] !== header) throw new RegFileFault(`The first line is not "${header}".`);
  if (lines.at(-1) !== "") throw new RegFileFault(`The file ends in the middle of line ${lines.length}.`);
  const reader = { lines, at: 1 };
  const keys: { name: string; values: Map<string, RegValue> }[] = [];
  let valueCount = 0;
  while (reader.at < lines.length) {
    const line = lines[reader.at]!;
    if (line === "") reader.at++;
    else if (line.startsWith("[")) keys.push({ name: readKeyName(reader), values: new Map() });
    else valueCount += readValue(reader, keys.at(-1)?.values);
  }
  if (keys.length === 0) throw new RegFileFault("The file holds no key.");
  return { keys, valueCount };
}

/** Finds one value, ignoring the case of key and name. `key` may be written short, as in `HKLM\…`. */
export function regValue(file: RegFile, key: string, name: string): RegValue | undefined {
  const wanted = longKeyName(key).toLowerCase();
  const found = file.keys.find((it) => it.name.toLowerCase() === wanted);
  const values = [...(found?.values ?? [])];
  return values.find(([valueName]) => valueName.toLowerCase() === name.toLowerCase())?.[1];
}

const hives: Readonly<Record<string, string>> = registryRoots.long;

/** `HKLM\SOFTWARE` as an export names it: `HKEY_LOCAL_MACHINE\SOFTWARE`. */
export function longKeyName(key: string): string {
  const [hive = "", ...rest] = key.split("\\").filter((part) => part !== "");
  return [hives[hive.toUpperCase()] ?? hive, ...rest].join("\\");
}

interface Reader {
  readonly lines: readonly string[];
  at: number;
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe)
    throw new RegFileFault("The file is not UTF-16LE with its mark.");
  if (bytes.length % 2 === 1) throw new RegFileFault("The file ends in the middle of a character.");
  return Buffer.from(bytes.buffer, bytes.byteOffset + 2, bytes.byteLength - 2).toString("utf16le");
}

function readKeyName(reader: Reader): string {
  const name = /^\[([^-].*)\]$/.exec(reader.lines[reader.at]!)?.[1];
  if (name === undefined) throw fault(reader, "is no key");
  reader.at++;
  return name;
}

/** Reads one value, which may run over several lines, and gives the count of values read: one. */
function readValue(reader: Reader, values: Map<string, RegValue> | undefined): 1 {
  if (!values) throw fault(reader, "holds a value before the first key");
  const whole = readWhole(reader);
  const match = /^(?:@|"([^"\\]*(?:\\[\s\S][^"\\]*)*)")=([\s\S]*)$/.exec(whole);
  if (!match) throw fault(reader, "is no value");
  const value = parseData(match[2]!);
  if (!value) throw fault(reader, "holds data of no known form");
  values.set(unescapeText(match[1] ?? ""), value);
  reader.at++;
  return 1;
}

/**
 * Joins the lines of one value: `\` continues hex data, and an open quote continues a text with line breaks
 * in it.
 */
function readWhole(reader: Reader): string {
  const lines = [reader.lines[reader.at]!];
  const isHex = /^(?:@|"[^"\\]*(?:\\[\s\S][^"\\]*)*")=hex[^"]*\\$/.test(lines[0]!);
  const start = reader.at;
  // One look at each line: a value of a megabyte has some 40,000 of them.
  for (let isOpen = isHex || hasOpenQuote(lines[0]!); isOpen;) {
    const next = reader.lines[++reader.at];
    const isLast = reader.at >= reader.lines.length - 1;
    if (next === undefined || isLast)
      throw new RegFileFault(`Line ${start + 1} begins a value that never ends.`);
    lines.push(next);
    isOpen = isHex ? next.endsWith("\\") : !hasOpenQuote(next);
  }
  return isHex ? lines.map((line) => line.trimStart().replace(/\\$/, "")).join("") : lines.join("\r\n");
}

/**
 * True when a line opens a text without closing it, or closes one: an odd number of quotes that no `\` stands
 * before.
 */
function hasOpenQuote(line: string): boolean {
  let quotes = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "\\") at++;
    else if (line[at] === '"') quotes++;
  }
  return quotes % 2 === 1;
}

function parseData(data: string): RegValue | undefined {
  const text = /^"([^"\\]*(?:\\[\s\S][^"\\]*)*)"$/.exec(data);
  if (text) return { type: "string", text: unescapeText(text[1]!) };
  const dword = /^dword:([0-9a-f]{8})$/i.exec(data);
  if (dword) return { type: "dword", number: Number.parseInt(dword[1]!, 16) };
  const hex = /^hex(?:\(([0-9a-f]{1,8})\))?:([0-9a-f,]*)$/i.exec(data);
  const bytes = hex ? parseHex(hex[2]!) : undefined;
  return bytes && fromHex(typeOf(hex?.[1]), bytes);
}

/** Plain `hex:` is of bytes without a meaning. */
function typeOf(digits: string | undefined): number {
  return digits === undefined ? registryValueTypes.binary : Number.parseInt(digits, 16);
}

/** Two digits a byte, a comma between two bytes. */
function parseHex(text: string): Buffer | undefined {
  const bytes = Buffer.from(text.replaceAll(",", ""), "hex");
  if (text !== "" && text.length !== 3 * bytes.length - 1) return undefined;
  for (let at = 2; at < text.length; at += 3) if (text[at] !== ",") return undefined;
  return bytes;
}

function fromHex(type: number, bytes: Buffer): RegValue {
  switch (type) {
    case registryValueTypes.none:
      return { type: "none", bytes };
    case registryValueTypes.string:
      return { type: "string", text: zeroEnded(bytes) };
    case registryValueTypes.expandable:
      return { type: "expandable", text: zeroEnded(bytes) };
    case registryValueTypes.binary:
      return { type: "binary", bytes };
    case registryValueTypes.strings:
      return { type: "strings", texts: bytes.toString("utf16le").split("\0").filter(Boolean) };
    case registryValueTypes.qword:
      return bytes.length === 8
        ? { type: "qword", number: bytes.readBigUInt64LE() }
        : { type: "other", bytes };
    default:
      return { type: "other", bytes };
  }
}

function zeroEnded(bytes: Buffer): string {
  const text = bytes.toString("utf16le");
  let end = text.length;
  while (text[end - 1] === "\0") end--;
  return text.slice(0, end);
}

const controls: Readonly<Record<string, string>> = { r: "\r", n: "\n", "0": "\0" };

/**
 * Windows escapes `\` and `"` alone and writes a line break as it is; Wine writes it as `\r\n`. Both are
 * read.
 */
function unescapeText(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, character: string) => controls[character] ?? character);
}

function fault(reader: Reader, what: string): RegFileFault {
  return new RegFileFault(`Line ${reader.at + 1} ${what}.`);
}
