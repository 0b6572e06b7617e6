import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { onHost } from "../lab-folder.ts";
import { readState } from "../lab-state.ts";
import { readVariant } from "../lab-variant.ts";
import { serverKeyFile } from "../site/server-key.ts";
import { listServices } from "../windows/services.ts";
import type { ToolResult } from "./reg.ts";

const magic = Buffer.from("RSKEY\u0001\u0000\u0000", "latin1");
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Behaves like `rskeymgmt.exe` on the report server of a lab: `-e` extracts the symmetric key into a file
 * that only its password opens, `-a` applies such a file.
 *
 * As with the real tool the password must not be empty, an existing file is not overwritten, the default
 * instance is meant unless `-i` names another, and nothing is done until a question is answered with Y.
 */
export function rskeymgmt(lab: string, args: readonly string[], answer: () => string): ToolResult {
  const options = optionsOf(args);
  const file = options.get("f");
  const password = options.get("p");
  if (!options.has("e") && !options.has("a")) return failed("Specify one of -e, -a, -d, -s, -r or -j.");
  if (file === undefined || file === "") return failed("The option -f is required.");
  if (password === undefined || password === "")
    return failed("The option -p is required and can't be empty.");
  // Report servers are named instances since 2017.
  if ((options.get("i") ?? defaultInstance).toUpperCase() !== readVariant(lab).reportServer)
    return failed("The report server instance was not found.");
  if (readState(lab).incidents.includes("report-key-refused"))
    return failed("Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))");
  if (!listServices(lab, "ssrs01.lab").every((it) => it.isRunning))
    return failed("The report server Windows service is not running.");
  if (!/^y/i.test(answer())) return { code: 1, stdout: question, stderr: "" };
  const target = /^[A-Za-z]:\\/.test(file) ? onHost(lab, "ssrs01", file) : file;
  return options.has("e") ? extract(lab, target, password) : apply(lab, target, password);
}

const defaultInstance = "MSSQLSERVER";
const question = "Do you want to go on with the encryption key? Yes (Y) / No (N): ";

/** The report server's key, in the form in which it leaves the server: only the password opens it. */
export function sealServerKey(lab: string, password: string): Buffer {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", scryptSync(password, salt, 32), nonce);
  const sealed = Buffer.concat([cipher.update(readFileSync(serverKeyFile(lab))), cipher.final()]);
  return Buffer.concat([magic, salt, nonce, cipher.getAuthTag(), sealed]);
}

function extract(lab: string, file: string, password: string): ToolResult {
  if (existsSync(file)) return failed(`The file ${file} already exists.`);
  try {
    writeFileSync(file, sealServerKey(lab, password));
  } catch {
    return failed(`The file ${file} can't be written.`);
  }
  return { code: 0, stdout: "The command completed successfully\r\n", stderr: "" };
}

function apply(lab: string, file: string, password: string): ToolResult {
  if (!existsSync(file)) return failed(`The file ${file} was not found.`);
  const key = opened(readFileSync(file), password);
  if (key === undefined) return failed("The password is not valid, or the file is no encryption key backup.");
  writeFileSync(serverKeyFile(lab), key);
  return { code: 0, stdout: "The command completed successfully\r\n", stderr: "" };
}

function opened(bytes: Buffer, password: string): Buffer | undefined {
  if (!bytes.subarray(0, magic.length).equals(magic)) return undefined;
  const salt = bytes.subarray(magic.length, magic.length + saltBytes);
  const nonce = bytes.subarray(magic.length + saltBytes, magic.length + saltBytes + nonceBytes);
  const body = bytes.subarray(magic.length + saltBytes + nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", scryptSync(password, salt, 32), nonce);
  decipher.setAuthTag(body.subarray(0, tagBytes));
  try {
    return Buffer.concat([decipher.update(body.subarray(tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The tool takes `-f FILE` and `-fFILE`; a password may begin with a hyphen. */
function optionsOf(args: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const letter = args[at]!.slice(1, 2).toLowerCase();
    const joined = args[at]!.slice(2);
    if (!"fpi".includes(letter) || letter === "") options.set(letter, "");
    else if (joined !== "") options.set(letter, joined);
    else options.set(letter, args[++at] ?? "");
  }
  return options;
}

function failed(sentence: string): ToolResult {
  return { code: 1, stdout: "", stderr: `${sentence}\r\n` };
}
