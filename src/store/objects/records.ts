import type { JsonObject } from "../../core/base/json.ts";
import type { FoundRecords } from "../../core/model/repository/found-records.ts";
import { decodeJson, encodeJson } from "../format/encoding/json-body.ts";
import { recordFolder, recordName } from "../format/layout.ts";
import type { ListedReader } from "./object-cache.ts";
import { asDamage, type ObjectStore, unlessAbsent } from "./object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";

const requestsMax = 32;
const namePattern = /^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/;

/** Writes a record unless there is one of that name. */
export async function addRecord(store: ObjectStore, name: string, record: JsonObject): Promise<boolean> {
  if (!namePattern.test(name)) throw new Error(`“${name}” is no name for a record.`);
  const { isNew } = await store.putNew({ type: "record", name: recordName(name) }, encodeJson(record));
  return isNew;
}

/** The records below a prefix. */
export async function readRecords(
  { backend }: ObjectStore,
  reader: ListedReader,
  prefix: string,
): Promise<FoundRecords> {
  const records: { name: string; record: JsonObject }[] = [];
  const unreadable: string[] = [];
  await forEachLimited(backend.list(recordName(prefix)), requestsMax, async ({ name: object, size }) => {
    const reading = async () => {
      const body = await reader.get({ type: "record", name: object }, size);
      return asDamage(object, () => decodeJson(body));
    };
    const record = await unlessAbsent(reading());
    if (record) records.push({ name: object.slice(recordFolder.length), record });
    else unreadable.push(object);
  });
  records.sort((left, right) => (left.name < right.name ? -1 : 1));
  return { records, unreadable: unreadable.sort() };
}
