import {
  binaryTypes,
  setValue,
  removeKey,
  type BinaryType,
  type Registry,
  type RegistryValue,
} from "./registry-model.ts";

/**
 * Text of a version 5 .reg file, as `reg export` writes it: UTF-16LE with a byte order mark, CR LF, one
 * blank line after each key, hex bytes wrapped before column 80.
 */
export function encodeRegFile(registry: Registry, paths: readonly string[]): Buffer {
  const keys = paths.map((path) => [`[${path}]`, ...registry[path]!.map(valueLine), "", ""].join("\r\n"));
  return Buffer.from(`\uFEFFWindows Registry Editor Version 5.00\r\n\r\n${keys.join("")}`, "utf16le");
}

function valueLine(value: RegistryValue): string {
  const name = value.name === "" ? "@" : `"${escaped(value.name)}"`;
  switch (value.type) {
    case "REG_SZ":
      return `${name}="${escaped(value.text)}"`;
    case "REG_DWORD":
      return `${name}=dword:${(value.number >>> 0).toString(16).padStart(8, "0")}`;
    case "REG_NONE":
    case "REG_EXPAND_SZ":
    case "REG_BINARY":
    case "REG_MULTI_SZ":
    case "REG_RESOURCE_LIST":
    case "REG_QWORD":
      return wrapped(`${name}=${hexPrefix(value.type)}`, value.hex);
  }
}

function hexPrefix(type: BinaryType): string {
  return type === "REG_BINARY" ? "hex:" : `hex(${binaryTypes[type].toString(16)}):`;
}

const wrapAfterColumn = 76;

function wrapped(start: string, hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  let line = start;
  let column = start.length;
  for (const [index, byte] of bytes.entries()) {
    line += byte;
    if (index === bytes.length - 1) break;
    line += ",";
    column += 3;
    if (column <= wrapAfterColumn) continue;
    line += "\\\r\n  ";
    column = 2;
  }
  return line;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

/** Thrown when a file is no .reg file or has a line that `reg import` would not take. */
export class RegFileError extends Error {
  override readonly name = "RegFileError";
}

/** Applies a .reg file to a registry, deletions included. */
export function importRegFile(registry: Registry, bytes: Buffer): void {
  const lines = logicalLines(decoded(bytes));
  if (lines[0]?.trim() !== "Windows Registry Editor Version 5.00")
    throw new RegFileError("The header is missing.");
  let key = "";
  for (const line of lines.slice(1)) {
    if (line.trim() === "" || line.startsWith(";")) continue;
    if (line.startsWith("[")) key = openKey(registry, line);
    else importValue(registry, key, line);
  }
}

function openKey(registry: Registry, line: string): string {
  const path = line.slice(1, line.lastIndexOf("]"));
  if (path.startsWith("-")) {
    removeKey(registry, path.slice(1));
    return "";
  }
  registry[path] ??= [];
  return path;
}

function decoded(bytes: Buffer): string {
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) throw new RegFileError("The file is not UTF-16LE with a mark.");
  return bytes.subarray(2).toString("utf16le");
}

/** Joins lines that end in a backslash with the next one, as hex values have them. */
function logicalLines(file: string): readonly string[] {
  return file.replaceAll(/,\\\r?\n\s*/g, ",").split(/\r?\n/);
}

const valuePattern = /^(?:@|"((?:[^"\\]|\\.)*)")=(.*)$/;

function importValue(registry: Registry, key: string, line: string): void {
  const match = valuePattern.exec(line);
  if (match === null || key === "") throw new RegFileError(`The line can't be imported: ${line}`);
  const name = unescaped(match[1] ?? "");
  const data = match[2]!;
  if (data === "-") {
    registry[key] = registry[key]!.filter((it) => it.name.toLowerCase() !== name.toLowerCase());
    return;
  }
  setValue(registry, key, parsedValue(name, data, line));
}

function parsedValue(name: string, data: string, line: string): RegistryValue {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(data);
  if (quoted !== null) return { name, type: "REG_SZ", text: unescaped(quoted[1]!) };
  const number = /^dword:([0-9a-f]{1,8})$/i.exec(data);
  if (number !== null) return { name, type: "REG_DWORD", number: Number.parseInt(number[1]!, 16) };
  const hex = /^hex(?:\(([0-9a-f]+)\))?:([0-9a-f,]*)$/i.exec(data);
  const type = hex === null ? undefined : typeOf(hex[1] ?? "3");
  if (type === undefined) throw new RegFileError(`The value can't be imported: ${line}`);
  return { name, type, hex: hex![2]!.replaceAll(",", "").toLowerCase() };
}

function typeOf(digits: string): BinaryType | undefined {
  const number = Number.parseInt(digits, 16);
  return (Object.keys(binaryTypes) as BinaryType[]).find((type) => binaryTypes[type] === number);
}

function unescaped(value: string): string {
  return value.replaceAll(/\\(.)/g, "$1");
}
