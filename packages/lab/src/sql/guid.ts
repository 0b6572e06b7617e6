import { randomUUID } from "node:crypto";

/** A new GUID, in capitals as SQL Server writes it. */
export function newGuid(): string {
  return randomUUID().toUpperCase();
}
