import { expect, test } from "vitest";
import { captureOrder, lanesOf } from "../../../src/core/kinds/capture-order.ts";
import { inFollowingOrder } from "../../../src/core/kinds/follow.ts";
import type { SourceKind } from "../../../src/core/model/policy/source.ts";

test("the database comes first with its registry, small things follow, great trees come last", () => {
  expect(captureOrder).toEqual([
    "site-database",
    "windows-registry",
    "sql-keys",
    "task-backup",
    "site-files",
    "reporting-server",
    "sql-database",
    "scup-database",
    "folder",
    "package-sources",
    "user-state",
    "content-library",
  ]);
});

type Places = Parameters<typeof inFollowingOrder>[0];
const places = (...rows: [SourceKind, SourceKind | "nothing", "at once"?][]): Places =>
  new Map(rows.map(([kind, after, atOnce]) => [kind, { after, ...(atOnce && { atOnce: true }) }]));

test("a kind comes close behind the one that it names, whatever else is behind that, and after what comes at once", () => {
  const rows = places(
    ["folder", "site-files"],
    ["task-backup", "folder"],
    ["site-files", "nothing"],
    ["sql-keys", "site-files"],
    ["user-state", "site-files", "at once"],
    ["sql-database", "user-state"],
  );
  expect(inFollowingOrder(rows)).toEqual([
    "site-files",
    "user-state",
    "sql-database",
    "sql-keys",
    "folder",
    "task-backup",
  ]);
});

test.each<[string, Places, string]>([
  [
    "a circle",
    places(["folder", "nothing"], ["sql-keys", "user-state"], ["user-state", "sql-keys"]),
    "circle",
  ],
  ["two first ones", places(["folder", "nothing"], ["sql-keys", "nothing"]), "first"],
  ["no first one", places(["folder", "folder"]), "first"],
])("%s is a fault of ours", (_, rows, words) => {
  expect(() => inFollowingOrder(rows)).toThrow(words);
});

test("database and registries share a lane in their order, and nothing else waits for anything", () => {
  const steps = ["site-database", "windows-registry", "windows-registry", "folder", "folder"] as const;
  const named = steps.map((kind, at) => ({ kind, at }));
  const lanes = lanesOf(named, ({ kind }) => kind).map((lane) => lane.map(({ at }) => at));
  expect(lanes).toEqual([[0, 1, 2], [3], [4]]);
});

test("a registry without its database has a lane all the same", () => {
  expect(lanesOf(["windows-registry", "site-files"] as const, (kind) => kind)).toEqual([
    ["windows-registry"],
    ["site-files"],
  ]);
});
