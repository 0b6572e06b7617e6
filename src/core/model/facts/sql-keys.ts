import { facts, listOf } from "./codec.ts";
import { keyName } from "./key-fact.ts";

/** Which keys there are, or were. */
export const sqlKeysFacts = facts({ keys: listOf(keyName) });
