import type { JsonObject } from "../../base/json.ts";

/** Records of a repository as they were found, sorted by name. */
export interface FoundRecords {
  /** Each record with its name, as in `runs/cm01-00000001/started`. */
  readonly records: readonly { readonly name: string; readonly record: JsonObject }[];
  /** Names of the objects that can't be verified: the history that they are of has holes. */
  readonly unreadable: readonly string[];
}
