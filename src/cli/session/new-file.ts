import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { ProblemError } from "../../core/base/problem.ts";

/** Writes a file that is not there yet. One that is there is never touched. */
export async function writeNew(
  file: string,
  text: string,
  { mode, hint }: { readonly mode: number; readonly hint: string },
): Promise<void> {
  await writeFile(file, text, { flag: "wx", mode }).catch(refuseFile(file, hint));
}

/** Makes a key of 256 random bits, readable by this account alone; false when a file is there already. */
export async function makeKeyFile(file: string): Promise<boolean> {
  try {
    await writeFile(file, `${randomBytes(32).toString("hex")}\n`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    const hint = "Make the folder, let this account write to it, or name another place for the key.";
    return refuseFile(file, hint)(thrown as NodeJS.ErrnoException);
  }
}

/** Says that a key file was made, which is then the only one of its kind. */
export function madeKeyWords(file: string): string {
  return `Wrote a new key to ${file}. Copy it to a safe place away from this site, now.`;
}

/** Says why a file was not written. */
export function refuseFile(file: string, hint: string) {
  return (fault: NodeJS.ErrnoException): never => {
    const message =
      fault.code === "EEXIST"
        ? `${file} is there already and is left as it is.`
        : `${file} can't be written: ${fault.message}.`;
    throw new ProblemError({ code: "file-not-written", severity: "error", message, where: file, hint });
  };
}
