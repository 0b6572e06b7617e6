import { describe, expect, test } from "vitest";
import { decodeEnvelope, encodeEnvelope } from "../../../../src/store/format/encoding/envelope.ts";
import { Malformed, TooNew } from "../../../../src/store/format/encoding/malformed.ts";
import { objectSeal } from "../../../../src/store/format/encoding/seal.ts";
import { decodeSealedObject, encodeSealedObject } from "../../../../src/store/format/sealed-object.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";

const random = new SeededRandom(51);
const salt = random.bytes(32);
const secrets = {
  encrypted: { repository: random.bytes(16), master: random.bytes(32) },
  plain: { repository: random.bytes(16) },
};

describe("an envelope", () => {
  const object = encodeEnvelope({ type: "record", features: 0, salt }, new TextEncoder().encode("body"));

  test("gives its body back", () => {
    const { header, body } = decodeEnvelope("record", object);
    expect(new TextDecoder().decode(body)).toBe("body");
    expect([...header.salt]).toEqual([...salt]);
  });

  test("is malformed when any bit of it is flipped", () => {
    for (let bit = 0; bit < object.length * 8; bit++) {
      const damaged = object.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => decodeEnvelope("record", damaged), `bit ${bit}`).toThrow(Malformed);
    }
  });

  test("is malformed when it is cut off anywhere or goes on", () => {
    for (let length = 0; length < object.length; length++)
      expect(() => decodeEnvelope("record", object.subarray(0, length))).toThrow(Malformed);
    expect(() => decodeEnvelope("record", Buffer.concat([object, new Uint8Array(1)]))).toThrow(Malformed);
  });

  test("is not taken for an object of another type", () => {
    expect(() => decodeEnvelope("proof", object)).toThrow(Malformed);
  });

  test("that needs what this version can't do is too new, not damaged", () => {
    const later = encodeEnvelope({ type: "record", features: 8, salt }, new Uint8Array(1));
    expect(() => decodeEnvelope("record", later)).toThrow(TooNew);
  });
});

describe.each(["encrypted", "plain"] as const)("a seal (%s)", (how) => {
  const secret = secrets[how];
  const plain = random.bytes(100);
  const sealed = objectSeal(secret, "pack", salt).seal(7, plain);

  test("gives the plain bytes back", () => {
    expect(new Uint8Array(objectSeal(secret, "pack", salt).open(7, sealed))).toEqual(plain);
  });

  test("does not open at another place, or with a bit flipped", () => {
    const other = { ...secret, repository: random.bytes(16) };
    const damaged = Uint8Array.from(sealed);
    damaged[50]! ^= 1;
    expect(() => objectSeal(secret, "pack", salt).open(8, sealed)).toThrow(Malformed);
    expect(() => objectSeal(secret, "index", salt).open(7, sealed)).toThrow(Malformed);
    expect(() => objectSeal(secret, "pack", salt, "name").open(7, sealed)).toThrow(Malformed);
    expect(() => objectSeal(other, "pack", salt).open(7, sealed)).toThrow(Malformed);
    expect(() => objectSeal(secret, "pack", salt).open(7, damaged)).toThrow(Malformed);
    expect(() => objectSeal(secret, "pack", salt).open(7, sealed.subarray(0, 15))).toThrow(Malformed);
  });

  test("hides and shrinks what is sealed as a whole, and gives it back", () => {
    const place = { type: "record", name: "records/x" } as const;
    const body = new TextEncoder().encode("a record that repeats itself. ".repeat(500));
    const object = encodeSealedObject(secret, place, salt, body);
    expect(object.length).toBeLessThan(body.length / 10);
    expect(new Uint8Array(decodeSealedObject(secret, place, object))).toEqual(body);
    expect(() => decodeSealedObject(secret, { ...place, name: "records/y" }, object)).toThrow(Malformed);
  });
});

test("an object of an unencrypted repository does not pass in an encrypted one", () => {
  const place = { type: "record", name: "records/x" } as const;
  const object = encodeSealedObject(
    { repository: secrets.encrypted.repository },
    place,
    salt,
    new Uint8Array(9),
  );
  expect(() => decodeSealedObject(secrets.encrypted, place, object)).toThrow(Malformed);
});
