import { toHex } from "../../core/base/bytes.ts";
import { type Backend, ObjectMissing, ObjectTooLarge } from "../backends/backend.ts";
import { saltBytes } from "../format/encoding/envelope.ts";
import { Malformed, TooNew } from "../format/encoding/malformed.ts";
import type { RepositorySecret } from "../format/encoding/seal.ts";
import {
  decodeSealedObject,
  encodeSealedObject,
  isBodyOfSize,
  objectBytesMax,
  type ObjectPlace,
} from "../format/sealed-object.ts";
import { Notes } from "./notes.ts";
import { findStrangers, ownObjects, type Stranger } from "./own-objects.ts";
import { ObjectDamaged, ObjectTooNew, SnapshotMissing } from "./repository-errors.ts";

/** Gives so many bytes of chance. */
export type Random = (count: number) => Uint8Array;

/** The sealed objects of a repository: manifests, records, proofs, index files. */
export interface ObjectStore {
  readonly backend: Backend;
  readonly secret: RepositorySecret;
  readonly random: Random;
  /** What is written down if that can be done. */
  readonly notes: Notes;
  /** Names what lies there and is no object. */
  strangers(): Promise<readonly Stranger[]>;
  /** Seals a body and puts it under a new name; false when the name is taken. Gives the object's size. */
  putNew(place: ObjectPlace, body: Uint8Array): Promise<{ readonly isNew: boolean; readonly bytes: number }>;
  /**
   * Reads and opens one. `ObjectDamaged` when it is there and can't be verified, `ObjectMissing` when it is
   * not.
   */
  get(place: ObjectPlace): Promise<Uint8Array>;
}

export function objectStore(
  place: Backend,
  secret: RepositorySecret,
  random: Random,
  notes = new Notes(),
): ObjectStore {
  const backend = ownObjects(place);
  return {
    backend,
    notes,
    strangers: () => findStrangers(place),
    secret,
    random,
    async putNew(place, body) {
      // Better no object than one that nobody takes.
      if (!isBodyOfSize(place, body))
        throw new Error(`${place.name} would have ${body.length} bytes, which is too much.`);
      const object = encodeSealedObject(secret, place, random(saltBytes), body);
      return { isNew: await backend.putNew(place.name, object), bytes: object.length };
    },
    async get(place) {
      const object = await readWhole(backend, place);
      return asDamage(place.name, () => decodeSealedObject(secret, place, object));
    },
  };
}

/** Reads an object to its end. `ObjectDamaged` where it has more bytes than any of its type. */
export async function readWhole(backend: Backend, { type, name }: ObjectPlace): Promise<Uint8Array> {
  try {
    return await backend.get(name, { bytesMax: objectBytesMax(type) });
  } catch (thrown) {
    if (!(thrown instanceof ObjectTooLarge)) throw thrown;
    throw new ObjectDamaged(name, "it is larger than any of its kind", { cause: thrown });
  }
}

/**
 * What an object is that gets a name by chance: of so many random bytes, which `nameOf` is given in
 * hexadecimal digits.
 */
export interface Drawn {
  readonly type: ObjectPlace["type"];
  readonly randomBytes: number;
  nameOf(digits: string): string;
}

/**
 * Seals a body and puts it under a name of its own: two machines never meet. Gives that name and the object's
 * size.
 */
export async function putDrawn(
  store: ObjectStore,
  { type, randomBytes, nameOf }: Drawn,
  body: Uint8Array,
): Promise<{ readonly name: string; readonly bytes: number }> {
  const name = nameOf(toHex(store.random(randomBytes)));
  const { isNew, bytes } = await store.putNew({ type, name }, body);
  if (!isNew) throw new Error(`The name ${name} was drawn twice: the source of chance is broken.`);
  return { name, bytes };
}

/** Runs a decoder and names the object when it is malformed or too new. */
export function asDamage<Value>(object: string, decode: () => Value): Value {
  try {
    return decode();
  } catch (thrown) {
    if (thrown instanceof Malformed) throw new ObjectDamaged(object, thrown.message, { cause: thrown });
    if (thrown instanceof TooNew) throw new ObjectTooNew(object, thrown.message, { cause: thrown });
    throw thrown;
  }
}

/** A snapshot that somebody forgot a moment ago is absent too. */
const absences = [ObjectDamaged, ObjectMissing, SnapshotMissing];

/** The value, or `undefined` when the object is damaged or missing. Other failures pass. */
export async function unlessAbsent<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (thrown) {
    if (absences.some((absence) => thrown instanceof absence)) return undefined;
    throw thrown;
  }
}
