import { describe, expect, test } from "vitest";
import { readOptions } from "../../../scripts/bench/options.ts";
import type { LineSpec } from "../../../scripts/bench/report/lines.ts";
import { makeLines } from "../../../scripts/bench/report/make-lines.ts";
import { renderTable } from "../../../scripts/bench/report/render-table.ts";
import type { Figure } from "../../../scripts/bench/works/figure.ts";

describe("the options", () => {
  test("read sizes in both countings", () => {
    expect(readOptions(["--bytes", "2.5G", "--db", "950MB", "--files", "138000"])).toMatchObject({
      bytes: 2.5 * 1024 ** 3,
      db: 950_000_000,
      files: 138_000,
    });
  });

  test("leave the many entries out unless they are asked for", () => {
    expect(readOptions([]).parts.has("entries")).toBe(false);
    expect(readOptions(["--million"]).parts.has("entries")).toBe(true);
    expect(readOptions(["--million"]).entries).toBe(1_000_000);
    expect([...readOptions(["--quick"]).parts]).toEqual(["budgets", "planner", "library"]);
  });

  test.each([
    [["--bytes", "much"], /--bytes takes a size/],
    [["--rounds", "0"], /--rounds takes a whole number/],
    [["--only", "library,speed"], /--only knows budgets, planner, .*, not speed/],
  ])("refuse %j", (args, words) => {
    expect(() => readOptions(args)).toThrow(words);
  });
});

describe("the table", () => {
  const spec: LineSpec = {
    title: "library, first",
    part: "library",
    work: "first",
    aspect: "seconds",
    targets: [
      { against: "restic", atMost: 0.5 },
      { against: "cp", atMost: 0.75 },
    ],
  };

  test("holds the medians against each other", () => {
    const [line] = makeLines(
      [spec],
      [...runs("sitekeep", 3, 1, 2), ...runs("restic", 9, 4, 4), ...runs("cp", 2)],
    );
    expect(line!.values.get("sitekeep")).toBe(2);
    expect(line!.judged.map(({ against, ratio, isReached }) => [against, ratio, isReached])).toEqual([
      ["restic", 0.5, true],
      ["cp", 1, false],
    ]);
  });

  test("leaves a target out whose peer is not there, and a line that was not measured", () => {
    const [line] = makeLines([spec], [...runs("sitekeep", 1), ...runs("restic", 4)]);
    expect(line!.judged.map((it) => it.against)).toEqual(["restic"]);
    expect(makeLines([spec], runs("restic", 4))).toEqual([]);
  });

  test("names the peers against which a target is missed", () => {
    const lines = makeLines([spec], [...runs("sitekeep", 2), ...runs("restic", 5), ...runs("cp", 2)]);
    const [, , row] = renderTable(lines, "work").split("\n");
    expect(row!.split("|").map((it) => it.trim())).toEqual([
      "",
      "library, first (s)",
      "2.00",
      "5.00",
      "2.00",
      "0.40 × restic, 1.00 × cp",
      "≤ 0.5 × restic, 0.75 × cp",
      "NO: cp",
      "",
    ]);
  });

  function runs(tool: string, ...seconds: number[]): readonly Figure[] {
    return seconds.map((it, round) => ({ part: "library", work: "first", tool, round, seconds: it }));
  }
});
