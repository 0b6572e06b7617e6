import { expect, test } from "vitest";
import { day, formatInstant, hour, minute } from "../../../../src/core/base/instant.ts";
import type { Instant } from "../../../../src/core/base/instant.ts";
import type { Json, JsonObject } from "../../../../src/core/base/json.ts";
import type { WindowLook } from "../../../../src/core/model/database-copy.ts";
import type { DatabaseWindowFacts } from "../../../../src/core/model/observation.ts";
import type { Snapshot } from "../../../../src/core/model/repository/snapshot.ts";
import type { SiteDatabase, Source } from "../../../../src/core/model/policy/source.ts";
import {
  lookBefore,
  makesFreshCopy,
  newestCopies,
} from "../../../../src/core/plan/window/database-copies.ts";
import { makeSeries } from "../../../../src/core/plan/points/points.ts";
import { surveySite } from "../../../../src/core/plan/survey/survey.ts";
import { writeLook } from "../../../../src/core/model/window-look.ts";
import {
  database,
  failed,
  noon,
  observationOf,
  policyOf,
  registry,
  snapshotOf,
  trackingOf,
  versions,
  withoutFork,
} from "../../../support/build-site.ts";

const link = { partner: "CAS", state: "active", groups: [], initialisations: "6, 1" } as const;
const lookAt = (readAt: Instant, own: Partial<DatabaseWindowFacts> = {}): WindowLook => ({
  own: trackingOf({ readAt, links: [link], recoveryFork: "a", ...own }),
  partners: { CAS: trackingOf({ readAt, links: [], recoveryFork: "p", ...versions }) },
});
const external: SiteDatabase = { ...(database as SiteDatabase), method: "external" };

test("another tool's copy is judged by the last look before it", () => {
  const [first, second, third] = [3, 2, 1].map((days) => lookAt(noon - days * day));
  const before = [first!, second!, third!];
  const found = lookAt(noon);
  expect(lookBefore(noon - day, before, found)).toEqual({ look: third, lookedAt: noon - day });
  expect(lookBefore(noon - day - 1, before, found)).toEqual({ look: second, lookedAt: noon - 2 * day });
  expect(lookBefore(noon - 3 * day - 1, before, found)).toEqual({ lookedAt: "never" });
});

test("its time is by the SQL Server's clock, and so is the look's", () => {
  const before = [lookAt(noon - day, { clockOffsetMs: hour })];
  expect(lookBefore(noon - day + hour, before, lookAt(noon))).toMatchObject({ lookedAt: noon - day });
  expect(lookBefore(noon - day + hour - 1, before, lookAt(noon))).toEqual({ lookedAt: "never" });
});

test.each<[string, WindowLook, WindowLook | undefined]>([
  ["the site was restored in between", lookAt(noon - day), lookAt(noon, { recoveryFork: "b" })],
  ["nobody can tell whether it was", lookWithoutFork(noon - day), lookWithoutFork(noon)],
  ["nothing was seen when it was found", lookAt(noon - day), undefined],
  ["the site's own database was not read", { partners: {} }, lookAt(noon)],
  ["it was not read when it was found", lookAt(noon - day), { partners: {} }],
])("what it had received is not known where %s", (_title, before, found) => {
  expect(lookBefore(noon, [before], found)).toEqual({ lookedAt: "never" });
});

test("a copy that msdb tells of is judged by the looks that found older ones", () => {
  const { newestCopy, window } = survey(external, [
    [2, lookAt(noon - 2 * day + hour)],
    [1, lookAt(noon - day + hour)],
  ]);
  expect(newestCopy).toMatchObject({ asOf: noon - hour, lookedAt: noon - day + hour });
  expect(window).toMatchObject({ state: "inside", expiresAt: noon + 4 * day });
  expect(window.because).toContain(
    "The time counts from 2026-11-21 12:00Z: another tool took the copy, and what was sent after the last look before it may not have arrived in it.",
  );
});

test("the look that found it does not count, whatever the clocks say", () => {
  // The server's clock was ahead when the tool took it, so the look that found it seems to be from before.
  const { newestCopy } = survey(external, [
    [2, lookAt(noon - 2 * day)],
    [-1, lookAt(noon - hour)],
  ]);
  expect(newestCopy).toMatchObject({ asOf: noon + day, lookedAt: noon - 2 * day });
});

test("the first of them is not proven, and says that the next can be", () => {
  const { window } = survey(external, []);
  expect(window).toMatchObject({ state: "not-proven", expiresAt: noon - hour + 5 * day });
  expect(window.because).toMatch(/^Another tool took this copy, and no look before it .* the next one /);
});

test("a link that was down at the last look before it leaves open what it had received", () => {
  const down = lookAt(noon - day, { links: [{ ...link, state: "failed" }] });
  const { window } = survey(external, [[2, down]]);
  expect(window).toMatchObject({ state: "not-proven" });
  expect(window.because).toContain("was down at the last look before another tool took this copy");
});

test("where msdb does not know the server's zone the copy is as old as it can be", () => {
  const { newestCopy } = survey(external, [[2, lookAt(noon - 2 * day + minute)]], { zoneKnown: false });
  expect(newestCopy).toMatchObject({ asOf: noon - 15 * hour, lookedAt: noon - 2 * day + minute });
});

test("a copy of our own is judged by its own look", () => {
  const own = lookAt(noon - day);
  const { newestCopy } = survey(database, [
    [2, lookAt(noon - 2 * day)],
    [1, own],
  ]);
  expect(newestCopy).toMatchObject({ asOf: noon - day, look: own });
  expect(newestCopy).not.toHaveProperty("lookedAt");
});

test("the look that found a snapshot's copy tells whether the site was restored, and not what is seen now", () => {
  const [before, found] = [lookAt(noon - 2 * day), lookAt(noon - day)];
  const copyOf = (finding: WindowLook) =>
    copies(external, [held(1, 2 * day, before), held(2, day, finding)]).newest;
  expect(copyOf(found)).toMatchObject({ asOf: noon - day, look: before, lookedAt: noon - 2 * day });
  expect(copyOf(lookAt(noon - day, { recoveryFork: "b" }))).toMatchObject({ lookedAt: "never" });
});

test("a look that was recorded with the same copy, or after it was found, is none before it", () => {
  const [early, late] = [lookAt(noon - 3 * day), lookAt(noon - 2 * day)];
  const again = [held(1, 2 * day, early), held(2, day, late), held(3, day, lookAt(noon - hour))];
  expect(copies(external, again).newest).toMatchObject({ asOf: noon - day, lookedAt: noon - 3 * day });
  const older = [held(1, 3 * day, early), held(2, day, lookAt(noon)), held(3, 2 * day, late)];
  expect(copies(external, older).newest).toMatchObject({ asOf: noon - day, lookedAt: noon - 3 * day });
});

test("of a copy of our own only its own look counts, and all looks of the series are told beside it", () => {
  const look = lookAt(noon - 2 * day);
  const { newest } = copies(database, [held(1, 2 * day, look), held(2, day)]);
  expect(newest).toStrictEqual({ asOf: noon - day, verified: true, others: [look] });
});

test("a copy of a secondary replica that did not tell how far it was behind is of unknown age", () => {
  const newestOn = (replica: JsonObject) => {
    const snapshot = held(1, day, lookAt(noon - day));
    return copies(database, [{ ...snapshot, facts: { ...snapshot.facts, replica } }]).newest!;
  };
  const unknown = newestOn({ role: "secondary", isPreferred: true });
  expect(unknown).toMatchObject({ isOfUnknownAge: true });
  expect(newestOn({ role: "secondary", isPreferred: true, behindMs: 0 })).not.toHaveProperty(
    "isOfUnknownAge",
  );
  expect(newestOn({ role: "primary", isPreferred: true })).not.toHaveProperty("isOfUnknownAge");
});

test("the newest copy is told, and the newest that was read back", () => {
  const found = copies(database, [
    held(2, day, undefined, { proofs: [] }),
    held(1, 2 * day),
    held(0, 3 * day),
  ]);
  expect(found.newest).toMatchObject({ asOf: noon - day, verified: false });
  expect(found.newestVerified).toMatchObject({ asOf: noon - 2 * day, verified: true });
});

test("of copies of one moment the one that was made last counts", () => {
  const [first, last] = [held(1, day), held(2, day, undefined, { proofs: [] })];
  expect(copies(database, [first, last]).newest).toMatchObject({ verified: false });
  expect(copies(database, [last, first]).newest).toMatchObject({ verified: false });
});

test("a differential whose full was never read back is not read back", () => {
  const full = held(1, 2 * day, undefined, { proofs: [] });
  const found = copies(database, [full, held(2, day, undefined, { mode: "differential", base: full.id })]);
  expect(found.newest).toMatchObject({ asOf: noon - day, verified: false });
  expect(found).not.toHaveProperty("newestVerified");
});

test("what was damaged and what another source made is no copy of the database", () => {
  const damaged = held(1, day, undefined, { proofs: [failed(noon)] });
  const other = snapshotOf(registry, noon - hour);
  expect(copies(database, [damaged, other])).toEqual({});
});

test("a full that msdb tells of counts as read back, also where its zone is not told", () => {
  const found = copies(
    external,
    [],
    [{ startedAt: formatInstant(noon - hour) }, { startedAt: formatInstant(noon) }],
  );
  expect(found.newestVerified).toMatchObject({ asOf: noon - hour, verified: true, lookedAt: "never" });
});

test.each<[string, Json]>([
  ["nothing", null],
  ["no list", { startedAt: formatInstant(noon) }],
  ["an empty list", []],
  ["a list of texts", [formatInstant(noon)]],
  ["a list of nothing", [null]],
  ["a full without a begin", [{ zoneKnown: true }]],
  ["a full that began at a number", [{ startedAt: noon }]],
  ["a full that began on no date", [{ startedAt: "yesterday" }]],
])("msdb tells of no copy where it shows %s", (_title, lastFulls) => {
  expect(copies(external, [], lastFulls)).toEqual({});
});

test("msdb tells nothing of a database that we copy ourselves", () => {
  expect(copies(database, [], [{ startedAt: formatInstant(noon) }])).toEqual({});
});

test("a fresh copy is made by our own backup of the site database alone", () => {
  expect([database, external, registry].map(makesFreshCopy)).toEqual([true, false, false]);
});

/** A snapshot of the database, named in the order of its making. */
function held(at: number, ageMs: number, look?: WindowLook, changes: Partial<Snapshot> = {}): Snapshot {
  return snapshotOf(database, noon - 3 * day + at, {
    id: `database-${at}`,
    asOf: noon - ageMs,
    facts: look === undefined ? {} : writeLook(look),
    ...changes,
  });
}

function copies(source: Source, snapshots: readonly Snapshot[], lastFulls: Json = []) {
  const policy = policyOf({ sources: [source] });
  const { own, partners } = lookAt(noon);
  const observed = observationOf(policy, snapshots, {
    sources: { database: { answers: true, facts: { lastFulls }, risks: [] } },
    window: { own: own!, partners },
  });
  return newestCopies(source, snapshots, { series: makeSeries(policy, snapshots), observed });
}

/**
 * Snapshots of so many days ago, each with its look. Of another tool, msdb also tells of a full an hour ago.
 */
function survey(
  source: Source,
  snapshots: readonly (readonly [daysAgo: number, look: WindowLook])[],
  full: JsonObject = {},
) {
  const policy = policyOf({ sources: [source] });
  const made = snapshots.map(([daysAgo, look], at) =>
    snapshotOf(source, noon - 3 * day + at, {
      id: `database-${at}`,
      asOf: noon - daysAgo * day,
      facts: writeLook(look),
    }),
  );
  const lastFulls = [{ startedAt: formatInstant(noon - hour), zoneKnown: true, ...full }];
  const facts = source === external ? { lastFulls } : {};
  const { own, partners } = lookAt(noon);
  const changes = {
    sources: { database: { answers: true as const, facts, risks: [] } },
    window: { own: own!, partners },
  };
  return surveySite(policy, observationOf(policy, made, changes), noon);
}

function lookWithoutFork(readAt: Instant): WindowLook {
  const { own, partners } = lookAt(readAt);
  return { own: withoutFork(own!), partners };
}
