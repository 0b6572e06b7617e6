import { efforts } from "../../../src/store/format/encoding/compression.ts";
import { expect, test } from "vitest";
import { digestOf, encodeEnvelope } from "../../../src/store/format/encoding/envelope.ts";
import { decodeGroup, encodeGroup, isWholePack, packSeal } from "../../../src/store/format/pack.ts";
import type { ObjectSeal } from "../../../src/store/format/encoding/seal.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

const seal = packSeal({ repository: new Uint8Array(16), master: new Uint8Array(32) }, new Uint8Array(32));

test.each([
  ["compressible", new Uint8Array(100_000)],
  ["random", new SeededRandom(1).bytes(100_000)],
  ["empty", new Uint8Array(0)],
])("a group of %s bytes opens to what it was", (_, plain) => {
  const { sealed, compressed } = encodeGroup(seal, 3, plain, efforts.quick);
  const row = { compressed, sealedBytes: sealed.length, plainBytes: plain.length };
  expect(Buffer.compare(decodeGroup(seal, 3, sealed, row), plain)).toBe(0);
});

test("a machine that errs between a chunk and its group is found out before the group is stored", () => {
  const erring: ObjectSeal = {
    seal: (position, plain) =>
      seal.seal(
        position,
        plain.map((byte, at) => (at === 9 ? byte ^ 4 : byte)),
      ),
    open: (position, sealed) => seal.open(position, sealed),
  };
  expect(() => encodeGroup(erring, 0, new SeededRandom(2).bytes(1_000), efforts.thorough)).toThrow(
    /this machine errs/,
  );
});

test("a pack is whole when its bytes are those of its name, and of a version that can be read", () => {
  const pack = encodeEnvelope({ type: "pack", features: 0, salt: new Uint8Array(32) }, new Uint8Array(100));
  expect(isWholePack(pack, pack.slice(-32))).toBe(true);
  expect(isWholePack(pack, new Uint8Array(32))).toBe(false);
  const later = pack.slice();
  later[9] = 2;
  later.set(digestOf(later.subarray(0, -32)), later.length - 32);
  expect(isWholePack(later, later.slice(-32))).toBe(false);
});
