import { expect, test } from "vitest";
import { day, formatInstant, hour, minute } from "../../../src/core/base/instant.ts";
import type { Instant } from "../../../src/core/base/instant.ts";
import type { JsonObject } from "../../../src/core/base/json.ts";
import type { WindowLook } from "../../../src/core/model/database-copy.ts";
import type { DatabaseWindowFacts } from "../../../src/core/model/observation.ts";
import type { SiteDatabase, Source } from "../../../src/core/model/source.ts";
import { lookBefore } from "../../../src/core/plan/database-copies.ts";
import { surveySite } from "../../../src/core/plan/survey.ts";
import { lookFact, lookJson } from "../../../src/core/plan/window-looks.ts";
import {
  database,
  noon,
  observationOf,
  policyOf,
  snapshotOf,
  trackingOf,
  versions,
  withoutFork,
} from "./world.ts";

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
  expect(window.because).toContain("was failed at the last look before another tool took this copy");
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

/** Snapshots of so many days ago, each with its look. Of another tool, msdb also tells of a full an hour ago. */
function survey(
  source: Source,
  snapshots: readonly (readonly [daysAgo: number, look: WindowLook])[],
  full: JsonObject = {},
) {
  const policy = policyOf({ sources: [source] });
  const held = snapshots.map(([daysAgo, look], at) =>
    snapshotOf(source, noon - 3 * day + at, {
      id: `database-${at}`,
      asOf: noon - daysAgo * day,
      facts: { [lookFact]: lookJson(look) },
    }),
  );
  const lastFulls = [{ startedAt: formatInstant(noon - hour), zoneKnown: true, ...full }];
  const facts = source === external ? { lastFulls } : {};
  const { own, partners } = lookAt(noon);
  const changes = {
    sources: { database: { answers: true as const, facts, risks: [] } },
    window: { own: own!, partners },
  };
  return surveySite(policy, observationOf(policy, held, changes), noon);
}

function lookWithoutFork(readAt: Instant): WindowLook {
  const { own, partners } = lookAt(readAt);
  return { own: withoutFork(own!), partners };
}
