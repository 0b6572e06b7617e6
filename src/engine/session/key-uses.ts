import { isKeyUse } from "../../core/model/repository/key-proof.ts";
import type { KeyFacts, KeyUse } from "../../core/model/repository/key-proof.ts";
import { ObjectDamaged } from "../../store/objects/repository-errors.ts";
import type { Repository } from "../../store/repository.ts";
import type { World } from "./world.ts";

const usesFolder = "key-uses/";

/**
 * Files by which slot this machine opens a repository that it is about to write to, unless that was its last
 * word. A key that the site uses is no second key, and whoever proves one elsewhere can't see this machine's
 * policy.
 */
export async function noteKeyUse(world: World, repository: Repository): Promise<void> {
  const slot = repository.openedBy;
  if (slot === undefined) return;
  const machine = world.machine.identity;
  const folder = `${usesFolder}${machine.toLowerCase()}/`;
  const mine = await readKeyUses(repository, folder);
  if (mine.at(-1)?.slot === slot) return;
  for (let number = mine.length + 1; ; number += 1) {
    const name = `${folder}${String(number).padStart(8, "0")}`;
    if (await repository.putRecord(name, { machine, slot, at: world.now() })) return;
  }
}

/** What an encrypted repository tells of its keys; nothing of one that has none. */
export async function readKeyFacts(repository: Repository): Promise<{ readonly keys?: KeyFacts }> {
  if (!repository.isEncrypted) return {};
  const [proven, uses] = await Promise.all([repository.provenSlots(), readKeyUses(repository, usesFolder)]);
  return { keys: { ...proven, uses } };
}

/** Sorted by name: by machine, and then by number. `ObjectDamaged` names one that no version wrote. */
async function readKeyUses(repository: Repository, folder: string): Promise<readonly KeyUse[]> {
  const records = await repository.records(folder);
  return records.map(({ name, record }) => {
    if (!isKeyUse(record)) throw new ObjectDamaged(`records/${name}`, "it names no key slot of a machine");
    return record as unknown as KeyUse;
  });
}
