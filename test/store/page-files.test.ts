import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { changePages, makePages, pageBytes, shuffleExtents } from "../support/database-pages.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { capture, newRepository, offersOf, restoreAll, verifyAll } from "../support/test-repository.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const pages = 720;

test.each(["encrypted", "plain"] as const)(
  "a changed page costs little more than itself, and every state comes back (%s)",
  async (how) => {
    const random = new SeededRandom(31);
    const file = makePages(pages, random);
    const store = await newStore(how);
    const first = await store.capture(file);

    for (let state = 2; state <= 4; state++) {
      const changed = changePages(file, 10, random);
      const added = await store.capture(file);
      // Half of a page is random here. What is left pays for lists, tables and the tree.
      expect(added / (changed * (pageBytes / 2))).toBeLessThan(1.35);
      expect(added).toBeLessThan(first / 5);
    }
    await store.checkAll();
  },
);

test("a backup with another prefix and its extents in another order is hardly larger", async () => {
  const random = new SeededRandom(32);
  const file = makePages(pages, random);
  const store = await newStore("encrypted");
  const first = await store.capture(Buffer.concat([random.bytes(5 * 512), file]));

  const changed = changePages(file, 10, random);
  const shuffled = Buffer.concat([random.bytes(11 * 512), shuffleExtents(file, random), random.bytes(900)]);
  const added = await store.capture(shuffled);
  expect(added / (changed * (pageBytes / 2))).toBeLessThan(1.4);
  expect(added).toBeLessThan(first / 5);
  await store.checkAll();
});

test("a database without changes, and one that grew, cost what is new", async () => {
  const random = new SeededRandom(33);
  const file = makePages(pages, random);
  const store = await newStore("encrypted");
  await store.capture(file);
  expect(await store.capture(Buffer.concat([file, makePages(80, random, pages)]))).toBeLessThan(
    1.4 * 80 * (pageBytes / 2),
  );
  await store.checkAll();
});

test("pages that are all alike are stored once", async () => {
  const file = Buffer.concat([makePages(64, new SeededRandom(34)), Buffer.alloc(pages * pageBytes)]);
  const store = await newStore("encrypted");
  expect(await store.capture(file)).toBeLessThan(64 * pageBytes);
  await store.checkAll();
});

/** One file that is captured again and again; each state is kept to be compared. */
async function newStore(how: "encrypted" | "plain") {
  const backend = memoryBackend();
  const repository = await newRepository(backend, how);
  const source = temporaryFolder();
  const states: Buffer[] = [];
  const idOf = (state: number) => `s${state}`;
  return {
    /** Gives the bytes that the state added to the repository. */
    async capture(file: Buffer): Promise<number> {
      writeFileSync(join(source, "CM_PS1.bak"), file);
      states.push(Buffer.from(file));
      const previous = states.length > 1 ? { previous: idOf(states.length - 1) } : {};
      const { snapshot } = await capture(repository, idOf(states.length), offersOf(source), previous);
      return snapshot.addedBytes;
    },
    async checkAll(): Promise<void> {
      for (const [at, state] of states.entries()) {
        const back = temporaryFolder();
        expect(await restoreAll(repository, idOf(at + 1), back)).toMatchObject({ files: 1, refused: [] });
        expect(readFileSync(join(back, "CM_PS1.bak")).equals(state)).toBe(true);
        expect(await verifyAll(repository, idOf(at + 1))).toMatchObject({ result: "passed", damage: [] });
      }
    },
  };
}
