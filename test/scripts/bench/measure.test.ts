import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runProgram } from "../../../scripts/bench/measure/run-program.ts";
import { differences, digestTree } from "../../../scripts/bench/measure/tree.ts";
import type { Tool } from "../../../scripts/bench/tools/tool.ts";
import { runSeries } from "../../../scripts/bench/works/round.ts";

const root = mkdtempSync(join(tmpdir(), "bench-measure-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("a program that is measured", () => {
  test.runIf(process.platform === "linux")(
    "has the memory of the processes that it began counted with its own",
    async () => {
      const hold = "const held = Buffer.alloc(150e6, 1); setTimeout(() => held.fill(2), 400)";
      const parent = `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(hold)}])`;
      const { peakBytes, seconds } = await runProgram({ line: [process.execPath, "-e", parent] });
      expect(peakBytes).toBeGreaterThan(190e6);
      expect(seconds).toBeGreaterThan(0.4);
    },
  );

  test("is an error with its last words when it fails", async () => {
    const line = [process.execPath, "-e", "console.error('disk full'); process.exit(3)"] as const;
    await expect(runProgram({ line: [...line] })).rejects.toThrow(/ended with 3: disk full/);
  });
});

describe("two trees", () => {
  test("of the same content and times do not differ", () => {
    expect(compare(tree("same-1"), tree("same-2"))).toEqual([]);
  });

  test.each([
    ["a changed byte of the same length and time", (at: string) => written(join(at, "in/a"), "alphA")],
    ["another time", (at: string) => utimesSync(join(at, "in/a"), 1, 1)],
    ["a folder's time", (at: string) => utimesSync(join(at, "in"), 1, 1)],
    ["a missing file", (at: string) => (rmSync(join(at, "in/a")), dated(join(at, "in")))],
    ["one file too many", (at: string) => (written(join(at, "in/b"), "beta"), dated(join(at, "in")))],
  ])("differ by %s", (name, change) => {
    const changed = tree(`changed-${name.replaceAll(" ", "-")}`);
    change(changed);
    expect(compare(tree("unchanged"), changed)).toHaveLength(1);
  });

  function compare(one: string, other: string): readonly string[] {
    return differences(digestTree(one), digestTree(other));
  }
});

describe("a series", () => {
  test("ends in an error when a tool gives something else back than it was given", async () => {
    const good = await series(copying("good", "true"));
    expect(good.map((it) => it.work)).toEqual(["first", "restore"]);
    expect(good[0]!.repositoryBytes).toBe(5);
    await expect(series(copying("bad", "echo more >> copy/in/a"))).rejects.toThrow(/bad, restore: 1 entries/);
  });

  /** A tool of `cp` and whatever is done to its copy. */
  function copying(name: string, harm: string): Tool {
    return {
      name,
      title: name,
      does: new Set(["first", "restore"]),
      keeps: "newest",
      openTarget: async (folder) => ({
        repository: join(folder, "copy"),
        snapshot: (corpus) => ({ line: ["sh", "-c", `cp -a ${corpus.folder} copy && ${harm}`], folder }),
        restore: (_, to) => ({ program: { line: ["cp", "-a", join(folder, "copy"), to] }, tree: to }),
      }),
    };
  }

  async function series(tool: Tool) {
    const folder = tree("corpus");
    const corpus = { source: "x", kind: "folder", folder, shown: "E:\\corpus" } as const;
    const digest = digestTree(folder);
    const steps = (["first", "restore"] as const).map((work) => ({ work, corpus, digest }));
    const scratch = join(root, `scratch-${tool.name}`);
    return runSeries({ tools: [tool], rounds: 1, scratch, tell: () => {} }, { part: "library", steps });
  }
});

/** A folder with one file of five bytes, everything from one moment. */
function tree(name: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, "in"), { recursive: true });
  written(join(folder, "in/a"), "alpha");
  dated(join(folder, "in"));
  return folder;
}

function written(file: string, text: string): void {
  writeFileSync(file, text);
  dated(file);
}

function dated(path: string): void {
  utimesSync(path, 1_700_000_000, 1_700_000_000);
}
