import { readFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { onHost, hostFolder } from "../lab-folder.ts";
import { encodeRegFile, importRegFile, RegFileError } from "../site/reg-text.ts";
import {
  dword,
  expandable,
  findKey,
  keysBelow,
  list,
  qword,
  readRegistry,
  removeKey,
  setValue,
  text,
  writeRegistry,
  binary,
  type Registry,
  type RegistryValue,
} from "../site/registry-model.ts";

/** What a command line tool leaves: its exit code and its two texts. */
export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const done: ToolResult = { code: 0, stdout: "The operation completed successfully.\r\n\r\n", stderr: "" };
const missingKey = failed("The system was unable to find the specified registry key or value.");

/**
 * Behaves like `reg.exe` on the site server of a lab, whose registry is `hosts/cm01/registry.json`:
 * `export`, `import`, `query`, `add` and `delete`. A Windows path of the site server is taken as well as
 * one of this machine.
 */
export function reg(lab: string, args: readonly string[]): ToolResult {
  const [verb, ...rest] = args;
  const host = hostFolder(lab, "cm01");
  const registry = readRegistry(host);
  const call = { lab, registry, args: rest };
  const result =
    verbs[verb?.toLowerCase() ?? ""]?.(call) ?? failed('Invalid syntax. Type "REG /?" for usage.');
  if (result.code === 0 && verb?.toLowerCase() !== "export") writeRegistry(host, registry);
  return result;
}

interface Call {
  readonly lab: string;
  readonly registry: Registry;
  readonly args: readonly string[];
}

const verbs: Record<string, ((call: Call) => ToolResult) | undefined> = {
  export: exportKey,
  import: importFile,
  query: queryKey,
  add: addValue,
  delete: deleteKey,
};

function exportKey({ lab, registry, args }: Call): ToolResult {
  const [key, file] = plain(args);
  if (key === undefined || file === undefined)
    return failed('Invalid syntax. Type "REG EXPORT /?" for usage.');
  const paths = keysBelow(registry, pathOf(key, args));
  if (paths.length === 0) return missingKey;
  const target = localFile(lab, file);
  // The real tool asks and waits for ever; a lab must not.
  if (existsSync(target) && !has(args, "/y"))
    return failed(`File ${file} already exists. Use /y to overwrite.`);
  try {
    writeFileSync(target, encodeRegFile(registry, paths));
  } catch {
    return failed("Unable to write to the file. There may be a disk or file system error.");
  }
  return done;
}

function importFile({ lab, registry, args }: Call): ToolResult {
  const [file] = plain(args);
  try {
    importRegFile(registry, readFileSync(localFile(lab, file ?? "")));
    return { ...done, stdout: "", stderr: done.stdout };
  } catch (thrown) {
    if (thrown instanceof RegFileError) return failed("Error accessing the registry.");
    return failed("Error opening the file. There may be a disk or file system error.");
  }
}

function queryKey({ registry, args }: Call): ToolResult {
  const path = findKey(registry, pathOf(plain(args)[0] ?? "", args));
  if (path === undefined) return missingKey;
  const wanted = optionOf(args, "/v")?.toLowerCase();
  const values = registry[path]!.filter((it) => wanted === undefined || it.name.toLowerCase() === wanted);
  if (values.length === 0 && wanted !== undefined) return missingKey;
  const children = keysBelow(registry, path).filter(
    (it) => it.split("\\").length === path.split("\\").length + 1,
  );
  const lines = [path, ...values.map(queryLine), "", ...(wanted === undefined ? children : [])];
  return { code: 0, stdout: `\r\n${lines.join("\r\n")}\r\n`, stderr: "" };
}

function queryLine(value: RegistryValue): string {
  const data =
    value.type === "REG_SZ"
      ? value.text
      : value.type === "REG_DWORD"
        ? `0x${value.number.toString(16)}`
        : value.hex;
  return `    ${value.name || "(Default)"}    ${value.type}    ${data}`;
}

function addValue({ registry, args }: Call): ToolResult {
  const key = pathOf(plain(args)[0] ?? "", args);
  const name = optionOf(args, "/v") ?? "";
  const data = optionOf(args, "/d") ?? "";
  setValue(registry, key, typedValue(name, optionOf(args, "/t") ?? "REG_SZ", data));
  return done;
}

function typedValue(name: string, type: string, data: string): RegistryValue {
  if (type === "REG_DWORD") return dword(name, Number(data));
  if (type === "REG_QWORD") return qword(name, BigInt(data));
  if (type === "REG_EXPAND_SZ") return expandable(name, data);
  if (type === "REG_MULTI_SZ") return list(name, data.split("\\0"));
  return type === "REG_BINARY" ? binary(name, Buffer.from(data, "hex")) : text(name, data);
}

function deleteKey({ registry, args }: Call): ToolResult {
  const path = findKey(registry, pathOf(plain(args)[0] ?? "", args));
  if (path === undefined) return missingKey;
  if (!has(args, "/f")) return failed("The operation was cancelled.");
  const value = optionOf(args, "/v")?.toLowerCase();
  if (value === undefined) removeKey(registry, path);
  else registry[path] = registry[path]!.filter((it) => it.name.toLowerCase() !== value);
  return done;
}

const rootNames: Record<string, string> = {
  HKLM: "HKEY_LOCAL_MACHINE",
  HKU: "HKEY_USERS",
  HKCU: "HKEY_CURRENT_USER",
};

/** The full name of a key; the 32-bit view of a program lies below WOW6432Node. */
function pathOf(key: string, args: readonly string[]): string {
  const [root, ...rest] = key.split("\\");
  const full = [rootNames[root!.toUpperCase()] ?? root, ...rest].join("\\");
  return has(args, "/reg:32")
    ? full.replace(/\\SOFTWARE\\(?!WOW6432Node)/i, "\\SOFTWARE\\WOW6432Node\\")
    : full;
}

const optionsWithValue = new Set(["/v", "/t", "/d"]);

function plain(args: readonly string[]): readonly string[] {
  return args.filter((it, at) => !it.startsWith("/") || isPath(it, args[at - 1]));
}

/** On this machine a path may begin with a slash, as an option of the tool does. */
function isPath(argument: string, before: string | undefined): boolean {
  return !optionsWithValue.has(before?.toLowerCase() ?? "") && argument.indexOf("/", 1) > 0;
}

function optionOf(args: readonly string[], option: string): string | undefined {
  const at = args.findIndex((it) => it.toLowerCase() === option);
  return at < 0 ? undefined : args[at + 1];
}

function has(args: readonly string[], option: string): boolean {
  return args.some((it) => it.toLowerCase() === option);
}

function localFile(lab: string, file: string): string {
  return /^[A-Za-z]:\\/.test(file) ? onHost(lab, "cm01", file) : join(file);
}

function failed(sentence: string): ToolResult {
  return { code: 1, stdout: "", stderr: `ERROR: ${sentence}\r\n` };
}
