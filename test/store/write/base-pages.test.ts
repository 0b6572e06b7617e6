import { expect, test } from "vitest";
import { piecesNear } from "../../../src/store/write/base-pages.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

test("the pieces near a place are found from wherever the last place was", () => {
  const random = new SeededRandom(17);
  let until = 0;
  const pieces = Array.from({ length: 40 }, () => ({ from: until, until: (until += 1 + random.below(30)) }));
  let last = { first: 0, end: 0 };
  for (let round = 0; round < 500; round++) {
    const place = random.below(until + 60);
    const near = { from: place - 25, until: place + 25 };
    last = piecesNear(pieces, near, last);
    const isNear = (piece: (typeof pieces)[number]) => piece.until > near.from && piece.from < near.until;
    expect(pieces.slice(last.first, last.end)).toEqual(pieces.filter(isNear));
  }
});
