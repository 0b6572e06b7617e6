import { describe, expect, test } from "vitest";
import { day } from "../../../../src/core/base/instant.ts";
import type { DatabaseCopy, WindowLook } from "../../../../src/core/model/database-copy.ts";
import type {
  DatabaseWindowFacts,
  GroupSend,
  ReplicationLink,
} from "../../../../src/core/model/observation.ts";
import { judgeRecord } from "../../../../src/core/plan/window/judge-record.ts";
import { judgeWindow } from "../../../../src/core/plan/window/judge-window.ts";
import { noon, policyOf, trackingOf, withoutFork } from "../../../support/build-site.ts";

type Sends = Readonly<Record<string, readonly [sent: string | undefined, valid?: string]>>;

const sound: Sends = { Alerts: ["100", "50"], "Configuration Data": ["90", "60"] };

describe("what was sent of each group when a copy was taken", () => {
  test.each<[string, Sends, ReturnType<typeof judgeRecord>]>([
    [
      "is kept while it is purged of none",
      { Alerts: ["9", "99"], "Configuration Data": ["9", "89"] },
      "kept",
    ],
    ["is purged when it is of one", { Alerts: ["900", "50"], "Configuration Data": ["900", "91"] }, "purged"],
    [
      "is purged when a minimum has come to just there",
      { Alerts: ["9", "50"], "Configuration Data": ["9", "90"] },
      "purged",
    ],
    [
      "is not known where a group shows no minimum now",
      { Alerts: ["9", "50"], "Configuration Data": ["9"] },
      undefined,
    ],
    ["is not known where a group is not told of now", { Alerts: ["9", "50"] }, undefined],
    ["is not known where there is another group now", { ...sound, New: ["9", "1"] }, undefined],
    [
      "is purged by one group, though another shows no minimum",
      { Alerts: ["9"], "Configuration Data": ["9", "91"] },
      "purged",
    ],
  ])("%s", (_, now, expected) => {
    expect(judge({ now })).toBe(expected);
  });

  test("is what the partner tells of this site, and counts where it is a minimum already", () => {
    expect(judge({ was: { Alerts: ["50", "50"] }, now: { Alerts: ["50", "50"] } })).toBe("kept");
    expect(judge({ now: sound, site: "PS2" })).toBeUndefined();
  });

  test("is not known where one of its groups was not processed", () => {
    expect(judge({ was: { ...sound, "Configuration Data": [undefined, "60"] }, now: sound })).toBeUndefined();
  });

  test("is not compared with what a partner counts that was restored since, or of which nobody can tell", () => {
    expect(judge({ now: sound, thereNow: { recoveryFork: "other" } })).toBeUndefined();
    expect(judge({ now: sound, hidesFork: true })).toBeUndefined();
  });
});

describe("what was sent is in the copy", () => {
  const before = (changes: Partial<Seen> = {}) =>
    lookOf({ ageMs: 2 * day, sends: { Alerts: ["80", "10"] }, version: "85", ...changes });
  const one: Sends = { Alerts: ["100", "50"] };
  const judgeAfter = (
    others: readonly WindowLook[],
    link: ReplicationLink["state"] = "active",
    more: Partial<Seen> = {},
  ) => judge({ was: one, now: one, others, link, ...more });

  test("where the link carried changes, and neither side was restored as far as was ever seen", () => {
    expect(judgeAfter([])).toBe("kept");
    expect(judgeAfter([], "degraded")).toBe("kept");
    for (const state of ["failed", "stale", "unknown", "maintenance"] as const)
      expect(judgeAfter([], state)).toBeUndefined();
  });

  test("where more was sent since an earlier look of the same life, whatever the link told", () => {
    expect(judgeAfter([before()], "failed")).toBe("kept");
    const same = before({ sends: { Alerts: ["100", "10"] } });
    expect(judgeAfter([same], "failed")).toBeUndefined();
    expect(judgeAfter([same], "active")).toBe("kept");
  });

  test("not where the site was restored before, and nothing was sent since as far as is seen", () => {
    const restored = before({ ownFork: "before" });
    expect(judgeAfter([restored])).toBeUndefined();
    expect(judgeAfter([restored, before({ sends: { Alerts: ["99", "10"] } })])).toBe("kept");
  });

  test("not where the partner was restored before, nor where either side hid whether it was", () => {
    expect(judgeAfter([before({ fork: "before" })])).toBeUndefined();
    expect(judgeAfter([before({ fork: null })])).toBeUndefined();
    expect(judgeAfter([before({ ownFork: null })])).toBeUndefined();
    expect(judgeAfter([], "active", { ownFork: null })).toBeUndefined();
  });

  test("whatever became of the site since", () => {
    const since = lookOf({ ageMs: day / 2, sends: one, version: "120", ownFork: "since" });
    expect(judgeAfter([since])).toBe("kept");
  });
});

describe("the window of a copy with such a record", () => {
  test("is outside when what was sent is purged, however young the copy", () => {
    const verdict = windowOf({ now: { ...sound, Alerts: ["900", "101"] } });
    expect(verdict.state).toBe("outside");
    expect(verdict.because).toContain("partner CAS has purged changes made since.");
  });

  test("is closing and not outside past the retention, while nothing is purged", () => {
    const verdict = windowOf({ now: sound, ageMs: 6 * day });
    expect(verdict.state).toBe("closing");
    expect(verdict.because).toBe(
      "The newest proven database copy is of 2026-11-16 12:00Z; partner CAS promises to keep changes for 5d only, until 2026-11-21 11:00Z, and may purge what was made since at any time.",
    );
    const lowered = policyOf({ windowAtMostMs: 3 * day });
    expect(windowOf({ now: sound, ageMs: 6 * day, policy: lowered }).state).toBe("outside");
  });

  test("is inside with a degraded link, now and when it was taken", () => {
    expect(windowOf({ now: sound }).state).toBe("inside");
    expect(windowOf({ now: sound, link: "degraded", linkNow: "degraded" }).state).toBe("inside");
    expect(windowOf({ now: {}, linkNow: "degraded" }).state).toBe("not-proven");
  });

  test("is not proven while the link is down, nor where it was taken while groups were copied", () => {
    expect(windowOf({ now: sound, linkNow: "failed" }).state).toBe("not-proven");
    for (const link of ["initialising", "initialisation-failed", "recovering"] as const)
      expect(
        windowOf({
          now: sound,
          link,
          others: [
            lookOf({ ageMs: 2 * day, sends: { Alerts: ["1", "0"], "Configuration Data": ["1", "0"] } }),
          ],
        }).state,
      ).toBe("not-proven");
  });
});

interface Seen {
  readonly ageMs: number;
  readonly sends: Sends;
  /** The link as the site itself tells it. */
  readonly link: ReplicationLink["state"];
  /** null: hidden. */
  readonly ownFork: string | null;
  readonly fork: string | null;
  readonly version: string;
}

function lookOf({
  ageMs = day,
  sends = sound,
  link = "active",
  ownFork = "own",
  fork = "fork",
  version = "110",
}: Partial<Seen>) {
  const readAt = noon - ageMs;
  const forked = (facts: DatabaseWindowFacts, it: string | null) =>
    it === null ? withoutFork(facts) : { ...facts, recoveryFork: it };
  const own = trackingOf({ readAt, links: [{ partner: "CAS", state: link, groups: [] }] });
  const there = trackingOf({
    readAt,
    currentVersion: version,
    minValidVersion: "10",
    links: [linkWith(sends)],
  });
  return { own: forked(own, ownFork), partners: { CAS: forked(there, fork) } };
}

function linkWith(sends: Sends): ReplicationLink {
  const told = Object.entries(sends).map(([group, [sentVersion, minValidVersion]]): GroupSend => ({
    group,
    ...(sentVersion !== undefined && { sentVersion }),
    ...(minValidVersion !== undefined && { minValidVersion }),
  }));
  return { partner: "PS1", state: "active", groups: [], sends: told };
}

interface Case extends Partial<Omit<Seen, "sends">> {
  readonly was?: Sends;
  readonly now: Sends;
  readonly others?: readonly WindowLook[];
  readonly site?: string;
  readonly thereNow?: Partial<DatabaseWindowFacts>;
  readonly hidesFork?: boolean;
}

function copyOf({ was = sound, others = [], ageMs = day, ...seen }: Case): DatabaseCopy {
  return { asOf: noon - ageMs, verified: true, look: lookOf({ ageMs, sends: was, ...seen }), others };
}

function judge({ now, site = "PS1", thereNow, hidesFork = false, ...it }: Case) {
  const seen = { ...lookOf({ ageMs: 0, sends: now, version: "2000" }).partners.CAS, ...thereNow };
  const facts = hidesFork ? withoutFork(seen) : seen;
  return judgeRecord({ site, partner: "CAS", isPartner: true, facts }, copyOf({ now, ...it }));
}

function windowOf({
  policy = policyOf(),
  linkNow = "active" as ReplicationLink["state"],
  ...it
}: Case & { policy?: ReturnType<typeof policyOf>; linkNow?: ReplicationLink["state"] }) {
  const now = lookOf({ ageMs: 0, sends: it.now, link: linkNow, version: "2000" });
  return judgeWindow(policy, now, copyOf(it), noon);
}
