import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FileOffer, Offer } from "../../src/core/model/offer.ts";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { initRepository, openRepository } from "../../src/store/open-repository.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  capture,
  chance,
  facts,
  keyFile,
  newRepository,
  offersOf,
  readTree,
  reopen,
  restoreAll,
  type Tree,
  verifyAll,
  writeTree,
} from "../support/test-repository.ts";

describe("what is captured comes back", () => {
  test.each(["encrypted", "plain"] as const)("any tree is restored as it was (%s)", async (how) => {
    for (let seed = 1; seed <= 3; seed++) {
      const source = temporaryFolder();
      writeTree(source, randomTree(new SeededRandom(seed)));
      const repository = await newRepository(memoryBackend(), how);
      const { snapshot, remarks } = await capture(repository, "s1", offersOf(source));
      expect(remarks).toEqual([]);

      const back = temporaryFolder();
      const report = await restoreAll(repository, "s1", back);
      expect(report, `seed ${seed}`).toEqual({ files: snapshot.files, bytes: snapshot.bytes, refused: [] });
      expect(readTree(back), `seed ${seed}`).toEqual(readTree(source));
      expect(await verifyAll(repository, "s1")).toMatchObject({ result: "passed", damage: [] });
    }
  });

  test("threads and a folder give the same as one thread and memory", async () => {
    const random = new SeededRandom(7);
    const source = temporaryFolder();
    const large = random.bytes(11_000_000);
    writeTree(source, { "large.mdf": large, "copy/of/large.mdf": large, ...randomTree(random) });
    const backend = folderBackend(temporaryFolder());
    await newRepository(backend);
    const repository = await reopen(backend, { threads: 2 });
    const { snapshot } = await capture(repository, "s1", offersOf(source));

    const back = temporaryFolder();
    const report = await restoreAll(repository, "s1", back);
    expect(report).toEqual({ files: snapshot.files, bytes: snapshot.bytes, refused: [] });
    expect(readTree(back)).toEqual(readTree(source));
    expect(await verifyAll(repository, "s1")).toMatchObject({ result: "passed" });
    expect(snapshot.addedBytes).toBeLessThan(2 * large.length);
  });

  test("a repository opened anew reads what another wrote", async () => {
    const backend = memoryBackend();
    await capture(await newRepository(backend), "s1", made({ "a.txt": "one" }));
    const repository = await reopen(backend);
    const { snapshots } = await repository.snapshots();
    expect(snapshots.map(({ id, files, bytes }) => ({ id, files, bytes }))).toEqual([
      { id: "s1", files: 1, bytes: 3 },
    ]);
    expect(await Array.fromAsync(repository.tree("s1"))).toEqual([
      { path: "a.txt", type: "file", size: 3, modifiedAt: 5, sha256: sha256("one") },
    ]);
  });

  test("a tree is listed in order, and narrowed to an entry and what is below it", async () => {
    const repository = await newRepository(memoryBackend());
    const offers: readonly Offer[] = [
      ...made({ "b/x": "1", "b-1": "2", b0: "3", a: "4" }),
      { type: "folder", path: "b", modifiedAt: 1, attributes: 16 },
    ];
    await capture(repository, "s1", offers);
    const paths = async (path?: string): Promise<readonly string[]> =>
      (await Array.fromAsync(repository.tree("s1", path))).map((entry) => entry.path);
    expect(await paths()).toEqual(["a", "b", "b-1", "b/x", "b0"]);
    expect(await paths("b")).toEqual(["b", "b/x"]);
    expect(await paths("b-1")).toEqual(["b-1"]);
    expect(await paths("nothing")).toEqual([]);
  });

  test("nothing is visible before the commit, and nothing after an abort", async () => {
    const repository = await newRepository(memoryBackend());
    const options = { site: "PS1", source: "x", signal: new AbortController().signal, rereadPerMille: 0 };
    const writer = await repository.beginSnapshot(options);
    for (const offer of made({ a: "1" })) await writer.offer(offer);
    await writer.settle();
    expect((await repository.snapshots()).snapshots).toEqual([]);
    await writer.abort();
    await expect(writer.commit(facts("s1"))).rejects.toThrow(/given up/);
    expect((await repository.snapshots()).snapshots).toEqual([]);
  });

  test("a stopped capture ends at once and leaves nothing to see", async () => {
    const repository = await newRepository(memoryBackend());
    const stop = new AbortController();
    const options = { site: "PS1", source: "x", signal: stop.signal, rereadPerMille: 0 };
    const writer = await repository.beginSnapshot(options);
    await writer.offer([...made({ a: "1" })][0]!);
    stop.abort(new Error("stopped by the operator"));
    await expect(writer.offer([...made({ b: "1" })][0]!)).rejects.toThrow("stopped by the operator");
    await expect(writer.commit(facts("s1"))).rejects.toThrow("stopped by the operator");
    await writer.abort();
    expect((await repository.snapshots()).snapshots).toEqual([]);
  });
});

describe("what is known is not stored or read again", () => {
  test("equal content is stored once", async () => {
    const repository = await newRepository(memoryBackend());
    const content = new SeededRandom(3).bytes(300_000);
    const once = await capture(repository, "s1", [file("a", content)]);
    const again = await capture(repository, "s2", [file("b", content), file("c", content)]);
    expect(once.snapshot.addedBytes).toBeGreaterThan(content.length);
    expect(again.snapshot.addedBytes).toBeLessThan(1_000);
  });

  test("a second capture of the same tree adds its manifest and nothing else", async () => {
    const objects = new Map<string, Uint8Array>();
    const repository = await newRepository(memoryBackend(objects));
    const source = temporaryFolder();
    writeTree(source, randomTree(new SeededRandom(4)));
    await capture(repository, "s1", offersOf(source));
    const before = new Set(objects.keys());
    const { progress, snapshot } = await capture(repository, "s2", offersOf(source), { previous: "s1" });
    expect([...objects.keys()].filter((name) => !before.has(name))).toEqual(["snapshots/s2"]);
    expect(progress).toMatchObject({ files: snapshot.files, bytes: snapshot.bytes, readBytes: 0 });
  });

  test("only the files that changed are read", async () => {
    const repository = await newRepository(memoryBackend());
    const source = temporaryFolder();
    writeTree(source, { same: bytes("same"), size: bytes("1"), time: bytes("22") });
    await capture(repository, "s1", offersOf(source));
    writeFileSync(join(source, "size"), "longer");
    utimesSync(join(source, "time"), 5, 5);
    const { progress } = await capture(repository, "s2", offersOf(source), { previous: "s1" });
    expect(progress.readBytes).toBe("longer".length + "22".length);
  });

  test("with a cache, a file that was replaced by one of equal size and time is read", async () => {
    const backend = memoryBackend();
    await newRepository(backend);
    const repository = await reopen(backend, { cacheFolder: temporaryFolder() });
    const source = temporaryFolder();
    writeTree(source, { "a.dat": bytes("old"), "b.dat": bytes("abc") });
    await capture(repository, "s1", offersOf(source));
    const { atime, mtime } = statSync(join(source, "a.dat"));
    writeFileSync(join(source, "new"), "new");
    utimesSync(join(source, "new"), atime, mtime);
    renameSync(join(source, "new"), join(source, "a.dat"));
    const { progress } = await capture(repository, "s2", offersOf(source), { previous: "s1" });
    expect(progress.readBytes).toBe(3);
    const back = temporaryFolder();
    await restoreAll(repository, "s2", back);
    expect(readFileSync(join(back, "a.dat"), "utf8")).toBe("new");
  });

  test("a library that moved is not read: its files are known by their names", async () => {
    const repository = await newRepository(memoryBackend());
    const random = new SeededRandom(5);
    const contents = [random.bytes(500), random.bytes(70_000), random.bytes(400_000), new Uint8Array(0)];
    const first = temporaryFolder();
    writeTree(first, Object.fromEntries(contents.map((it) => [`FileLib/${sha256(it)}`, it])));
    await capture(repository, "s1", named(offersOf(first)));
    const moved = temporaryFolder();
    writeTree(
      moved,
      Object.fromEntries(contents.map((it) => [`E/SCCMContentLib/FileLib/${sha256(it)}`, it])),
    );
    const { progress, snapshot } = await capture(repository, "s2", named(offersOf(moved)));
    expect(progress).toMatchObject({ files: 4, readBytes: 0 });
    const report = await restoreAll(repository, "s2", temporaryFolder());
    expect(report).toEqual({ files: 4, bytes: snapshot.bytes, refused: [] });
  });

  test("a package source that is in the library already is read once and stored not at all", async () => {
    const repository = await newRepository(memoryBackend());
    const content = new SeededRandom(6).bytes(200_000);
    const library = { ...file(`FileLib/${sha256(content)}`, content), knownSha256: sha256(content) };
    await capture(repository, "s1", [library]);
    const { snapshot } = await capture(repository, "s2", [file("setup.exe", content)]);
    expect(snapshot.addedBytes).toBeLessThan(1_000);
  });

  test("a share of the known files is read again as proof", async () => {
    const repository = await newRepository(memoryBackend());
    const source = temporaryFolder();
    writeTree(
      source,
      Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, bytes(`${at}-content`)])),
    );
    const { snapshot } = await capture(repository, "s1", offersOf(source));
    const again = { previous: "s1", rereadPerMille: 1000 };
    expect((await capture(repository, "s2", offersOf(source), again)).progress.readBytes).toBe(
      snapshot.bytes,
    );
    const some = { previous: "s1", rereadPerMille: 250 };
    const { readBytes } = (await capture(repository, "s3", offersOf(source), some)).progress;
    expect(readBytes).toBeGreaterThan(snapshot.bytes * 0.1);
    expect(readBytes).toBeLessThan(snapshot.bytes * 0.45);
  });
});

describe("files that are not what they should be", () => {
  test("a library object whose content is not its name is stored under its true hash and reported", async () => {
    const repository = await newRepository(memoryBackend());
    const path = `FileLib/${sha256("right")}`;
    const { remarks } = await capture(repository, "s1", [
      { ...file(path, bytes("wrong")), knownSha256: sha256("right") },
    ]);
    expect(remarks).toEqual([
      {
        path,
        what: "damaged",
        detail: `content hashes to ${sha256("wrong")}, its name says ${sha256("right")}`,
      },
    ]);
    const [entry] = await Array.fromAsync(repository.tree("s1"));
    expect(entry!.sha256).toBe(sha256("wrong"));
  });

  test("what is found wrong with a file says whether the snapshot is worth nothing without it", async () => {
    const repository = await newRepository(memoryBackend());
    const gone = (path: string) => ({ ...file(path, bytes("")), size: 1, locator: { file: "/no/such" } });
    const wrong = { ...file("set.bak", bytes("wrong")), knownSha256: sha256("right") };
    const { remarks } = await capture(repository, "s1", [
      { ...gone("set.mdf"), essential: true },
      gone("note.txt"),
      { ...wrong, essential: true },
    ]);
    const told = remarks.map(({ path, what, essential = false }) => `${path} ${what} ${essential}`);
    expect(told.toSorted()).toEqual([
      "note.txt vanished false",
      "set.bak damaged true",
      "set.mdf vanished true",
    ]);
  });

  test("a damaged library object stays reported by later captures", async () => {
    const repository = await newRepository(memoryBackend());
    const offer = { ...file("x", bytes("wrong")), knownSha256: sha256("right") };
    await capture(repository, "s1", [offer]);
    const { remarks } = await capture(repository, "s2", [offer], { previous: "s1" });
    expect(remarks.map(({ what }) => what)).toEqual(["damaged"]);
  });

  test("a library object that was cut short is read, though its name is known", async () => {
    const repository = await newRepository(memoryBackend());
    const whole = { ...file("x", bytes("whole content")), knownSha256: sha256("whole content") };
    await capture(repository, "s1", [whole]);
    const cut = { ...file("x", bytes("whole")), knownSha256: sha256("whole content") };
    const { remarks } = await capture(repository, "s2", [cut], { previous: "s1" });
    expect(remarks.map(({ what }) => what)).toEqual(["damaged"]);
  });

  test("a file that rotted without a change of size or time is found when it is read again", async () => {
    const repository = await newRepository(memoryBackend());
    await capture(repository, "s1", [file("a", bytes("good"))]);
    const again = { previous: "s1", rereadPerMille: 1000 };
    const { remarks } = await capture(repository, "s2", [file("a", bytes("evil"))], again);
    expect(remarks.map(({ path, what }) => `${path} ${what}`)).toEqual(["a damaged"]);
  });

  test("files that vanished or can't be read are named, and the rest is captured", async () => {
    const repository = await newRepository(memoryBackend());
    const source = temporaryFolder();
    writeTree(source, { "a.txt": bytes("a"), "b.txt": bytes("b"), c: null });
    const offers = [
      ...offersOf(source),
      { ...file("folder-as-file", bytes("")), locator: { file: join(source, "c") } },
      { ...file("big-and-gone", bytes("")), size: 50_000_000, locator: { file: join(source, "gone") } },
    ];
    rmSync(join(source, "a.txt"));
    const { remarks, snapshot } = await capture(repository, "s1", offers);
    expect(remarks.map(({ path, what }) => `${path} ${what}`).sort()).toEqual([
      "a.txt vanished",
      "big-and-gone vanished",
      "folder-as-file unreadable",
    ]);
    expect(snapshot.files).toBe(1);
  });

  test("a file that changed since it was listed is captured as it is now", async () => {
    const repository = await newRepository(memoryBackend());
    const source = temporaryFolder();
    writeTree(source, { "grew.log": bytes("1") });
    const offers = [...offersOf(source)];
    writeFileSync(join(source, "grew.log"), "12345");
    const { remarks } = await capture(repository, "s1", offers);
    expect(remarks).toEqual([]);
    expect(await Array.fromAsync(repository.tree("s1"))).toMatchObject([
      { size: 5, sha256: sha256("12345") },
    ]);
  });

  test("a small file that has become large is captured whole", async () => {
    const repository = await newRepository(memoryBackend());
    const source = temporaryFolder();
    writeTree(source, { "grew.bak": bytes("1") });
    const offers = [...offersOf(source)];
    const content = new SeededRandom(8).bytes(6_000_000);
    writeFileSync(join(source, "grew.bak"), content);
    await capture(repository, "s1", offers);
    const back = temporaryFolder();
    expect(await restoreAll(repository, "s1", back)).toMatchObject({ files: 1, refused: [] });
    expect(sha256(readFileSync(join(back, "grew.bak")))).toBe(sha256(content));
  });

  test.each(["../out", "/etc/passwd", "a//b", "a/./b", "", "a/\0"])(
    "the path “%s” is refused",
    async (path) => {
      const repository = await newRepository(memoryBackend());
      await expect(capture(repository, "s1", [file(path, bytes("x"))])).rejects.toThrow(/no path/);
    },
  );

  test("a path that is offered twice loses the capture", async () => {
    const repository = await newRepository(memoryBackend());
    await expect(capture(repository, "s1", [file("a", bytes("1")), file("a", bytes("2"))])).rejects.toThrow(
      /twice/,
    );
    expect((await repository.snapshots()).snapshots).toEqual([]);
  });
});

describe("restore is careful", () => {
  test("a file that is there is not overwritten unless that is asked for", async () => {
    const repository = await newRepository(memoryBackend());
    await capture(repository, "s1", made({ "d/a": "new", "d/b": "new" }));
    const to = temporaryFolder();
    writeTree(to, { "d/a": bytes("mine") });
    const first = await restoreAll(repository, "s1", to);
    expect(first).toMatchObject({
      files: 1,
      refused: [{ path: "d/a", reason: "a file of this name is there already" }],
    });
    expect(readFileSync(join(to, "d/a"), "utf8")).toBe("mine");
    const all = { to, paths: [], overwrite: true, signal: new AbortController().signal };
    expect(await repository.restore("s1", all)).toMatchObject({ files: 2, refused: [] });
    expect(readFileSync(join(to, "d/a"), "utf8")).toBe("new");
  });

  test("nothing is written through a link", async () => {
    const repository = await newRepository(memoryBackend());
    await capture(repository, "s1", made({ "link/a": "x", "ok/b": "y", "to-file": "z" }));
    const outside = temporaryFolder();
    const to = temporaryFolder();
    symlinkSync(outside, join(to, "link"));
    symlinkSync(join(outside, "made-by-link"), join(to, "to-file"));
    const all = { to, paths: [], overwrite: true, signal: new AbortController().signal };
    const report = await repository.restore("s1", all);
    expect(report).toMatchObject({
      files: 2,
      refused: [{ path: "link/a", reason: "“link” is a link, and nothing is written through links" }],
    });
    expect(readTree(outside)).toEqual({});
    expect(readFileSync(join(to, "to-file"), "utf8")).toBe("z");
  });

  test("a file or a folder is restored alone, with the folders above it", async () => {
    const repository = await newRepository(memoryBackend());
    await capture(repository, "s1", made({ "a/b/c": "1", "a/b/d": "2", "a/x": "3", z: "4" }));
    const to = temporaryFolder();
    const some = { to, paths: ["a/b", "z"], overwrite: false, signal: new AbortController().signal };
    expect(await repository.restore("s1", some)).toMatchObject({ files: 3, refused: [] });
    expect(Object.keys(readTree(to))).toEqual(["a", "a/b", "a/b/c", "a/b/d", "z"]);
  });

  test("no temporary file stays behind", async () => {
    const objects = new Map<string, Uint8Array>();
    const repository = await newRepository(memoryBackend(objects));
    await capture(repository, "s1", [file("a", new SeededRandom(1).bytes(600_000))]);
    for (const [name, object] of objects) if (name.startsWith("packs/")) object[5_000]! ^= 1;
    const to = temporaryFolder();
    const report = await restoreAll(repository, "s1", to);
    expect(report.refused.map(({ path }) => path)).toEqual(["a"]);
    expect(readTree(to)).toEqual({});
  });
});

describe("keys", () => {
  const cost = { by: "password", log2N: 4, blockSize: 8, lanes: 1 } as const;

  test("a password and a key file each open it, and another of either kind does not", async () => {
    const backend = memoryBackend();
    const random = chance(1);
    await initRepository(backend, { keys: [{ keyFile }, { password: "péage" }], random, passwordCost: cost });
    const open = (key: { password: string } | { keyFile: Uint8Array }) =>
      openRepository(backend, { keys: [key], random, now: () => 0, threads: 0 });
    await open({ keyFile });
    await open({ keyFile: bytes(`${Buffer.from(keyFile).toString("hex")}\r\n`) });
    // As Windows PowerShell writes what a command has printed.
    await open({ keyFile: Buffer.from(`\uFEFF${Buffer.from(keyFile).toString("hex")}\r\n`, "utf16le") });
    // The same word, composed otherwise by another keyboard.
    await open({ password: "pe\u0301age" });
    await expect(open({ password: "peage" })).rejects.toMatchObject({ name: "RepositoryLocked" });
    await expect(open({ keyFile: new Uint8Array(32) })).rejects.toMatchObject({ name: "RepositoryLocked" });
    await expect(open({ keyFile: bytes("short") })).rejects.toMatchObject({ name: "KeyFileInvalid" });
  });

  test("without a key it stays locked, and says so", async () => {
    const backend = memoryBackend();
    await newRepository(backend);
    const opening = openRepository(backend, { keys: [], random: chance(1), now: () => 0 });
    await expect(opening).rejects.toThrow("The repository in memory is encrypted and no key was given.");
  });

  test("a folder that holds none is no repository, and one that holds one is not made anew", async () => {
    const opening = openRepository(memoryBackend(), { keys: [], random: chance(1), now: () => 0 });
    await expect(opening).rejects.toMatchObject({ name: "NotARepository" });
    const backend = memoryBackend();
    await newRepository(backend);
    await expect(newRepository(backend)).rejects.toMatchObject({ name: "RepositoryExists" });
  });

  test("no content, name or key can be read from an encrypted repository's objects", async () => {
    const objects = new Map<string, Uint8Array>();
    const repository = await newRepository(memoryBackend(objects));
    await capture(repository, "s1", made({ "secret-path": "secret-content" }));
    await repository.putRecord("runs/a", { note: "secret-note" });
    const all = Buffer.concat([...objects.values()]);
    for (const secret of ["secret", sha256("secret-content"), "5.00"])
      expect(all.includes(secret)).toBe(false);
    expect(all.includes(Buffer.from(sha256("secret-content"), "hex"))).toBe(false);
    expect(all.includes(Buffer.from(keyFile))).toBe(false);
  });
});

describe("several at once", () => {
  test("two writers at once both commit, and both snapshots are whole", async () => {
    const backend = memoryBackend();
    await newRepository(backend);
    const source = temporaryFolder();
    writeTree(source, randomTree(new SeededRandom(9)));
    const writers = [1, 2, 3].map(async (seed) => {
      const repository = await reopen(backend, { seed: seed + 10 });
      return capture(repository, `s${seed}`, offersOf(source));
    });
    await Promise.all(writers);
    const repository = await reopen(backend);
    expect((await repository.snapshots()).snapshots.map(({ id }) => id)).toEqual(["s1", "s2", "s3"]);
    for (const id of ["s1", "s2", "s3"])
      expect(await verifyAll(repository, id)).toMatchObject({ result: "passed", damage: [] });
  });

  test("two writers of one opened repository do not rest on each other's unfinished work", async () => {
    const repository = await newRepository(memoryBackend());
    const options = { site: "PS1", source: "x", signal: new AbortController().signal, rereadPerMille: 0 };
    const [first, second] = [
      await repository.beginSnapshot(options),
      await repository.beginSnapshot(options),
    ];
    await first.offer(file("a", bytes("shared")));
    await first.settle();
    await second.offer(file("a", bytes("shared")));
    await second.settle();
    await first.abort();
    await second.commit(facts("s2"));
    expect(await verifyAll(repository, "s2")).toMatchObject({ result: "passed", objects: 1 });
  });

  test("a snapshot's id is taken once", async () => {
    const repository = await newRepository(memoryBackend());
    await capture(repository, "s1", made({ a: "1" }));
    await expect(capture(repository, "s1", made({ a: "2" }))).rejects.toThrow(
      "There is a snapshot s1 already.",
    );
  });
});

describe("proofs and records", () => {
  test("proofs are added to a snapshot and come back oldest first", async () => {
    const backend = memoryBackend();
    const repository = await newRepository(backend);
    await capture(repository, "s1", made({ a: "1" }));
    const read = { level: "read", result: "passed", at: 20, note: "1 object" } as const;
    const restored = { level: "restored", result: "failed", at: 10, note: "no room" } as const;
    await repository.addProof("s1", read);
    await repository.addProof("s1", restored);
    const { snapshots } = await (await reopen(backend)).snapshots();
    expect(snapshots[0]!.proofs).toEqual([restored, read]);
  });

  test("a record is written once, and records are listed by their prefix", async () => {
    const repository = await newRepository(memoryBackend());
    expect(await repository.putRecord("runs/cm01-00000002/started", { at: 2 })).toBe(true);
    expect(await repository.putRecord("runs/cm01-00000001/started", { at: 1 })).toBe(true);
    expect(await repository.putRecord("runs/cm01-00000001/started", { at: 3 })).toBe(false);
    await repository.putRecord("holds/x", { at: 9 });
    const records = [
      { name: "runs/cm01-00000001/started", record: { at: 1 } },
      { name: "runs/cm01-00000002/started", record: { at: 2 } },
    ];
    expect(await repository.records("runs/")).toEqual({ records, unreadable: [] });
    await expect(repository.putRecord("../config", {})).rejects.toThrow(/no name/);
  });

  test("a forgotten snapshot is gone for readers", async () => {
    const repository = await newRepository(memoryBackend());
    await capture(repository, "s1", made({ a: "1" }));
    await repository.forget("s1");
    expect((await repository.snapshots()).snapshots).toEqual([]);
    await expect(restoreAll(repository, "s1", temporaryFolder())).rejects.toMatchObject({
      name: "SnapshotMissing",
    });
  });
});

function randomTree(random: SeededRandom): Tree {
  const tree: Record<string, Uint8Array | null> = { "empty folder": null, "empty file": new Uint8Array(0) };
  const folders = [
    "",
    "a/",
    "a/b/",
    "Ünïcödé/",
    "日本語/𝄞/",
    `deep/${"x/".repeat(30)}`,
    `${"long".repeat(50)}/`,
  ];
  const contents = [0, 1, 17, 5_000, 65_536, 65_537, 140_000, 900_000].map((size) => random.bytes(size));
  contents.push(new Uint8Array(500_000), bytes("text\n".repeat(20_000)));
  for (let left = 60; left > 0; left--)
    tree[`${random.pick(folders)}${left} ${random.below(1e6).toString(36)}.dat`] =
      random.below(2) === 0 ? random.pick(contents) : random.bytes(random.below(3_000));
  return tree;
}

function file(path: string, content: Uint8Array): FileOffer {
  return { type: "file", path, modifiedAt: 5, size: content.length, locator: { bytes: content } };
}

function* made(contents: Readonly<Record<string, string>>): Iterable<FileOffer> {
  for (const [path, content] of Object.entries(contents)) yield file(path, bytes(content));
}

/** States of each file what its name says. */
function* named(offers: Iterable<Offer>): Iterable<Offer> {
  for (const offer of offers)
    if (offer.type === "file")
      yield { ...offer, knownSha256: offer.path.slice(offer.path.lastIndexOf("/") + 1) };
}

function bytes(content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(content);
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
