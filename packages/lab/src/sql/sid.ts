import { createHash } from "node:crypto";

/** The identifier of a login: sa's is one byte, and that of another login sixteen. */
export function sidOf(login: string): Uint8Array {
  if (login.toLowerCase() === "sa") return new Uint8Array([1]);
  return new Uint8Array(createHash("sha256").update(login.toLowerCase()).digest().subarray(0, 16));
}
