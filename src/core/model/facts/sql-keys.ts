import { facts, listOf, mapOf, text } from "./codec.ts";
import { keyName } from "./key-fact.ts";

/**
 * Which keys there are, or which of them a snapshot holds. `certificates`: the thumbprint of each certificate
 * by its title; absent in snapshots of before it was written down.
 */
export const sqlKeysFacts = facts({ keys: listOf(keyName) }, { certificates: mapOf(text) });
