import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { parseKeyFile } from "../../src/store/keys/keys.ts";
import { initRepository } from "../../src/store/open-repository.ts";
import { changePages, makePages } from "../support/database-pages.ts";
import { listFolder } from "../support/digest-folder.ts";
import { faultyBackend, InjectedFault } from "../support/faulty-backend.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { foldersIn, spoilings, strayNames, strayThings } from "../support/strangers.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  capture,
  chance,
  keyFile,
  offersOf,
  readTree,
  reopen,
  writeTree,
} from "../support/test-repository.ts";
import { expectSameRescue } from "./compare-rescue.ts";
import { type RescueRun, rescueProgram, runPython, runRescue } from "./run-rescue.ts";

const golden = join("test", "golden", "repository-v1");
const goldenKey = join(golden, "encrypted.key");
const password = "pass wörd";

describe("the repositories that version 1 left", () => {
  const contents = JSON.parse(readFileSync(join(golden, "contents.json"), "utf8")) as {
    readonly password: string;
    readonly snapshots: readonly {
      readonly id: string;
      readonly entries: readonly Record<"path" | "type" | "modifiedAt" | "size" | "sha256", unknown>[];
    }[];
  };

  test.each(["plain", "key file", "password"])("are listed, checked and restored (%s)", async (way) => {
    const folder = join(golden, way === "plain" ? way : "encrypted");
    const options = way === "plain" ? [] : way === "key file" ? ["--key", goldenKey] : withPassword();
    const listed = await runRescue("snapshots", folder, ...options);
    expect(
      listed.out
        .trim()
        .split("\n")
        .map((it) => it.split("  ")[0]),
    ).toEqual([...contents.snapshots.map((it) => it.id), `${contents.snapshots.length} snapshots`]);
    expect(await runRescue("check", folder, ...options)).toMatchObject({ code: 0, err: "" });
    // A password costs a second each time: one of them shows that it opens what the key file does.
    const some = way === "password" ? contents.snapshots.slice(-1) : contents.snapshots;
    for (const { id, entries } of some) {
      const to = temporaryFolder();
      expect(await runRescue("restore", folder, id, "--to", to, ...options)).toMatchObject({
        code: 0,
        err: "",
      });
      const tree = readTree(to);
      for (const it of entries)
        expect(tree[String(it.path)]).toBe(
          `${it.modifiedAt} ${it.type === "folder" ? "folder" : `${it.size} ${it.sha256}`}`,
        );
      const paths = new Set(Object.keys(tree).filter((it) => !/^deep(\/er)?$/.test(it)));
      expect(paths).toEqual(new Set(entries.map((it) => it.path)));
    }
  });

  test("come back as sitekeep gives them back", async () => {
    const key = parseKeyFile(readFileSync(goldenKey));
    expect(await expectSameRescue({ folder: join(golden, "plain"), keys: [], options: [] })).toHaveLength(2);
    const encrypted = {
      folder: join(golden, "encrypted"),
      keys: [{ keyFile: key }],
      options: ["--key", goldenKey],
    };
    expect(await expectSameRescue(encrypted)).toHaveLength(2);
  });

  function withPassword(): readonly string[] {
    const file = join(temporaryFolder(), "password.txt");
    writeFileSync(file, `${contents.password}\r\n`);
    return ["--password-file", file];
  }
});

describe.each(["plain", "encrypted"] as const)("a repository that was written now (%s)", (how) => {
  test("comes back as sitekeep gives it back, also without its index files", async () => {
    const store = await newStore(how);
    // sitekeep's own restore takes a lease there; rescue.py writes nothing.
    expect(await expectSameRescue(store)).toEqual(["s1", "s2"]);
    const before = listFolder(store.folder);
    expect(await restoredTree(store, "s2")).toEqual(readTree(store.source));
    expect(await runRescue("check", store.folder, ...store.options)).toMatchObject({ code: 0, err: "" });
    expect(listFolder(store.folder)).toEqual(before);
    rmSync(join(store.folder, "index"), { recursive: true });
    expect(await restoredTree(store, "s2")).toEqual(readTree(store.source));
  });

  test("a capture that was interrupted does not hinder", async () => {
    const store = await newStore(how);
    for (let change = 1; change <= 4; change++) {
      writeFileSync(join(store.source, "new.bin"), new SeededRandom(50 + change).bytes(400_000));
      const dying = faultyBackend(folderBackend(store.folder), {
        change,
        fault: change % 2 ? "after" : "before",
      });
      const repository = await reopen(dying, { seed: 10 + change });
      const dies = capture(repository, "s3", offersOf(store.source), { previous: "s2" });
      await expect(dies).rejects.toBeInstanceOf(InjectedFault);
    }
    writeFileSync(join(store.folder, "packs", ".tmp-1"), "half");
    expect(await expectSameRescue(store)).toEqual(["s1", "s2"]);
    expect(await runRescue("check", store.folder, ...store.options)).toMatchObject({ code: 0, err: "" });
  });
});

test.each(["with", "without"])(
  "packs that a prune has put aside are read from the trash (%s an index)",
  async (how) => {
    const store = await newStore("encrypted");
    const trash = join(store.folder, "trash", "00000001");
    mkdirSync(trash, { recursive: true });
    const packs = listObjects(store.folder).filter((it) => /^packs\/..\/.{64}$/.test(it));
    for (const pack of packs.slice(0, -1)) renameSync(join(store.folder, pack), join(trash, pack.slice(-64)));
    if (how === "without") rmSync(join(store.folder, "index"), { recursive: true });
    expect(await restoredTree(store, "s2")).toEqual(readTree(store.source));
    expect(await runRescue("check", store.folder, ...store.options)).toMatchObject({ code: 0, err: "" });
    flip(join(trash, packs[0]!.slice(-64)), 44 + 100);
    const check = await runRescue("check", store.folder, ...store.options);
    expect(check.err).toContain(`damaged: trash/00000001/${packs[0]!.slice(-64)}: does not match its digest`);
  },
);

test("a password opens what was written with it", async () => {
  const store = await newStore("password");
  const file = join(temporaryFolder(), "password.txt");
  // Decomposed on purpose: a password means the same in either form of Unicode.
  writeFileSync(file, password.normalize("NFD"));
  const options = ["--password-file", file];
  expect(await restoredTree({ ...store, options }, "s2")).toEqual(readTree(store.source));
});

test("PATH narrows to a file, or to a folder and what is below it", async () => {
  const store = await newStore("encrypted");
  const paths = async (path: string) => Object.keys(await restoredTree(store, "s1", path));
  expect(await paths("many/7.txt")).toEqual(["many", "many/7.txt"]);
  expect(await paths("empty/")).toEqual(["empty", "empty/none.txt"]);
  const listed = await runRescue("list", store.folder, "s1", "many", ...store.options);
  expect(listed.out.split("\n").filter((it) => it.endsWith(".txt"))).toHaveLength(60);
});

test("what is asked for and is not there is said in a sentence", async () => {
  const folder = join(golden, "plain");
  const to = temporaryFolder();
  const snapshot = await runRescue("restore", folder, "../config", "--to", to);
  expect(snapshot).toMatchObject({
    code: 2,
    err: "There is no snapshot ../config; `snapshots` lists those that are.\n",
  });
  const path = await runRescue("restore", folder, "golden-1", "no/such", "--to", to);
  expect(path).toMatchObject({ code: 2, err: "The snapshot holds nothing at no/such.\n" });
  const repository = await runRescue("snapshots", to);
  expect(repository.code).toBe(2);
  expect(repository.err).toContain("is no repository that this program can read.");
});

test("nothing is overwritten, and nothing is written into the repository", async () => {
  const folder = temporaryFolder();
  cpSync(join(golden, "plain"), folder, { recursive: true });
  const to = temporaryFolder();
  writeFileSync(join(to, "small.txt"), "mine");
  expect((await runRescue("restore", folder, "golden-1", "--to", to)).code).toBe(2);
  expect(readFileSync(join(to, "small.txt"), "utf8")).toBe("mine");
  expect((await runRescue("restore", folder, "golden-1", "--to", join(folder, "inside"))).code).toBe(2);
  expect(existsSync(join(folder, "inside"))).toBe(false);
});

test("a wrong key, and none, are told from damage", async () => {
  const store = await newStore("encrypted");
  const wrong = join(temporaryFolder(), "wrong.key");
  writeFileSync(wrong, "ab".repeat(32));
  expect(await runRescue("snapshots", store.folder, "--key", wrong)).toMatchObject({
    code: 2,
    out: "",
    err: "No slot of this repository opens with this key.\n",
  });
  const none = await runRescue("snapshots", store.folder);
  expect(none).toMatchObject({ code: 2, out: "" });
  expect(none.err).toContain("This repository is encrypted");
  const plain = await runRescue("snapshots", join(golden, "plain"), "--key", wrong);
  expect(plain).toMatchObject({ code: 2, out: "" });
});

describe.each(["plain", "encrypted"] as const)("a byte of a pack that is another (%s)", (how) => {
  test("is named, the other files come back, and nothing wrong is written", async () => {
    const store = await newStore(how);
    const pack = largestPack(store.folder);
    flip(join(store.folder, pack), 44 + 1000);
    const to = temporaryFolder();
    const run = await runRescue("restore", store.folder, "s2", "--to", to, ...store.options);
    expect(run.code).toBe(1);
    expect(run.err).toContain(`damaged: ${pack}: has a group 0 that does not open`);
    const lost = [...run.err.matchAll(/^not restored: (.*?): /gm)].map((it) => it[1]!);
    expect(lost.length).toBeGreaterThan(0);
    const wanted = Object.entries(readTree(store.source)).filter(([path]) => !lost.includes(path));
    expect(wanted.length).toBeGreaterThan(2);
    expect(readTree(to)).toEqual(Object.fromEntries(wanted));

    const check = await runRescue("check", store.folder, ...store.options);
    expect(check.code).toBe(1);
    expect(check.err).toContain(`damaged: ${pack}: does not match its digest`);
    for (const path of lost) expect(check.err).toContain(`damaged: snapshots/s2: ${path}: `);
  });
});

test.each(["config", "index/", "snapshots/s1", "keys/"])(
  "a damaged %s is named and the rest goes on",
  async (prefix) => {
    const store = await newStore("encrypted");
    const name = listObjects(store.folder).find((it) => it.startsWith(prefix))!;
    flip(join(store.folder, name), 60);
    const check = await runRescue("check", store.folder, ...store.options);
    expect(check.code).toBe(1);
    expect(check.err).toContain(`damaged: ${name}: does not match its digest`);
    const to = temporaryFolder();
    await runRescue("restore", store.folder, "s2", "--to", to, ...store.options);
    expect(readTree(to)).toEqual(readTree(store.source));
  },
);

test.each(["with", "without"])(
  "what was captured again after its read-back failed comes back whole, and nothing is named damaged (%s an index)",
  async (how) => {
    const store = await newStore("encrypted");
    const repository = await reopen(folderBackend(store.folder), { seed: 8 });
    const pages = makePages(560, new SeededRandom(43));
    writeTree(store.source, { "CM_PS1.bak": pages });
    await capture(repository, "s3", offersOf(store.source), { previous: "s2" });
    changePages(pages, 10, new SeededRandom(44));
    writeTree(store.source, { "CM_PS1.bak": Buffer.concat([Buffer.alloc(512), pages]) });
    const { packs } = await capture(repository, "s4", offersOf(store.source), { previous: "s3" });
    const [content] = [...packs].sort(
      (one, other) => statSync(join(store.folder, other)).size - statSync(join(store.folder, one)).size,
    );
    flip(join(store.folder, content!), 60);
    const readBack = { perMille: 1000, packs, signal: new AbortController().signal };
    expect(await repository.verify("s4", readBack)).toMatchObject({ result: "failed" });
    // The file is cut by another last state: its list is another than the one that leads to the bad pack.
    await capture(repository, "s5", offersOf(store.source), { previous: "s4" });
    if (how === "without") rmSync(join(store.folder, "index"), { recursive: true });
    const to = temporaryFolder();
    const run = await runRescue("restore", store.folder, "s5", "--to", to, ...store.options);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(readTree(to)).toEqual(readTree(store.source));
    const check = await runRescue("check", store.folder, ...store.options);
    expect(check.err).toContain(`damaged: ${content}: does not match its digest`);
    expect(check.err).not.toContain("snapshots/s5");
  },
);

test("strangers anywhere are passed over, and a pipe or a link in an object's place is named and not waited for", async () => {
  const store = await newStore("encrypted");
  for (const folder of foldersIn(store.folder)) {
    for (const name of strayNames) writeFileSync(join(store.folder, folder, name), "12345678");
    strayThings["a pipe"](join(store.folder, folder, "0123456789abcdef0123"));
    strayThings["a link to a file without end"](join(store.folder, folder, "00000001"));
  }
  expect(await runRescue("check", store.folder, ...store.options)).toMatchObject({ code: 0, err: "" });
  const index = listObjects(store.folder).find((it) => /^index\/[0-9a-f]{32}$/.test(it))!;
  spoilings["a pipe"]!(join(store.folder, "config"));
  spoilings["a link to a file without end"]!(join(store.folder, index));
  const to = temporaryFolder();
  const run = await runRescue("restore", store.folder, "s2", "--to", to, ...store.options);
  expect(run.err).toBe("damaged: config: is no file\n");
  expect(readTree(to)).toEqual(readTree(store.source));
});

test("a path that leads elsewhere is refused, and the others come back", async () => {
  const parent = temporaryFolder();
  const hostile = ["../evil.txt", "/evil.txt", "a//evil.txt", "a/./evil.txt", "a/../../evil.txt", ""];
  for (const path of hostile) {
    const to = join(parent, "to");
    const run = await restoreRenamed(path, to);
    expect(run).toMatchObject({ code: 1, err: `not restored: ${path}: its path leads elsewhere\n` });
    expect(readdirSync(parent)).toEqual(["to"]);
    expect(Object.keys(readTree(to))).toContain("CM_PS1.mdf");
    rmSync(to, { recursive: true });
  }
});

/** Restores a golden snapshot whose tree calls one file `path`: no writer of ours would. */
function restoreRenamed(path: string, to: string): Promise<RescueRun> {
  const lines = [
    "import sys",
    "sys.path.insert(0, 'tools')",
    "import rescue",
    "read = rescue.read_segment",
    "def renamed(data):",
    "    for entry in read(data):",
    `        if entry.path == 'small.txt': entry.path = ${JSON.stringify(path)}`,
    "        yield entry",
    "rescue.read_segment = renamed",
    "sys.exit(rescue.main())",
  ];
  return runPython(["-B", "-c", lines.join("\n"), "restore", join(golden, "plain"), "golden-2", "--to", to]);
}

test("without libzstd it takes the program zstd, and without both it says what is missing", async () => {
  const to = join(temporaryFolder(), "to");
  const options = ["restore", join(golden, "plain"), "golden-2", "--to", to];
  expect(await withoutLibrary(options, process.env)).toMatchObject({ code: 0, err: "" });
  const whole = contentsOf("golden-2");
  expect(readTree(to)).toMatchObject(whole);
  rmSync(to, { recursive: true });
  const bare = await withoutLibrary(options, { ...process.env, RESCUE_TEST_PATH: temporaryFolder() });
  expect(bare).toMatchObject({ code: 2 });
  expect(bare.err).toContain("zstd is missing: install libzstd");
});

/**
 * Runs the program where no libzstd can be loaded, and where `RESCUE_TEST_PATH` is the only place of
 * programs.
 */
function withoutLibrary(options: readonly string[], env: NodeJS.ProcessEnv) {
  const lines = [
    "import ctypes, os, runpy, sys",
    "load = ctypes.CDLL",
    "def without(name, *rest, **more):",
    "    if 'zstd' in str(name): raise OSError(name)",
    "    return load(name, *rest, **more)",
    "ctypes.CDLL = without",
    "sys.modules['compression'] = None",
    "os.environ['PATH'] = os.environ.get('RESCUE_TEST_PATH', os.environ['PATH'])",
    "sys.argv = sys.argv[1:]",
    "runpy.run_path(sys.argv[0], run_name='__main__')",
  ];
  return runPython(["-c", lines.join("\n"), rescueProgram, ...options], env);
}

function contentsOf(id: string): Readonly<Record<string, string>> {
  const { snapshots } = JSON.parse(readFileSync(join(golden, "contents.json"), "utf8")) as {
    snapshots: {
      id: string;
      entries: { path: string; type: string; modifiedAt: number; size: number; sha256: string }[];
    }[];
  };
  const files = snapshots.find((it) => it.id === id)!.entries.filter((it) => it.type === "file");
  return Object.fromEntries(files.map((it) => [it.path, `${it.modifiedAt} ${it.size} ${it.sha256}`]));
}

/** Two snapshots: small files, one in many chunks, database pages and their next state. */
async function newStore(how: "plain" | "encrypted" | "password") {
  const [folder, source, keyFolder] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const random = chance(1);
  // A password costs a second each time.
  const keys = how === "plain" ? [] : how === "password" ? [{ keyFile }, { password }] : [{ keyFile }];
  const init = how === "plain" ? { unencrypted: true as const, random } : { keys, random };
  await initRepository(folderBackend(folder), init);
  const key = join(keyFolder, "main.key");
  writeFileSync(key, keyFile);

  const seeded = new SeededRandom(41);
  const pages = makePages(560, seeded);
  const many = Array.from({ length: 60 }, (_, at) => [
    `many/${at}.txt`,
    Buffer.from(`file ${at}\n`.repeat(at)),
  ]);
  writeTree(source, {
    ...Object.fromEntries(many),
    "CM_PS1.bak": Buffer.concat([seeded.bytes(1024), pages]),
    "empty/none.txt": new Uint8Array(),
    "empty.txt": Buffer.from("beside a folder whose name begins its own"),
    "large.bin": Buffer.concat([seeded.bytes(900_000), Buffer.alloc(600_000)]),
    "Grüße – 文件.txt": Buffer.from("umlauts"),
  });
  const repository = await reopen(folderBackend(folder));
  await capture(repository, "s1", offersOf(source));
  changePages(pages, 10, seeded);
  writeTree(source, { "CM_PS1.bak": Buffer.concat([seeded.bytes(2048), pages]) });
  await capture(repository, "s2", offersOf(source), { previous: "s1" });
  return { folder, source, keys, options: how === "plain" ? [] : ["--key", key] };
}

async function restoredTree(
  store: { readonly folder: string; readonly options: readonly string[] },
  id: string,
  ...path: readonly string[]
) {
  const to = temporaryFolder();
  const run = await runRescue("restore", store.folder, id, ...path, "--to", to, ...store.options);
  expect(run).toMatchObject({ code: 0, err: "" });
  return readTree(to);
}

function listObjects(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.map((it) => it.replaceAll("\\", "/")).sort();
}

function largestPack(folder: string): string {
  const packs = listObjects(folder).filter((it) => it.startsWith("packs/") && it.length > 64);
  return packs.toSorted((a, b) => size(folder, b) - size(folder, a))[0]!;
}

function size(folder: string, name: string): number {
  return readFileSync(join(folder, name)).length;
}

function flip(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset]! ^= 1;
  writeFileSync(file, bytes);
}
