import type { JsonObject } from "../../core/base/json.ts";
import { decodeJson, encodeJson } from "../format/encoding/json-body.ts";
import { recordFolder, recordName } from "../format/layout.ts";
import type { ListedReader } from "./object-cache.ts";
import { asDamage, type ObjectStore } from "./object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";

const requestsMax = 32;
const namePattern = /^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/;

/** Writes a record unless there is one of that name. */
export async function addRecord(store: ObjectStore, name: string, record: JsonObject): Promise<boolean> {
  if (!namePattern.test(name)) throw new Error(`“${name}” is no name for a record.`);
  const { isNew } = await store.putNew({ type: "record", name: recordName(name) }, encodeJson(record));
  return isNew;
}

/**
 * The records below a prefix, sorted by name. `ObjectDamaged` names one that can't be verified: history has
 * no holes.
 */
export async function readRecords(
  { backend }: ObjectStore,
  reader: ListedReader,
  prefix: string,
): Promise<readonly { readonly name: string; readonly record: JsonObject }[]> {
  const records: { name: string; record: JsonObject }[] = [];
  await forEachLimited(backend.list(recordName(prefix)), requestsMax, async ({ name: object, size }) => {
    const body = await reader.get({ type: "record", name: object }, size);
    const name = object.slice(recordFolder.length);
    records.push({ name, record: asDamage(object, () => decodeJson(body)) });
  });
  return records.sort((left, right) => (left.name < right.name ? -1 : 1));
}
