import { decodeLost, encodeLost, type LostObject } from "../format/lost-object.ts";
import { lostFolder, lostName } from "../format/layout.ts";
import { asDamage, type ObjectStore, putDrawn, unlessAbsent } from "./object-store.ts";

/** Digests, in hexadecimal, of the packs that repairs gave up. */
export async function readLostPacks(store: ObjectStore): Promise<ReadonlySet<string>> {
  const packs = new Set<string>();
  for await (const { name } of store.backend.list(lostFolder)) {
    const lost = await unlessAbsent(readLost(store, name));
    for (const pack of lost?.packs ?? []) packs.add(pack);
  }
  return packs;
}

async function readLost(store: ObjectStore, name: string): Promise<LostObject> {
  const body = await store.get({ type: "lost", name });
  return asDamage(name, () => decodeLost(body));
}

/** Gives packs up: from now on no index that is made anew takes them in. */
export async function addLostPacks(store: ObjectStore, lost: LostObject): Promise<void> {
  await putDrawn(store, { type: "lost", randomBytes: 10, nameOf: lostName }, encodeLost(lost));
}
