import type { Client } from "./engine.ts";
import type { DatabaseState } from "./instance-state.ts";

/** Databases whose master keys a client has opened by their passwords. */
const opened = new WeakMap<Client, Set<number>>();

export function openMasterKey(client: Client, database: DatabaseState): void {
  opened.set(client, (opened.get(client) ?? new Set()).add(database.id));
}

export function closeMasterKey(client: Client, database: DatabaseState): void {
  opened.get(client)?.delete(database.id);
}

/**
 * Whether what is under the master key of a database can be opened: the server's own key does that, but not
 * where another server's was over it.
 */
export function isMasterKeyOpen(client: Client, database: DatabaseState): boolean {
  return database.isForeign !== true || opened.get(client)?.has(database.id) === true;
}
