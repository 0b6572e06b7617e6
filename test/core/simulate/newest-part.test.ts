import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import { newestPart } from "../../../src/core/simulate/newest-part.ts";
import { failed, library, noon, passed, registry, snapshotOf } from "../../support/build-site.ts";

const daysAgo = (days: number) => noon - days * day;
const of = (source: typeof library | typeof registry, days: number, changes = {}) =>
  snapshotOf(source, daysAgo(days), { proofs: [passed(daysAgo(days))], ...changes });
const sources = [registry.name, library.name];
const pointsOf = (snapshots: Parameters<typeof newestPart>[0]) => [
  ...new Set(newestPart(snapshots, sources).map((it) => (noon - it.point) / day)),
];

test("where every source has its proven full, the newest two points are all", () => {
  expect(pointsOf([5, 4, 3, 2, 1].flatMap((days) => [of(registry, days), of(library, days)]))).toEqual([
    2, 1,
  ]);
});

test.each([
  ["failed", { proofs: [failed(noon)] }],
  ["never read", { proofs: [] }],
  ["no full", { mode: "differential" as const }],
])("a source whose newest are %s needs all from its newest proven full on", (_, changes) => {
  const late = [3, 2, 1].flatMap((days) => [of(registry, days), of(library, days, changes)]);
  expect(pointsOf([of(library, 5), of(registry, 5), of(library, 4), of(registry, 4), ...late])).toEqual([
    4, 3, 2, 1,
  ]);
});

test("a source that has no proven full at all needs everything, and one that has nothing nothing", () => {
  const unread = of(library, 5, { proofs: [] });
  expect(pointsOf([unread, ...[4, 3, 2, 1].map((days) => of(registry, days))])).toEqual([5, 4, 3, 2, 1]);
  expect(pointsOf([4, 3, 2, 1].map((days) => of(registry, days)))).toEqual([2, 1]);
  expect(newestPart([], sources)).toEqual([]);
});
