import { expect, test } from "vitest";
import { day, formatInstant, hour, minute } from "../../../src/core/base/instant.ts";
import type {
  DatabaseWindowFacts,
  ReplicationLink,
  WindowFacts,
} from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/resolved-policy.ts";
import { hasWindow, judgeWindow } from "../../../src/core/plan/judge-window.ts";
import type { DatabaseCopy } from "../../../src/core/model/database-copy.ts";
import { noon, policyOf, problemOf, standAlone, trackingOf } from "./world.ts";

const unread = { problem: problemOf("sqlcas does not answer.") };

test("a young copy is inside, by the partner's retention", () => {
  check({ ageMs: 10 * hour }, "inside, partner CAS, until 2026-11-27T02:00:00.000Z");
});

test("five days are 120 hours: the last millisecond is closing, the next one outside", () => {
  check({ ageMs: 120 * hour - 1 }, "closing, partner CAS, until 2026-11-22T12:00:00.001Z");
  check({ ageMs: 120 * hour }, "outside, partner CAS, until 2026-11-22T12:00:00.000Z");
});

test("closing begins when rebuilding and restoring no longer fit", () => {
  check({ ageMs: 92 * hour - 1 }, "inside, partner CAS, until 2026-11-23T16:00:00.001Z");
  check({ ageMs: 92 * hour }, "closing, partner CAS, until 2026-11-23T16:00:00.000Z");
});

test("the partner's retention rules, not the site's own", () => {
  check(
    { ageMs: 50 * hour, partner: { retentionMs: 2 * day }, own: { retentionMs: 14 * day } },
    "outside, partner CAS, until 2026-11-22T10:00:00.000Z",
  );
});

test("the site's own setting stands in for a partner that can't be read, and the basis says so", () => {
  check(
    { ageMs: hour, partner: "unread", own: { retentionMs: 3 * day } },
    "inside, own settings, partner CAS not read, until 2026-11-25T11:00:00.000Z",
  );
});

test("with neither read nothing is proven", () => {
  check({ ageMs: hour, partner: "unread", own: "unread" }, "not-proven, own settings, partner CAS not read");
});

test("off is not five days: it is outside", () => {
  check({ ageMs: hour, partner: { changeTracking: "off" } }, "outside, partner CAS");
});

test("unknown is not five days: it is not proven", () => {
  check({ ageMs: hour, partner: { changeTracking: "unknown" } }, "not-proven, partner CAS");
});

test.each(["failed", "initialising", "maintenance", "unknown"] as const)(
  "a link that is %s proves nothing, however young the copy",
  (state) => {
    const links = [{ partner: "CAS", state, groups: ["Configuration Data"] }];
    check({ ageMs: hour, own: { links } }, "not-proven, partner CAS, until 2026-11-27T11:00:00.000Z");
  },
);

test("a degraded link still carries changes", () => {
  const links = [{ partner: "CAS", state: "degraded" as const, groups: [] }];
  check({ ageMs: hour, own: { links } }, "inside, partner CAS, until 2026-11-27T11:00:00.000Z");
});

test("the partner's view of the link counts, and its links to other sites do not", () => {
  const link = (partner: string) => [{ partner, state: "failed" as const, groups: [] }];
  check(
    { ageMs: hour, partner: { links: link("PS1") } },
    "not-proven, partner CAS, until 2026-11-27T11:00:00.000Z",
  );
  check(
    { ageMs: hour, partner: { links: link("PS2") } },
    "inside, partner CAS, until 2026-11-27T11:00:00.000Z",
  );
});

test("a partner's clock that is ahead shortens the window, one that is behind lengthens nothing", () => {
  check(
    { ageMs: hour, partner: { clockOffsetMs: hour } },
    "inside, partner CAS, until 2026-11-27T10:00:00.000Z",
  );
  check(
    { ageMs: hour, partner: { clockOffsetMs: -hour } },
    "inside, partner CAS, until 2026-11-27T11:00:00.000Z",
  );
});

test("an end that comes sooner for a clock ahead says so", () => {
  const verdict = verdictOf({ ageMs: hour, partner: { clockOffsetMs: 3 * day } });
  expect(verdict.because).toContain("Its clock is 3d ahead, and it forgets that much sooner.");
});

test("a policy may lower the window and never raise it", () => {
  const lower = policyOf({ windowAtMostMs: 2 * day });
  const higher = policyOf({ windowAtMostMs: 30 * day });
  check({ ageMs: hour, policy: lower }, "inside, partner CAS, until 2026-11-24T11:00:00.000Z");
  check({ ageMs: hour, policy: higher }, "inside, partner CAS, until 2026-11-27T11:00:00.000Z");
});

test("versions purged by the partner put a copy outside whatever its age", () => {
  const partner = { minValidVersion: "1000000000000000001" };
  check(
    { ageMs: hour, partner, seen: "1000000000000000000" },
    "outside, partner CAS, until 2026-11-22T12:00:00.000Z",
  );
  check(
    { ageMs: hour, partner, seen: "1000000000000000001" },
    "inside, partner CAS, until 2026-11-27T10:00:00.000Z",
  );
});

test("a minimum valid version is compared with nothing when the copy's own is not known", () => {
  check(
    { ageMs: hour, partner: { minValidVersion: "9" } },
    "inside, partner CAS, until 2026-11-27T11:00:00.000Z",
  );
});

test("a copy that was never read back is not proven; one that is too old is outside all the same", () => {
  check({ ageMs: hour, verified: false }, "not-proven, partner CAS, until 2026-11-27T11:00:00.000Z");
  check({ ageMs: 6 * day, verified: false }, "outside, partner CAS, until 2026-11-21T12:00:00.000Z");
});

test("a stand-alone primary has no window", () => {
  check({ ageMs: 90 * day, policy: standAlone() }, "none, stand-alone site");
});

test("a central site is judged by the worst of its partners", () => {
  const { site, partners } = policyOf();
  const { parent: _, ...root } = site;
  const central = policyOf({
    site: { ...root, code: "CAS", type: "central-administration" },
    partners: { PS1: partners["CAS"]!, PS2: partners["CAS"]! },
  });
  const facts: WindowFacts = {
    own: trackingOf({ links: [] }),
    partners: { PS1: trackingOf({ links: [] }), PS2: trackingOf({ links: [], retentionMs: 2 * day }) },
  };
  expect(words(judgeWindow(central, facts, copyOf(3 * day), noon))).toBe(
    "outside, partner PS2, until 2026-11-21T12:00:00.000Z",
  );
});

test("a parent is a partner though no policy names it, and a central site without any is judged by itself", () => {
  const { site } = policyOf();
  const { parent: _, ...root } = site;
  const central = policyOf({ site: { ...root, type: "central-administration" }, partners: {} });
  const facts: WindowFacts = { own: trackingOf({ links: [] }), partners: {} };
  const judge = (policy: ResolvedPolicy) => words(judgeWindow(policy, facts, copyOf(hour), noon));
  expect(judge(policyOf({ partners: {} }))).toBe(
    "inside, own settings, partner CAS not read, until 2026-11-27T11:00:00.000Z",
  );
  expect(judge(central)).toBe("inside, own settings, no partner named, until 2026-11-27T11:00:00.000Z");
});

test("without any copy nothing is proven", () => {
  const facts = { own: trackingOf(), partners: {} };
  expect(judgeWindow(policyOf(), facts, undefined, noon).state).toBe("not-proven");
});

test.each<[string, Case, string]>([
  [
    "stands alone",
    { ageMs: hour, policy: standAlone() },
    "PS1 stands alone: nothing replicates, so all that happened after the newest copy is lost.",
  ],
  [
    "was not read",
    { ageMs: hour, own: "unread", partner: "unread" },
    "The window could not be read: sqlcas does not answer.",
  ],
  [
    "has none at its partner",
    { ageMs: hour, partner: { changeTracking: "off" } },
    "Change tracking is off at partner CAS: no changes are kept, so replication would start over.",
  ],
  [
    "has none of its own",
    { ageMs: hour, partner: "unread", own: { changeTracking: "off" } },
    "Change tracking is off in the site's own database: no changes are kept, so replication would start over.",
  ],
  [
    "did not tell its setting",
    { ageMs: hour, partner: { changeTracking: "unknown" } },
    "The login was shown no change tracking setting. GRANT CREATE ANY DATABASE to it would answer.",
  ],
  [
    "is inside",
    { ageMs: hour },
    "The newest proven database copy is of 2026-11-22 11:00Z; partner CAS keeps changes for 5d, until 2026-11-27 11:00Z.",
  ],
  [
    "is closing",
    { ageMs: 92 * hour },
    "The newest proven database copy is of 2026-11-18 16:00Z; a recovery begun now (1d 4h) would end after 2026-11-23 16:00Z.",
  ],
  [
    "is outside",
    { ageMs: 120 * hour },
    "The newest proven database copy is of 2026-11-17 12:00Z; partner CAS keeps changes for 5d, until 2026-11-22 12:00Z.",
  ],
  [
    "was purged",
    { ageMs: hour, partner: { minValidVersion: "2" }, seen: "1" },
    "The newest proven database copy is of 2026-11-22 11:00Z; partner CAS has purged changes made since.",
  ],
  [
    "was never read back",
    { ageMs: hour, verified: false },
    "No database copy has been read back and compared yet.",
  ],
  [
    "has a link that failed",
    { ageMs: hour, own: { links: [linkOf("failed", { groups: ["Site Data", "Site Control"] })] } },
    "Replication with CAS has failed (Site Data, Site Control), so no age proves anything.",
  ],
  [
    "has a link that begins",
    { ageMs: hour, own: { links: [linkOf("initialising", { lastSyncAt: noon - hour })] } },
    "Replication with CAS is initialising, so no age proves anything. Last synchronised 2026-11-22 11:00Z.",
  ],
  [
    "has a link at rest",
    { ageMs: hour, own: { links: [linkOf("maintenance", {})] } },
    "Replication with CAS is in maintenance mode, so no age proves anything.",
  ],
  [
    "has a link that was not read",
    { ageMs: hour, own: { links: [linkOf("unknown", {})] } },
    "Replication with CAS could not be read, so no age proves anything.",
  ],
])("a site whose window %s is told why", (_, it, because) => {
  expect(verdictOf(it).because).toBe(because);
});

test("a setting without its retention is no five days", () => {
  const { retentionMs: _, ...on } = trackingOf();
  const facts: WindowFacts = { own: trackingOf(), partners: { CAS: { ...on, links: [] } } };
  expect(judgeWindow(policyOf(), facts, copyOf(hour), noon)).toMatchObject({ state: "not-proven" });
});

test("a window tells how long it is, when it ends and when it begins to close", () => {
  expect(verdictOf({ ageMs: hour })).toMatchObject({
    windowMs: 5 * day,
    expiresAt: noon + 119 * hour,
    closesAt: noon + 91 * hour,
  });
  const facts = { own: trackingOf(), partners: {} };
  expect(judgeWindow(policyOf(), facts, undefined, noon)).toMatchObject({
    windowMs: 5 * day,
    because: "There is no database copy to judge yet.",
  });
});

test("clocks that differ by less than five minutes, rounded, are taken for one", () => {
  const because = (clockOffsetMs: number) => verdictOf({ ageMs: hour, partner: { clockOffsetMs } }).because;
  expect(because(4.5 * minute - 1)).not.toContain("clock");
  expect(because(4.5 * minute)).toContain("Its clock is 5m ahead, and it forgets that much sooner.");
});

test("of partners that are equally bad the one decides whose window ends first", () => {
  const { partners } = policyOf();
  const policy = policyOf({ partners: { ...partners, PS2: partners["CAS"]!, PS3: partners["CAS"]! } });
  const tracking = (days: number) => trackingOf({ links: [], retentionMs: days * day });
  const facts: WindowFacts = {
    own: trackingOf(),
    partners: { CAS: tracking(5), PS2: tracking(4), PS3: tracking(6) },
  };
  expect(words(judgeWindow(policy, facts, copyOf(hour), noon))).toBe(
    "inside, partner PS2, until 2026-11-26T11:00:00.000Z",
  );
});

test("a primary that only names partners has a window, and so has a child that names none", () => {
  const { parent: _, ...root } = policyOf().site;
  expect(hasWindow(policyOf({ site: root }))).toBe(true);
  expect(hasWindow(policyOf({ partners: {} }))).toBe(true);
  expect(hasWindow(standAlone())).toBe(false);
});

interface Case {
  readonly ageMs: number;
  readonly policy?: ResolvedPolicy;
  readonly own?: Partial<DatabaseWindowFacts> | "unread";
  readonly partner?: Partial<DatabaseWindowFacts> | "unread";
  readonly seen?: string;
  readonly verified?: boolean;
}

function check(it: Case, expected: string): void {
  expect(words(verdictOf(it))).toBe(expected);
}

function verdictOf(it: Case): ReturnType<typeof judgeWindow> {
  const facts: WindowFacts = {
    own: it.own === "unread" ? unread : trackingOf(it.own),
    partners: { CAS: it.partner === "unread" ? unread : trackingOf({ links: [], ...it.partner }) },
  };
  const seen = it.seen && trackingOf({ readAt: noon - it.ageMs, currentVersion: it.seen });
  const copy: DatabaseCopy = {
    ...copyOf(it.ageMs),
    verified: it.verified ?? true,
    ...(seen && { look: { own: seen, partners: { CAS: { ...seen, links: [] } } } }),
  };
  return judgeWindow(it.policy ?? policyOf(), facts, copy, noon);
}

function linkOf(state: ReplicationLink["state"], change: Partial<ReplicationLink>): ReplicationLink {
  return { partner: "CAS", state, groups: [], ...change };
}

function copyOf(ageMs: number): DatabaseCopy {
  return { asOf: noon - ageMs, verified: true, others: [] };
}

function words(verdict: ReturnType<typeof judgeWindow>): string {
  const until = verdict.expiresAt === undefined ? "" : `, until ${formatInstant(verdict.expiresAt)}`;
  return `${verdict.state}, ${verdict.basis}${until}`;
}
