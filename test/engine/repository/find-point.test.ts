import { expect, test } from "vitest";
import { ProblemError } from "../../../src/core/base/problem.ts";
import { findPoint, pointName } from "../../../src/engine/repository/find-point.ts";
import { snapshotOf } from "../../support/build-site.ts";
import { database, files } from "../../support/engine-site.ts";

const at = (time: string): number => Date.parse(`2026-11-${time}Z`);
const night = at("22T01:30:00");
const snapshots = [
  snapshotOf(files, night, { id: "a" }),
  snapshotOf(database, night, { id: "b" }),
  snapshotOf(files, at("21T01:30:00"), { id: "c" }),
  snapshotOf(files, at("20T01:30:10"), { id: "d" }),
  snapshotOf(files, at("20T01:30:40"), { id: "e" }),
  snapshotOf(files, night, { id: "f", site: "CAS" }),
];

test.each([
  ["PS1@2026-11-22T01:30Z", "PS1", ["a", "b"]],
  ["PS1@2026-11-22 01:30Z", "PS1", ["a", "b"]],
  ["ps1@2026-11-22T01:30:00Z", "PS1", ["a", "b"]],
  ["PS1@2026-11-22T02:30+01:00", "PS1", ["a", "b"]],
  ["CAS@2026-11-22T01:30Z", "CAS", ["f"]],
  ["PS1@2026-11-20T01:30:40Z", "PS1", ["e"]],
  ["b", "PS1", ["a", "b"]],
  ["PS1@2026-11-22T01:30:00.000Z", "PS1", ["a", "b"]],
  ["PS1/files", "PS1", ["d", "e"]],
])("%s is a point of %s", (reference, site, ids) => {
  const found = findPoint(snapshots, reference);
  expect(found.site).toBe(site);
  if (reference !== "PS1/files") expect(found.snapshots.map((it) => it.id)).toEqual(ids);
});

test("a source means the point of its newest snapshot", () => {
  const found = findPoint(snapshots, "CAS/files");
  expect(found).toMatchObject({ site: "CAS", due: night });
});

test.each([
  ["PS1@", "option-invalid", "Nothing is no time that states its zone."],
  ["PS1@yesterday", "option-invalid", "yesterday is no time that states its zone."],
  ["PS1@2026-11-22T01:30", "option-invalid", "2026-11-22T01:30 is no time that states its zone."],
  ["PS1@2026-11-22T01:31Z", "snapshot-not-found", "No recovery point is meant by PS1@2026-11-22T01:31Z."],
  ["PS1@2026-11-20T01:30Z", "snapshot-not-found", "2 recovery points are of that minute."],
  [
    "PS1@2026-11-20T01:30:20Z",
    "snapshot-not-found",
    "No recovery point is meant by PS1@2026-11-20T01:30:20Z.",
  ],
])("%s is no point", (reference, code, message) => {
  expect(problemOf(reference)).toEqual({
    code,
    severity: "error",
    message,
    where: reference,
    hint: expect.any(String) as string,
  });
});

test("a point is meant by the minute that it begins in, and by no later one", () => {
  const due = at("20T01:30:10");
  const one = [snapshotOf(files, due, { id: "x" })];
  expect(findPoint(one, "PS1@2026-11-20T01:30Z").due).toBe(due);
  expect(() => findPoint(one, "PS1@2026-11-20T01:30:01Z")).toThrow("No recovery point is meant");
  expect(() => findPoint(one, "PS1@2026-11-20T01:29Z")).toThrow("No recovery point is meant");
  const whole = [snapshotOf(files, night, { id: "y" })];
  expect(() => findPoint(whole, "PS1@2026-11-22T01:29Z")).toThrow("No recovery point is meant");
  const both = [...whole, snapshotOf(files, night + 20_000, { id: "z" })];
  expect(findPoint(both, "PS1@2026-11-22T01:30Z").snapshots.map((it) => it.id)).toEqual(["y"]);
});

test("what is near, or which of several there are, is said", () => {
  expect(problemOf("PS1@2026-11-22T01:31Z").hint).toBe("The nearest is PS1@2026-11-22T01:30:00Z.");
  expect(problemOf("PS1@2026-11-21T01:31Z").hint).toBe("The nearest is PS1@2026-11-21T01:30:00Z.");
  expect(problemOf("PS1@yesterday").hint).toBe(
    "Write a point as `sitekeep snapshots list` shows it: PS1@2026-11-22T01:30Z.",
  );
  expect(problemOf("PS2@2026-11-22T01:31Z").hint).toBe(
    "`sitekeep snapshots list` shows the points that there are.",
  );
  expect(problemOf("PS1@2026-11-20T01:30Z").hint).toBe(
    "Name one: PS1@2026-11-20T01:30:10Z, PS1@2026-11-20T01:30:40Z.",
  );
});

test("a point is named to the second, and to the millisecond where it has some", () => {
  expect(pointName({ site: "PS1", due: night })).toBe("PS1@2026-11-22T01:30:00Z");
  expect(pointName({ site: "PS1", due: night + 7 })).toBe("PS1@2026-11-22T01:30:00.007Z");
});

function problemOf(reference: string) {
  try {
    findPoint(snapshots, reference);
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem;
    throw thrown;
  }
  throw new Error(`${reference} was found.`);
}
