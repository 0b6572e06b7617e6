import { toHex } from "../core/base/bytes.ts";
import { decodeLost, encodeLost, type LostObject } from "./format/lost-object.ts";
import { lostFolder, lostName } from "./format/layout.ts";
import { asDamage, type ObjectStore, unlessAbsent } from "./object-store.ts";

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
  const name = lostName(toHex(store.random(10)));
  const { isNew } = await store.putNew({ type: "lost", name }, encodeLost(lost));
  if (!isNew) throw new Error(`The name ${name} was drawn twice.`);
}
