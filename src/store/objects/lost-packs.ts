import { decodeLost, encodeLost, type LostObject } from "../format/lost-object.ts";
import { lostFolder, lostName } from "../format/layout.ts";
import { asDamage, type ObjectStore, putDrawn, unlessAbsent } from "./object-store.ts";

/** Digests, in hexadecimal, of the packs that nothing new may rest on. */
export interface LostPacks {
  /** Packs that repairs gave up: nothing at all rests on them. */
  readonly givenUp: ReadonlySet<string>;
  /** Packs that were read and found bad, or that lead to such a one: older snapshots may rest on them. */
  readonly doubted: ReadonlySet<string>;
}

export async function readLostPacks(store: ObjectStore): Promise<LostPacks> {
  const [givenUp, doubted] = [new Set<string>(), new Set<string>()];
  for await (const { name } of store.backend.list(lostFolder)) {
    const lost = await unlessAbsent(readLost(store, name));
    for (const pack of lost?.packs ?? []) givenUp.add(pack);
    for (const pack of lost?.doubted ?? []) doubted.add(pack);
  }
  return { givenUp, doubted };
}

/** Names of the objects that say what is doubted, and give nothing up. */
export async function listDoubts(store: ObjectStore): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name } of store.backend.list(lostFolder)) {
    const lost = await unlessAbsent(readLost(store, name));
    if (lost?.packs.length === 0) found.push(name);
  }
  return found;
}

async function readLost(store: ObjectStore, name: string): Promise<LostObject> {
  const body = await store.get({ type: "lost", name });
  return asDamage(name, () => decodeLost(body));
}

/**
 * From now on no index that is made anew takes in the packs that are given up, and nothing new rests on any.
 */
export async function addLostPacks(store: ObjectStore, lost: LostObject): Promise<void> {
  await putDrawn(store, { type: "lost", randomBytes: 10, nameOf: lostName }, encodeLost(lost));
}
