import type { Hold, Holds, NewHold, Release } from "../../core/model/repository/hold.ts";
import { features } from "../format/encoding/envelope.ts";
import { decodeHold, encodeHold, encodeRelease } from "../format/hold-object.ts";
import { encodeJson } from "../format/encoding/json-body.ts";
import { holdFolder, holdMarkName, holdName } from "../format/layout.ts";
import type { ListedReader } from "./object-cache.ts";
import { asDamage, type ObjectStore, putDrawn } from "./object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import { ObjectDamaged, ObjectTooNew } from "./repository-errors.ts";

const requestsMax = 32;
const drawn = { type: "hold", randomBytes: 10, nameOf: holdName } as const;

/** Every hold with its release. What can't be read is named: it may be the hold of any point. */
export async function readHolds({ backend }: ObjectStore, reader: ListedReader): Promise<Holds> {
  const holds: Hold[] = [];
  const releases = new Map<string, Release>();
  const unreadable: string[] = [];
  await forEachLimited(backend.list(holdFolder), requestsMax, async ({ name, size }) => {
    const word = await readWord(reader, name, size);
    if (word === undefined) unreadable.push(name);
    else if ("site" in word) holds.push({ ...word, id: name.slice(holdFolder.length) });
    else releases.set(word.releases, firstOf(releases.get(word.releases), word));
  });
  holds.sort((left, right) => left.at - right.at || (left.id < right.id ? -1 : 1));
  return {
    living: holds.filter((it) => !releases.has(it.id)),
    released: holds.flatMap((it) => {
      const released = releases.get(it.id);
      return released === undefined ? [] : [{ ...it, released }];
    }),
    unreadable: unreadable.sort(),
  };
}

/** Files a hold. */
export async function addHold(store: ObjectStore, hold: NewHold): Promise<Hold> {
  await markHolds(store);
  const { name } = await putDrawn(store, drawn, encodeHold(hold));
  return { ...hold, id: name.slice(holdFolder.length) };
}

/** Files the end of a hold; the hold itself stays as it is. */
export async function addRelease(store: ObjectStore, release: Release): Promise<void> {
  await putDrawn(store, drawn, encodeRelease(release));
}

/**
 * Lies among the runs, from before the first hold on. Whoever plans reads all of these; a program that knows
 * nothing of holds, and would forget what is held, finds here a feature that it lacks, and stops.
 */
async function markHolds({ putNew }: ObjectStore): Promise<void> {
  await putNew({ type: "record", name: holdMarkName, needs: features.holds }, encodeJson({ version: 1 }));
}

async function readWord(
  reader: ListedReader,
  name: string,
  size: number,
): Promise<NewHold | Release | undefined> {
  try {
    const body = await reader.get({ type: "hold", name }, size);
    return asDamage(name, () => decodeHold(body));
  } catch (thrown) {
    if (thrown instanceof ObjectDamaged || thrown instanceof ObjectTooNew) return undefined;
    throw thrown;
  }
}

function firstOf(known: Release | undefined, other: Release): Release {
  return known !== undefined && known.at <= other.at ? known : other;
}
