import { expect, test } from "vitest";
import type { Acceptance } from "../../../../src/core/model/policy/acceptance.ts";
import { findShrinkages } from "../../../../src/core/plan/points/shrinkage.ts";
import { fillsRules, isComplete, makeSeries } from "../../../../src/core/plan/points/points.ts";
import { dueDaysAgo, library, policyOf, registry, snapshotOf } from "../../../support/build-site.ts";

test.each<[string, [files: number, bytes: number][], string]>([
  [
    "as before",
    [
      [10, 100],
      [10, 100],
    ],
    ". .",
  ],
  [
    "half as much",
    [
      [10, 100],
      [5, 50],
    ],
    ". .",
  ],
  [
    "fewer files",
    [
      [10, 100],
      [4, 100],
    ],
    ". less",
  ],
  [
    "fewer bytes",
    [
      [10, 100],
      [10, 49],
    ],
    ". less",
  ],
  [
    "nothing, where something was",
    [
      [10, 100],
      [0, 0],
    ],
    ". none",
  ],
  [
    "nothing, where nothing was",
    [
      [0, 0],
      [0, 0],
    ],
    ". .",
  ],
  [
    "one empty file less",
    [
      [1, 0],
      [0, 0],
    ],
    ". none",
  ],
  [
    "less for some nights",
    [
      [10, 100],
      [2, 10],
      [3, 20],
      [4, 40],
    ],
    ". less less less",
  ],
  [
    "less for a night",
    [
      [10, 100],
      [2, 10],
      [9, 90],
    ],
    ". less .",
  ],
  [
    "less, night for night",
    [
      [10, 100],
      [6, 60],
      [4, 40],
      [2, 20],
    ],
    ". . . .",
  ],
  [
    "more, and as before",
    [
      [10, 100],
      [100, 900],
      [10, 100],
    ],
    ". . less",
  ],
])("a source that holds %s", (_, sizes, expected) => {
  const found = findShrinkages(nights(sizes), { maxShrinkPerMille: 500, accepts: [] });
  const words = nightsOf(sizes).map((it) => {
    const shrinkage = found.get(it);
    return shrinkage === undefined ? "." : shrinkage.isEmpty ? "none" : "less";
  });
  expect(words.join(" ")).toBe(expected);
});

test.each<[string, string]>([
  ["library since 2026-11-20", ". yes ."],
  ["Library since 2026-11-20", ". yes ."],
  ["library", ". yes ."],
  ["library since 2026-11-19", ". no no"],
  ["lib", ". no no"],
  ["registry", ". no no"],
])("what is accepted as %s is what the next ones are held against: %s", (of, expected) => {
  const accepts: readonly Acceptance[] = [{ risk: "source-shrunk", of, because: "tidied up" }];
  const sizes: [number, number][] = [
    [10, 100],
    [2, 10],
    [2, 10],
  ];
  const found = findShrinkages(nights(sizes), { maxShrinkPerMille: 500, accepts });
  const words = nightsOf(sizes).map(
    (it) => ({ undefined: ".", true: "yes", false: "no" })[`${found.get(it)?.isAccepted}`],
  );
  expect(words.join(" ")).toBe(expected);
});

test("the bound is the policy's, and increments are held against nothing", () => {
  const sizes: [number, number][] = [
    [10, 100],
    [2, 10],
  ];
  expect(findShrinkages(nights(sizes), { maxShrinkPerMille: 900, accepts: [] }).size).toBe(0);
  const logs = nights(sizes).map((it) => ({ ...it, mode: "log" as const }));
  expect(findShrinkages(logs, { maxShrinkPerMille: 500, accepts: [] }).size).toBe(0);
});

test.each<[string, Partial<{ files: number; bytes: number }>, boolean, boolean]>([
  ["as much", {}, true, true],
  ["less", { files: 1 }, true, false],
  ["nothing", { files: 0, bytes: 0 }, false, false],
])(
  "a point in which a source holds %s is complete: %s %s, and fills rules: %s",
  (_, change, complete, fills) => {
    const policy = policyOf({ sources: [registry, library] });
    const point = (days: number, changes = {}) => [
      snapshotOf(registry, dueDaysAgo(days)),
      snapshotOf(library, dueDaysAgo(days), changes),
    ];
    const { points } = makeSeries(policy, [...point(1), ...point(0, change)]);
    expect([isComplete(points[1]!), fillsRules(points[1]!)]).toEqual([complete, fills]);
    expect(fillsRules(points[0]!)).toBe(true);
  },
);

test("a second capture into the same point that is as full as before mends it", () => {
  const policy = policyOf({ sources: [library] });
  const due = dueDaysAgo(0);
  const { points } = makeSeries(policy, [
    snapshotOf(library, dueDaysAgo(1)),
    snapshotOf(library, due, { files: 0, bytes: 0 }),
    snapshotOf(library, due, { startedAt: due + 1 }),
  ]);
  expect(fillsRules(points[1]!)).toBe(true);
});

function nights(sizes: readonly (readonly [number, number])[]) {
  return sizes.map(([files, bytes], at) => ({
    ...snapshotOf(library, dueDaysAgo(2 - at), { files, bytes }),
    id: `night ${at}`,
  }));
}

function nightsOf(sizes: readonly unknown[]): readonly string[] {
  return sizes.map((_, at) => `night ${at}`);
}
