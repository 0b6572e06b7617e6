import { expect, test } from "vitest";
import { formatMinute } from "../../../../src/core/base/instant.ts";
import type { ResolvedPolicy } from "../../../../src/core/model/policy/resolved-policy.ts";
import type { Proof, Snapshot } from "../../../../src/core/model/repository/snapshot.ts";
import { hasFailed, makeSeries } from "../../../../src/core/plan/points/points.ts";
import {
  database,
  dueDaysAgo,
  failed,
  library,
  noon,
  passed,
  policyOf,
  registry,
  snapshotOf,
} from "../../../support/build-site.ts";

const [today, yesterday, before] = [dueDaysAgo(0), dueDaysAgo(1), dueDaysAgo(2)];
const whole = (due: number) => [database, registry, library].map((source) => snapshotOf(source, due));

test("snapshots of one due instant are one point, oldest point first", () => {
  check([...whole(today), ...whole(yesterday)], "2026-11-21 01:30Z verified", "2026-11-22 01:30Z verified");
});

test("a point without one of the sources is incomplete and names it", () => {
  check(
    [...whole(yesterday), ...whole(today).filter((it) => it.source !== "library")],
    "2026-11-21 01:30Z verified",
    "2026-11-22 01:30Z verified lacks library",
  );
});

test("a source that joined the policy later makes no older point incomplete", () => {
  check(
    [...whole(yesterday).filter((it) => it.source !== "library"), ...whole(today)],
    "2026-11-21 01:30Z verified",
    "2026-11-22 01:30Z verified",
  );
});

test("what is left of a point stays incomplete, though nothing older tells what it held", () => {
  const full = snapshotOf(database, yesterday, { pointSources: ["database", "registry", "library"] });
  check(
    [full, ...whole(today)],
    "2026-11-21 01:30Z verified lacks registry, library",
    "2026-11-22 01:30Z verified",
  );
});

test("a source that joined the policy between two captures of a point is needed by it", () => {
  const early = snapshotOf(database, today, { pointSources: ["database"] });
  const late = snapshotOf(registry, today, { pointSources: ["database", "registry", "library"] });
  check([early, late], "2026-11-22 01:30Z verified lacks library");
});

test("a source that left the policy is no part of the judgement", () => {
  const less = policyOf({ sources: [database, registry] });
  check(
    [...whole(yesterday), ...whole(today).slice(0, 2)],
    less,
    "2026-11-21 01:30Z verified",
    "2026-11-22 01:30Z verified",
  );
});

test("a damaged snapshot counts as absent, until a newer proof passes", () => {
  const damaged = snapshotOf(library, today, { proofs: [passed(today), failed(noon)] });
  const mended = snapshotOf(library, today, { proofs: [failed(today), passed(noon)] });
  const rest = whole(today).slice(0, 2);
  check([...rest, damaged], "2026-11-22 01:30Z verified lacks library");
  check([...rest, mended], "2026-11-22 01:30Z verified");
});

test("one snapshot that was never read back leaves the point unverified", () => {
  check([...whole(today).slice(0, 2), snapshotOf(library, today, { proofs: [] })], "2026-11-22 01:30Z");
});

test("a retry stands for the source: the newest usable snapshot counts", () => {
  const first = snapshotOf(library, today, { proofs: [failed(today)] });
  const again = snapshotOf(library, today, { startedAt: noon, proofs: [passed(noon)] });
  check([...whole(today).slice(0, 2), again, first], "2026-11-22 01:30Z verified");
});

test("a differential without its full is not usable, nor is one on a damaged full", () => {
  const full = snapshotOf(database, before, { proofs: [failed(noon)] });
  const others = [snapshotOf(registry, before), snapshotOf(library, before)];
  const onDamaged = snapshotOf(database, today, { mode: "differential", base: full.id });
  const onNothing = snapshotOf(database, today, { mode: "differential", base: "gone" });
  const rest = whole(today).slice(1);
  for (const differential of [onDamaged, onNothing])
    check(
      [full, ...others, ...rest, differential],
      "2026-11-20 01:30Z verified lacks database",
      "2026-11-22 01:30Z verified lacks database",
    );
});

test("a log is as verified as the chain that it ends", () => {
  const full = snapshotOf(database, today, { proofs: [] });
  const log = snapshotOf(database, today, { mode: "log", base: full.id, startedAt: noon });
  check([full, log, ...whole(today).slice(1)], "2026-11-22 01:30Z");
});

test("a chain that bites its tail is not usable, and ends", () => {
  const one = snapshotOf(database, today, { mode: "log", base: "two", id: "one" });
  const two = snapshotOf(database, today, { mode: "log", base: "one", id: "two" });
  check([one, two, ...whole(today).slice(1)], "2026-11-22 01:30Z verified lacks database");
});

test("snapshots of another site or another policy are not this policy's points", () => {
  const strange = whole(yesterday).map((it, at) => ({
    ...it,
    ...(at === 0 ? { site: "PS2" } : { policy: "other" }),
  }));
  check([...strange, ...whole(today)], "2026-11-22 01:30Z verified");
});

test("a full that was taken in place of a differential stands on its own", () => {
  const damaged = snapshotOf(database, yesterday, { proofs: [failed(noon)] });
  const full = snapshotOf(database, today, { base: damaged.id });
  check(
    [damaged, full, ...whole(today).slice(1)],
    "2026-11-21 01:30Z lacks database",
    "2026-11-22 01:30Z verified",
  );
});

test("what a driver could not get is missing, whatever else its facts say", () => {
  const locked = snapshotOf(library, today, { facts: { missing: ["SUSDB"] } });
  const odd = snapshotOf(library, today, { facts: { missing: [5] } });
  const nothing = snapshotOf(library, today, { facts: { missing: [] } });
  const rest = whole(today).slice(0, 2);
  check([...rest, locked], "2026-11-22 01:30Z verified lacks library");
  check([...rest, odd], "2026-11-22 01:30Z verified lacks library");
  check([...rest, nothing], "2026-11-22 01:30Z verified");
});

test("of two usable snapshots of a source the one that began later counts, and of two at once the later id", () => {
  const rest = whole(today).slice(0, 2);
  const early = snapshotOf(library, today);
  const late = snapshotOf(library, today, { startedAt: noon, proofs: [] });
  for (const both of [
    [early, late],
    [late, early],
  ])
    check([...both, ...rest], "2026-11-22 01:30Z");
  const [a, b] = [
    snapshotOf(library, today, { id: "a" }),
    snapshotOf(library, today, { id: "b", proofs: [] }),
  ];
  for (const both of [
    [a, b],
    [b, a],
  ]) {
    check([...both, ...rest], "2026-11-22 01:30Z");
    expect(makeSeries(policyOf(), both).points[0]!.snapshots.map(({ id }) => id)).toEqual(["a", "b"]);
  }
});

test("points are in the order of their due instants, though an older one was captured late", () => {
  const late = whole(yesterday).map((it) => ({ ...it, startedAt: noon }));
  check([...late, ...whole(today)], "2026-11-21 01:30Z verified", "2026-11-22 01:30Z verified");
});

test("the newest proof that says anything decides, in whatever order the proofs are, and of two at once the last", () => {
  const silent: Proof = { level: "read", result: "not-proven", at: noon + 1, note: "" };
  const fails = (...proofs: readonly Proof[]) => hasFailed(snapshotOf(library, today, { proofs }));
  expect(fails()).toBe(false);
  expect(fails(failed(noon), silent)).toBe(true);
  expect(fails(passed(noon), failed(today))).toBe(false);
  expect(fails(failed(noon), passed(today))).toBe(true);
  expect(fails(failed(noon), passed(noon))).toBe(false);
  expect(fails(passed(noon), failed(noon))).toBe(true);
});

function check(snapshots: readonly Snapshot[], ...rest: readonly (string | ResolvedPolicy)[]): void {
  const policy = rest.find((it) => typeof it !== "string") ?? policyOf();
  const lines = makeSeries(policy, snapshots).points.map((point) =>
    [
      formatMinute(point.due),
      ...(point.verified ? ["verified"] : []),
      ...(point.missing.length > 0 ? [`lacks ${point.missing.join(", ")}`] : []),
    ].join(" "),
  );
  expect(lines).toEqual(rest.filter((it) => typeof it === "string"));
}
