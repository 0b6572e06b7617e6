import { expect, test } from "vitest";
import { day, formatInstant, hour } from "../../../src/core/base/instant.ts";
import type { DatabaseWindowFacts, WindowFacts } from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/resolved-policy.ts";
import { judgeWindow } from "../../../src/core/plan/judge-window.ts";
import type { DatabaseCopy } from "../../../src/core/plan/judge-window.ts";
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
    "inside, partner CAS, until 2026-11-27T11:00:00.000Z",
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
  const copy = {
    ...copyOf(it.ageMs),
    verified: it.verified ?? true,
    partnerVersions: it.seen ? { CAS: it.seen } : {},
  };
  return judgeWindow(it.policy ?? policyOf(), facts, copy, noon);
}

function copyOf(ageMs: number): DatabaseCopy {
  return { asOf: noon - ageMs, verified: true, partnerVersions: {} };
}

function words(verdict: ReturnType<typeof judgeWindow>): string {
  const until = verdict.expiresAt === undefined ? "" : `, until ${formatInstant(verdict.expiresAt)}`;
  return `${verdict.state}, ${verdict.basis}${until}`;
}
