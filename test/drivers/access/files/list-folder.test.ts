import { lstatSync, symlinkSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  entryKinds,
  joinPace,
  listFolder,
  lookAt,
  noPace,
  placeOf,
} from "../../../../src/drivers/access/files/list-folder.ts";
import { packListings, unpackListings } from "../../../../src/drivers/access/files/list-messages.ts";
import { plantFiles } from "../../../support/plant-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("a folder's names come in the order of their letters, each with what it is and its facts", () => {
  const root = planted();
  const { names, kinds, facts, texts, failures } = listFolder({ root, looksMax: 10 }, "");
  expect(names).toEqual(["a.ini", "b", "c", "d"]);
  expect([...kinds]).toEqual([entryKinds.file, entryKinds.folder, entryKinds.link, entryKinds.file]);
  const rowOf = (name: string, size: number) => {
    const look = lstatSync(join(root, name));
    return [size, Math.trunc(look.mtimeMs), look.ino, Math.trunc(look.ctimeMs)];
  };
  expect([...facts]).toEqual([...rowOf("a.ini", 4), ...rowOf("b", 0), 0, 0, 0, 0, ...rowOf("d", 1)]);
  expect([texts.size, failures.size]).toEqual([0, 0]);
});

test("of a large folder only the first entries are looked at", () => {
  const listing = listFolder({ root: planted(), looksMax: 2 }, "");
  expect(listing.names).toHaveLength(4);
  expect([...listing.kinds]).toEqual([entryKinds.file, entryKinds.folder]);
});

test("the text of files that were asked for comes along, by their path below the root", () => {
  const root = planted();
  const textsOf = (texts: RegExp, folder: string) => [
    ...listFolder({ root, texts, looksMax: 9 }, folder).texts,
  ];
  expect(textsOf(/\.ini$/, "")).toEqual([[0, "h\u00E9ad"]]);
  expect(textsOf(/^b\/x\.ini$/, "b")).toEqual([[0, "deep"]]);
  expect(textsOf(/^b$/, "")).toEqual([]);
});

test("a folder that can't be listed has a failure, and nothing else", () => {
  const { names, kinds, failure } = listFolder({ root: planted(), looksMax: 9 }, "none");
  expect({ names, kinds: kinds.length, failure }).toEqual({
    names: [],
    kinds: 0,
    failure: { code: "ENOENT", message: expect.stringContaining("no such file or directory") },
  });
});

test("an entry that is gone by now fails by itself", () => {
  const looks = lookAt({ root: planted(), looksMax: 9 }, "b", ["gone", "x.ini"]);
  expect([...looks.kinds]).toEqual([entryKinds.failed, entryKinds.file]);
  expect([...looks.failures]).toEqual([[0, { code: "ENOENT", message: expect.any(String) }]]);
});

test.skipIf(process.platform === "win32")("a socket is neither file nor folder", async () => {
  const root = temporaryFolder();
  const server = createServer().listen(join(root, "s"));
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  expect([...listFolder({ root, looksMax: 9 }, "").kinds]).toEqual([entryKinds.special]);
  await new Promise((resolve) => server.close(resolve));
});

test("the pace is that of the fastest of the first eight looks", () => {
  const root = plantFiles(temporaryFolder(), { "1": "", "2": "" });
  expect(listFolder({ root, looksMax: 9 }, "").pace).toEqual({ looks: 2, fastestMs: expect.any(Number) });
  const many = lookAt(
    { root, looksMax: 9 },
    "",
    Array.from({ length: 20 }, () => "1"),
  );
  expect(many.pace.looks).toBe(8);
  expect(many.pace.fastestMs).toBeGreaterThan(0);
  expect(many.pace.fastestMs).toBeLessThan(1_000);
  expect(joinPace({ looks: 2, fastestMs: 3 }, { looks: 5, fastestMs: 0.5 })).toEqual({
    looks: 7,
    fastestMs: 0.5,
  });
  expect(joinPace(noPace, { looks: 5, fastestMs: 4 })).toEqual({ looks: 5, fastestMs: 4 });
});

test("times are whole milliseconds, as a snapshot keeps them", () => {
  const root = plantFiles(temporaryFolder(), { a: "" });
  utimesSync(join(root, "a"), 1_700_000_000.123_9, 1_700_000_000.123_9);
  expect(listFolder({ root, looksMax: 9 }, "").facts[1]).toBe(1_700_000_000_123);
});

test.skipIf(process.platform === "win32")("a path below a root is joined with one separator", () => {
  expect(placeOf("/srv/x", "")).toBe("/srv/x");
  expect(placeOf("/srv/x", "a/b")).toBe("/srv/x/a/b");
  expect(placeOf("/srv/x/", "a/b")).toBe("/srv/x/a/b");
  expect(placeOf("/", "a")).toBe("/a");
});

test("listings come out of their packing as they went in, and their pace is told once", () => {
  const root = planted();
  const order = { root, texts: /\.ini$/, looksMax: 2 };
  const listings = ["", "none", "b"].map((folder) => listFolder(order, folder));
  const looks = { names: [], ...lookAt({ root, looksMax: 9 }, "b", ["gone"]) };
  const all = [...listings, looks, listFolder(order, "e")];
  const unpacked = unpackListings(packListings(all));
  const plain = (it: (typeof all)[number]) => ({ ...it, pace: undefined });
  expect(unpacked.map(plain)).toEqual(all.map(plain));
  expect(unpacked.map(({ pace }) => pace.looks)).toEqual([4, 0, 0, 0, 0]);
  expect(unpackListings(packListings([]))).toEqual([]);
});

/** A file, a folder with a file, a link and another file; and an empty folder where nobody looks. */
function planted(): string {
  const root = plantFiles(temporaryFolder(), {
    d: "1",
    "a.ini": Buffer.from("h\u00E9ad", "latin1"),
    "b/x.ini": "deep",
  });
  symlinkSync("nowhere", join(root, "c"));
  return root;
}
