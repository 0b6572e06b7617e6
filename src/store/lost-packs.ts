import { decodeLost, type LostObject } from "./format/lost-object.ts";
import { lostFolder } from "./format/layout.ts";
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
