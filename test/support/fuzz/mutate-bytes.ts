import type { SeededRandom } from "../seeded-random.ts";

/**
 * Numbers at which readers go wrong, as varints: 0, 1, 127, 2^16, 2^28, 2^31, 2^32, 2^53 - 1, beyond it, one
 * without an end.
 */
const varints: readonly (readonly number[])[] = [
  [0],
  [1],
  [127],
  [128, 128, 4],
  [128, 128, 128, 128, 1],
  [128, 128, 128, 128, 8],
  [128, 128, 128, 128, 16],
  [255, 255, 255, 255, 255, 255, 255, 15],
  [255, 255, 255, 255, 255, 255, 255, 127],
  [255, 255, 255, 255, 255, 255, 255, 255, 255],
  [128, 0],
];

type Mutation = (bytes: Uint8Array, random: SeededRandom) => Uint8Array;

/** Damages or forges bytes in one to four small ways. */
export function mutateBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  let mutated = bytes;
  for (let left = 1 + random.below(4); left > 0; left--) mutated = random.pick(mutations)(mutated, random);
  return mutated;
}

const mutations: readonly Mutation[] = [
  flipBit,
  changeByte,
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  (bytes, random) => splice(bytes, random.below(bytes.length + 1), 0, random.bytes(random.below(40))),
  removeSome,
  repeatSome,
  (bytes, random) => Buffer.concat([bytes, bytes.subarray(random.below(bytes.length + 1))]),
  putVarint,
  putVarint,
  fillSome,
];

function flipBit(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  if (bytes.length === 0) return bytes;
  const mutated = Uint8Array.from(bytes);
  mutated[random.below(bytes.length)]! ^= 1 << random.below(8);
  return mutated;
}

function changeByte(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  if (bytes.length === 0) return bytes;
  const mutated = Uint8Array.from(bytes);
  // The first bytes are counts and kinds: half of the changes are there.
  const at = random.below(random.pick([bytes.length, Math.min(bytes.length, 8)]));
  mutated[at] = random.pick([0, 1, 2, 3, 4, 7, 127, 128, 255, random.below(256)]);
  return mutated;
}

/** A number of the format becomes another, with the same or another length. */
function putVarint(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(random.pick([bytes.length + 1, Math.min(bytes.length + 1, 4)]));
  return splice(bytes, at, random.below(3), Uint8Array.from(random.pick(varints)));
}

function removeSome(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return splice(bytes, random.below(bytes.length + 1), random.below(40), new Uint8Array(0));
}

function repeatSome(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const from = random.below(bytes.length + 1);
  const some = bytes.subarray(from, from + 1 + random.below(80));
  return splice(bytes, from, 0, Buffer.concat(Array.from({ length: random.below(60) }, () => some)));
}

function fillSome(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const mutated = Uint8Array.from(bytes);
  const from = random.below(bytes.length + 1);
  return mutated.fill(random.pick([0, 128, 255]), from, from + random.below(64));
}

function splice(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
}
