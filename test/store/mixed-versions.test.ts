import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { day, hour } from "../../src/core/base/instant.ts";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { parseKeyFile } from "../../src/store/keys/keys.ts";
import { openRepository } from "../../src/store/open-repository.ts";
import type { PruneReport, Repository, TreeEntry } from "../../src/store/repository.ts";
import { changePages } from "../support/database-pages.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { capture, chance, offersOf, readTree, restoreAll } from "../support/test-repository.ts";
import { runPython } from "../tools/run-rescue.ts";

/**
 * What a version left is never written again, nor is the reader that lies beside it: `tools/rescue.py` as it
 * was then. So no change of the program takes the rules along that it is held against. The digest is over the
 * paths and digests of all files of the folder.
 */
const frozen: Readonly<Record<string, string>> = {
  "repository-v1": "fd2fc05ca9fdf42cf130e25cf4c3a818e69b006552fffb3df0e6dfff03d59152",
};

const golden = join("test", "golden");
const formats = readdirSync(golden).filter((it) => it.startsWith("repository-v"));

test.each(formats)("%s and its reader are what they were when they were frozen", (format) => {
  expect(digestBelow(join(golden, format))).toBe(frozen[format]);
});

describe.each(formats)("%s, extended and pruned by the version of now", (format) => {
  test.each(["plain", "encrypted"])(
    "is given back byte for byte by its own reader and by this version (%s)",
    async (how) => {
      const mixed = await Mixed.begin(format, how);
      await mixed.extend("now-1", "golden-2");
      await mixed.extend("now-2", "now-1");
      await mixed.expectReadable(["golden-1", "golden-2", "now-1", "now-2"]);

      await mixed.repository.forget("golden-1");
      await mixed.repository.forget("now-1");
      const first = await mixed.prune();
      expect(first.plan.repack.packs).toBeGreaterThan(0);
      await mixed.expectReadable(["golden-2", "now-2"]);

      mixed.clock.now += 25 * hour;
      await mixed.extend("now-3", "now-2");
      const second = await mixed.prune();
      expect(second.plan.remove.packs).toBe(first.plan.trash.packs);
      await mixed.expectReadable(["golden-2", "now-2", "now-3"]);
    },
    60_000,
  );
});

/** What a path is to be: time, size and digest, as `readTree` shows them. */
type Wanted = Readonly<Record<string, string>>;

/** A copy of a repository that an older version left, and what is to be in it. */
class Mixed {
  readonly repository: Repository;
  readonly clock: { now: number };
  readonly #place: Place;
  readonly #wanted: Map<string, Wanted>;
  readonly #random = new SeededRandom(61);

  private constructor(place: Place, repository: Repository, clock: { now: number }) {
    this.#place = place;
    this.repository = repository;
    this.clock = clock;
    this.#wanted = new Map(readContents(place.format));
  }

  static async begin(format: string, how: string): Promise<Mixed> {
    const root = temporaryFolder();
    const key = join(root, "key");
    const place: Place = {
      format,
      folder: join(root, "repository"),
      source: join(root, "source"),
      options: how === "plain" ? [] : ["--key", key],
    };
    cpSync(join(golden, format, how), place.folder, { recursive: true });
    cpSync(join(golden, format, "encrypted.key"), key);
    // Beyond the grace of the files that were copied just now.
    const clock = { now: Date.now() + 2 * day };
    const repository = await openRepository(folderBackend(place.folder), {
      keys: how === "plain" ? [] : [{ keyFile: parseKeyFile(readFileSync(key)) }],
      random: chance(7),
      now: () => clock.now,
      threads: 0,
    });
    onTestFinished(() => repository.close());
    await restoreAll(repository, "golden-2", place.source);
    return new Mixed(place, repository, clock);
  }

  /**
   * Captures the files of the snapshot before, of which each in a way of its own has changed, and proves the
   * capture.
   */
  async extend(id: string, previous: string): Promise<void> {
    const { source } = this.#place;
    this.#change(id);
    this.#wanted.set(id, readTree(source));
    const said = { finishedAt: this.clock.now };
    const { packs } = await capture(this.repository, id, offersOf(source), { previous, said });
    const read = { perMille: 1000, packs, signal: new AbortController().signal };
    expect(await this.repository.verify(id, read)).toMatchObject({ result: "passed" });
    const proof = { level: "read", result: "passed", at: this.clock.now, note: "all" } as const;
    await this.repository.addProof(id, proof);
  }

  prune(): Promise<PruneReport> {
    return this.repository.prune({
      maxUnusedPerMille: 0,
      graceMs: day,
      clock: "compare",
      signal: new AbortController().signal,
      approve: async () => true,
    });
  }

  /** By the reader of then, which reads every byte and every file, and by the program of now. */
  async expectReadable(ids: readonly string[]): Promise<void> {
    const { folder, options } = this.#place;
    const { snapshots } = await this.repository.snapshots("objects");
    expect(snapshots.map((it) => it.id)).toEqual(ids);
    expect(await this.#runReader("check", folder, ...options)).toMatchObject({ code: 0, err: "" });
    const listed = await this.#runReader("snapshots", folder, ...options);
    const names = listed.out.split("\n").map((line) => line.split("  ")[0]!);
    expect(names.filter((it) => it.includes("-")).sort()).toEqual(ids);
    for (const id of ids) {
      const [own, other] = [temporaryFolder(), join(temporaryFolder(), "other")];
      const back = await this.#runReader("restore", folder, id, "--to", other, ...options);
      expect(back).toMatchObject({ code: 0, err: "" });
      this.#expectWanted(id, other);
      expect(await restoreAll(this.repository, id, own)).toMatchObject({ refused: [] });
      this.#expectWanted(id, own);
    }
  }

  /** Folders that only their content made have no time of their own. */
  #expectWanted(id: string, folder: string): void {
    const wanted = this.#wanted.get(id)!;
    const found = Object.entries(readTree(folder)).filter(
      ([path, shown]) => path in wanted || !shown.endsWith(" folder"),
    );
    expect(Object.fromEntries(found), id).toEqual(wanted);
  }

  /**
   * Of every form of content something: pages of a database, a middle of a log, a file that is new, and one
   * that goes.
   */
  #change(id: string): void {
    const { source } = this.#place;
    const database = readFileSync(join(source, "CM_PS1.mdf"));
    changePages(database, 10, this.#random);
    writeFileSync(join(source, "CM_PS1.mdf"), database);
    const log = readFileSync(join(source, "many-chunks.log"));
    log.write(`${id} was here`, log.length >> 1);
    writeFileSync(join(source, "many-chunks.log"), log);
    writeFileSync(join(source, `${id}.bin`), this.#random.bytes(300_000));
    rmSync(join(source, "small.txt"), { force: true });
  }

  #runReader(...options: readonly string[]) {
    return runPython(["-B", join(golden, this.#place.format, "reader.py"), ...options]);
  }
}

interface Place {
  readonly format: string;
  readonly folder: string;
  readonly source: string;
  /** What names the key to the reader. */
  readonly options: readonly string[];
}

function readContents(format: string): readonly (readonly [string, Wanted])[] {
  const contents = JSON.parse(readFileSync(join(golden, format, "contents.json"), "utf8")) as {
    readonly snapshots: readonly { readonly id: string; readonly entries: readonly TreeEntry[] }[];
  };
  return contents.snapshots.map(({ id, entries }) => {
    const lines = entries.map(({ path, type, modifiedAt, size, sha256 }) => {
      return [path, `${modifiedAt} ${type === "folder" ? "folder" : `${size} ${sha256}`}`] as const;
    });
    return [id, Object.fromEntries(lines)];
  });
}

function digestBelow(folder: string): string {
  const all = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  for (const name of files) {
    const digest = createHash("sha256").update(readFileSync(join(folder, name)));
    all.update(`${name} ${digest.digest("hex")}\n`);
  }
  return all.digest("hex");
}
