import { isKeyUse } from "../../core/model/repository/key-proof.ts";
import type { KeyFacts, KeyUse } from "../../core/model/repository/key-proof.ts";
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
  if (mine.uses.at(-1)?.slot === slot) return;
  // One that can't be read has its number all the same.
  for (let number = mine.uses.length + 1; ; number += 1) {
    const name = `${folder}${String(number).padStart(8, "0")}`;
    if (await repository.putRecord(name, { machine, slot, at: world.now() })) return;
  }
}

/** What an encrypted repository tells of its keys; nothing of one that has none. */
export async function readKeyFacts(
  repository: Repository,
): Promise<{ readonly keys?: KeyFacts; readonly unreadable: readonly string[] }> {
  if (!repository.isEncrypted) return { unreadable: [] };
  const [proven, { uses, unreadable }] = await Promise.all([
    repository.provenSlots(),
    readKeyUses(repository, usesFolder),
  ]);
  return { keys: { ...proven, uses }, unreadable };
}

/** Sorted by name: by machine, and then by number. What no version wrote counts as unreadable. */
async function readKeyUses(
  repository: Repository,
  folder: string,
): Promise<{ readonly uses: readonly KeyUse[]; readonly unreadable: readonly string[] }> {
  const { records, unreadable } = await repository.records(folder);
  const malformed = records.filter(({ record }) => !isKeyUse(record)).map(({ name }) => `records/${name}`);
  const uses = records.flatMap(({ record }) => (isKeyUse(record) ? [record as unknown as KeyUse] : []));
  return { uses, unreadable: [...unreadable, ...malformed] };
}
