import { describe, expect, test } from "vitest";
import { day, formatInstant, hour, minute } from "../../../../src/core/base/instant.ts";
import type {
  DatabaseWindowFacts,
  ReplicationLink,
  WindowFacts,
} from "../../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../../src/core/model/policy/resolved-policy.ts";
import { hindranceOf } from "../../../../src/core/plan/window/hindrances.ts";
import { hasWindow, judgeWindow } from "../../../../src/core/plan/window/judge-window.ts";
import type { DatabaseCopy, WindowLook } from "../../../../src/core/model/database-copy.ts";
import { ReplicationOracle } from "../../../support/window/replication-oracle.ts";
import {
  noon,
  policyOf,
  problemOf,
  standAlone,
  trackingOf,
  withoutFork,
} from "../../../support/build-site.ts";

const unread = { problem: problemOf("sqlcas does not answer.") };

/** What a partner shows of its versions: nothing is purged. */
const counted = { currentVersion: "2000000000000000000", minValidVersion: "0" };

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

test("the site's own setting proves nothing of a partner that can't be read; it can only be outside by it", () => {
  const standIn = { partner: "unread", own: { retentionMs: 3 * day } } as const;
  check(
    { ageMs: hour, ...standIn },
    "not-proven, own settings, partner CAS not read, until 2026-11-25T11:00:00.000Z",
  );
  expect(verdictOf({ ageMs: hour, ...standIn }).because).toBe(
    "What partner CAS keeps was not seen, and the site's own setting proves nothing of it. sqlcas does not answer.",
  );
  check(
    { ageMs: 3 * day, ...standIn },
    "outside, own settings, partner CAS not read, until 2026-11-22T12:00:00.000Z",
  );
});

test("a partner that hides what it has purged, or how far it has counted, proves nothing", () => {
  const { currentVersion: _, ...uncounted } = trackingOf({ links: [], ...counted });
  for (const CAS of [trackingOf({ links: [] }), uncounted]) {
    const verdict = judgeWindow(policyOf(), { own: trackingOf(), partners: { CAS } }, copyOf(hour), noon);
    expect(verdict).toMatchObject({
      state: "not-proven",
      because: "What partner CAS has purged could not be read.",
    });
  }
  const why = problemOf("VIEW DEFINITION is missing.");
  const partner = { unread: [{ witness: "versions" as const, why }] };
  const { minValidVersion: __, ...CAS } = trackingOf({ links: [], ...counted, ...partner });
  expect(judgeWindow(policyOf(), { own: trackingOf(), partners: { CAS } }, copyOf(hour), noon).because).toBe(
    "What partner CAS has purged could not be read. VIEW DEFINITION is missing.",
  );
});

test.each(["clock", "links", "initialisations", "site states"] as const)(
  "where the %s could not be read nothing is proven, with the cause and its cure",
  (witness) => {
    const unreadAt = [{ witness, why: problemOf("It is denied.") }];
    const here = verdictOf({ ageMs: hour, own: { unread: unreadAt } });
    const there = verdictOf({ ageMs: hour, partner: { unread: unreadAt } });
    const says = (where: string) =>
      `The ${witness} could not be read at ${where}, so it is not known whether replication works. It is denied.`;
    expect(here).toMatchObject({ state: "not-proven", because: says("the site's own database") });
    expect(there).toMatchObject({ state: "not-proven", because: says("partner CAS") });
    const facts = { own: trackingOf({ unread: unreadAt }), partners: {} };
    expect(hindranceOf(policyOf(), facts)?.hint).toBe("Share it again.");
  },
);

test.each(["recovery fork", "sends", "group versions"] as const)(
  "that the %s could not be read is judged by what rests on it",
  (witness) => {
    const unreadAt = [{ witness, why: problemOf("It is denied.") }];
    expect(verdictOf({ ageMs: hour, own: { unread: unreadAt } }).state).toBe("inside");
  },
);

test("without a link that anybody shows nothing is proven", () => {
  check({ ageMs: hour, own: { links: [] } }, "not-proven, partner CAS, until 2026-11-27T11:00:00.000Z");
  expect(verdictOf({ ageMs: hour, own: { links: [] } }).because).toBe(
    "Nobody shows a link of replication between PS1 and CAS, so no age proves anything.",
  );
  const links = [{ partner: "PS1", state: "active" as const, groups: [] }];
  expect(verdictOf({ ageMs: hour, own: { links: [] }, partner: { links } }).state).toBe("inside");
});

test("a link with a site that is no partner, such as a secondary site, spoils nothing", () => {
  const links = [linkOf("active", {}), linkOf("failed", { partner: "SEC" })];
  expect(verdictOf({ ageMs: hour, own: { links } }).state).toBe("inside");
});

test("with neither read nothing is proven, nor with the partner alone", () => {
  check({ ageMs: hour, partner: "unread", own: "unread" }, "not-proven, own settings, partner CAS not read");
  expect(verdictOf({ ageMs: hour, own: "unread" }).state).toBe("not-proven");
});

test("off is not five days: it is outside", () => {
  check({ ageMs: hour, partner: { changeTracking: "off" } }, "outside, partner CAS");
});

test("unknown is not five days: it is not proven", () => {
  check({ ageMs: hour, partner: { changeTracking: "unknown" } }, "not-proven, partner CAS");
});

test.each([
  "failed",
  "initialising",
  "initialisation-failed",
  "maintenance",
  "recovering",
  "stale",
  "unknown",
  "gone",
] as const)("a link that is %s proves nothing, however young the copy", (state) => {
  const links = [{ partner: "CAS", state, groups: ["Configuration Data"] }];
  check({ ageMs: hour, own: { links } }, "not-proven, partner CAS, until 2026-11-27T11:00:00.000Z");
});

test("a degraded link carries changes, and proves nothing of a copy without a record of its groups", () => {
  const links = [{ partner: "CAS", state: "degraded" as const, groups: [] }];
  expect(verdictOf({ ageMs: hour, own: { links } })).toMatchObject({
    state: "not-proven",
    because:
      "Replication with CAS is degraded, and it is not recorded what of each group this copy had received.",
  });
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

test("a link that fails at the partner's side is named by the partner", () => {
  const links = [{ partner: "PS1", state: "failed" as const, groups: [] }];
  expect(verdictOf({ ageMs: hour, partner: { links } }).because).toMatch(/^Replication with CAS has failed/);
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
    own: trackingOf({ links: [linkOf("active", { partner: "PS1" }), linkOf("active", { partner: "PS2" })] }),
    partners: {
      PS1: trackingOf({ links: [], ...counted }),
      PS2: trackingOf({ links: [], ...counted, retentionMs: 2 * day }),
    },
  };
  expect(words(judgeWindow(central, facts, copyOf(3 * day), noon))).toBe(
    "outside, partner PS2, until 2026-11-21T12:00:00.000Z",
  );
});

test("a parent is a partner though no policy names it, and a central site without any proves nothing by itself", () => {
  const { site } = policyOf();
  const { parent: _, ...root } = site;
  const central = policyOf({ site: { ...root, type: "central-administration" }, partners: {} });
  const facts: WindowFacts = { own: trackingOf(), partners: {} };
  const judge = (policy: ResolvedPolicy) => {
    const verdict = judgeWindow(policy, facts, copyOf(hour), noon);
    return [words(verdict), verdict.because];
  };
  expect(judge(policyOf({ partners: {} }))).toEqual([
    "not-proven, own settings, partner CAS not read, until 2026-11-27T11:00:00.000Z",
    "What partner CAS keeps was not seen, and the site's own setting proves nothing of it. The policy does not name its database.",
  ]);
  expect(judge(central)).toEqual([
    "not-proven, own settings, no partner named, until 2026-11-27T11:00:00.000Z",
    "The policy names no partner, and what partners keep is not seen in the site's own database.",
  ]);
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
    "The site's own database could not be read, so it is not known whether replication works. sqlcas does not answer.",
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
    "Replication with CAS has failed (Site Data, Site Control); no age proves anything.",
  ],
  [
    "has a link that begins",
    { ageMs: hour, own: { links: [linkOf("initialising", { lastSyncAt: noon - hour })] } },
    "Replication with CAS is initialising; no age proves anything. Last synchronised 2026-11-22 11:00Z.",
  ],
  [
    "has a link at rest",
    { ageMs: hour, own: { links: [linkOf("maintenance", {})] } },
    "Replication with CAS is in maintenance mode; no age proves anything.",
  ],
  [
    "has a link that was not read",
    { ageMs: hour, own: { links: [linkOf("unknown", { detail: "the link's state is 77" })] } },
    "Replication with CAS is not known to work: the link's state is 77; no age proves anything.",
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
  const tracking = (days: number) => trackingOf({ links: [], ...counted, retentionMs: days * day });
  const facts: WindowFacts = {
    own: trackingOf({ links: ["CAS", "PS2", "PS3"].map((it) => linkOf("active", { partner: it })) }),
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

describe("a copy with what was seen when it was taken", () => {
  test("counts from an hour before it, since so much may not have been sent", () => {
    expect(words(judgeSeen({}))).toBe("inside, partner CAS, until 2026-11-26T11:00:00.000Z");
  });

  test("says that it counts from before, wherever its end is told, and says nothing of it where it does not", () => {
    const lag = (it: string) =>
      `The time counts from ${it} before the copy: what was sent then may not have arrived in it.`;
    const held =
      "The newest proven database copy is of 2026-11-21 12:00Z; partner CAS keeps changes for 5d, until";
    expect(judgeSeen({}).because).toBe(`${held} 2026-11-26 11:00Z. ${lag("1h")}`);
    expect(judgeSeen({ now: { clockOffsetMs: day } }).because).toBe(
      `${held} 2026-11-25 11:00Z. ${lag("1h")} Its clock has gone 1d ahead since, and it forgets that much sooner.`,
    );
    const late = judgeSeen({ ageMs: 4 * day });
    expect(late.because).toContain(
      `a recovery begun now (1d 4h) would end after 2026-11-23 11:00Z. ${lag("1h")}`,
    );
    expect(late.state).toBe("closing");
    const gone = judgeSeen({ ageMs: 119 * hour });
    expect(gone.because).toContain(`for 5d, until 2026-11-22 12:00Z. ${lag("1h")}`);
    expect(gone.state).toBe("outside");
    expect(judgeWindow(policyOf(), factsNow(), copyOf(day), noon).because).toBe(`${held} 2026-11-26 12:00Z.`);
  });

  test.each([
    ["degraded", "Replication with CAS was degraded when this copy was taken"],
    ["failed", "Replication with CAS was down when this copy was taken"],
    ["initialisation-failed", "Replication with CAS was not initialised when this copy was taken"],
    ["recovering", "Replication with CAS was waiting for a recovery when this copy was taken"],
    ["stale", "How replication with CAS stood when this copy was taken could not be read"],
    ["initialising", "Replication with CAS was initialising when this copy was taken"],
    ["maintenance", "Replication with CAS was in maintenance mode when this copy was taken"],
    ["unknown", "How replication with CAS stood when this copy was taken could not be read"],
    ["constructor" as never, "Replication with CAS was constructor when this copy was taken"],
  ] as const)("is not proven when its link was %s then, though it is active now", (state, because) => {
    const verdict = judgeSeen({ links: [linkOf(state, {})] });
    expect(verdict.state).toBe("not-proven");
    expect(verdict.because).toBe(`${because}, so it is not known what the copy had received.`);
  });

  test("is not proven when no link could be read then", () => {
    expect(judgeSeen({ links: [] }).because).toBe(
      "How replication with CAS stood when this copy was taken could not be read, so it is not known what the copy had received.",
    );
  });

  test("is not proven when nobody knows how far its replica was behind", () => {
    const copy = { ...copyOf(day), isOfUnknownAge: true } as const;
    expect(judgeWindow(policyOf(), factsNow(), copy, noon)).toMatchObject({
      state: "not-proven",
      because: expect.stringMatching(/^This copy was taken on a secondary replica that did not tell/),
    });
  });

  test("is not proven when its partner hid its versions then", () => {
    const { own, partners } = lookAt(day);
    const { currentVersion: _, ...hidden } = partners["CAS"]!;
    const look = { own: own!, partners: { CAS: hidden } };
    const because = (copy: DatabaseCopy) => judgeWindow(policyOf(), factsNow(), copy, noon).because;
    expect(because({ ...copyOf(day), look })).toBe(
      "What partner CAS had counted when this copy was taken could not be read.",
    );
    expect(because({ ...copyOf(day), look, lookedAt: noon - day })).toBe(
      "What partner CAS had counted at the last look before this copy could not be read.",
    );
  });

  test("is not proven when its partner was not read then", () => {
    const copy = {
      ...copyOf(day),
      look: { own: trackingOf({ readAt: noon - day }), partners: {} },
      others: [],
    };
    expect(judgeWindow(policyOf(), factsNow(), copy, noon)).toMatchObject({
      state: "not-proven",
      because: "Partner CAS was not read when this copy was taken.",
    });
  });

  test("is not proven when no setting was shown then nor before", () => {
    const { retentionMs: _, ...hidden } = trackingOf({ readAt: noon - day, currentVersion: "5" });
    const look = { own: hidden, partners: { CAS: { ...hidden, changeTracking: "unknown" as const } } };
    const because = "Partner CAS did not show its setting when this copy was taken, nor before.";
    expect(judgeWindow(policyOf(), factsNow(), { ...copyOf(day), look }, noon).because).toBe(because);
  });

  test("is outside when a lower retention was seen since, though it is higher now", () => {
    const lower = lookAt(2 * day, { retentionMs: day });
    expect(words(judgeSeen({ ageMs: 3 * day + 2 * hour, others: [lower] }))).toBe(
      "outside, partner CAS, until 2026-11-22T12:00:00.000Z",
    );
    expect(judgeSeen({ ageMs: 3 * day + 2 * hour }).state).toBe("inside");
  });

  test("is outside at the millisecond to which a lower retention reached, and says so", () => {
    // Until two days ago it purged what is three days old now, and the copy counts from an hour before it.
    const others = [lookAt(2.5 * day, { retentionMs: day }), lookAt(2 * day)];
    const gone = judgeSeen({ ageMs: 3 * day - hour, others });
    expect(gone.state).toBe("outside");
    expect(gone.because).toBe(
      "The newest proven database copy is of 2026-11-19 13:00Z; partner CAS has purged changes made since.",
    );
    expect(judgeSeen({ ageMs: 3 * day - hour - 1, others }).state).toBe("inside");
  });

  test("is said to be purged where versions tell it, however old it is", () => {
    const verdict = judgeSeen({
      ageMs: 6 * day,
      was: { currentVersion: "9" },
      now: { minValidVersion: "10" },
    });
    expect(verdict.state).toBe("outside");
    expect(verdict.because).toContain("partner CAS has purged changes made since.");
  });

  test("is not proven after a group was initialised anew; where no stamps tell it, versions do", () => {
    const anew = { initialisedAt: noon - hour, initialisations: "7" };
    expect(judgeSeen({ linkNow: anew }).because).toBe(
      "A group that is replicated with CAS was initialised anew on 2026-11-22 11:00Z: a copy from before that proves nothing.",
    );
    const kept = { was: { currentVersion: "9" }, now: { minValidVersion: "8" } };
    expect(judgeSeen({ linkNow: "hidden", ...kept }).state).toBe("inside");
  });

  test.each([
    ["another fork", { recoveryFork: "a" }, { recoveryFork: "b" }],
    ["versions that went back", { currentVersion: "9" }, { currentVersion: "8" }],
  ])("is not proven when its partner was restored since: %s", (_, was, now) => {
    expect(judgeSeen({ was, now }).because).toBe(
      "Partner CAS was restored or began to count anew since this copy was taken, so what it has kept for it is not known.",
    );
  });

  test.each<[string, SeenCase]>([
    ["it was hidden when the copy was taken, and before", { hidesFork: "then" }],
    [
      "it is hidden now, though more was counted since",
      { hidesFork: "now", was: { currentVersion: "9" }, now: { currentVersion: "12" } },
    ],
    [
      "it was hidden then and was another before",
      { hidesFork: "then", others: [lookAt(2 * day, { recoveryFork: "a" })] },
    ],
  ])("is not proven where its partner's recovery fork can't tell that it was not restored: %s", (_, it) => {
    expect(judgeSeen(it).because).toBe(
      "Whether Partner CAS was restored since this copy was taken could not be read.",
    );
  });

  test("is proven by the fork that was seen before it, where it was hidden then", () => {
    expect(judgeSeen({ hidesFork: "then", others: [lookAt(2 * day)] }).state).toBe("inside");
  });

  test("is not proven when its partner has purged more than its settings explain", () => {
    const before = lookAt(2 * day, { currentVersion: "5" });
    const was = { currentVersion: "9", minValidVersion: "1" };
    const judge = (minValidVersion: string) => judgeSeen({ was, others: [before], now: { minValidVersion } });
    expect(judge("6").because).toBe(
      "Partner CAS has purged more than its setting explains, so this copy may lack changes that are gone.",
    );
    expect(judge("5").state).toBe("inside");
    expect(judge("10").state).toBe("outside");
  });

  test("is none the worse for what its partner had purged by then, since replication went on, but for what it purged since", () => {
    const before = lookAt(2 * day, { currentVersion: "5" });
    const was = { currentVersion: "9", minValidVersion: "7", cleanedVersion: "7" };
    const judge = (now: Partial<DatabaseWindowFacts>) => judgeSeen({ was, others: [before], now }).state;
    expect(judge({ minValidVersion: "7", cleanedVersion: "7" })).toBe("inside");
    expect(judge({ minValidVersion: "8", cleanedVersion: "8" })).toBe("not-proven");
    // Without the count of then only the minimum shows that tracking began anew.
    const uncounted = judgeSeen({
      hidesCount: true,
      others: [before],
      now: { minValidVersion: "6", cleanedVersion: "0" },
    });
    expect(uncounted.state).toBe("not-proven");
  });

  test.each([
    ["lowered unseen, so that a table purged what it lacks", hour, "reinitialise", "not-proven"],
    ["left as it is", 5 * day, "delta", "inside"],
  ])(
    "of a partner where another table is tracked anew is judged by purging: the retention was %s",
    (_, retentionMs, truth, state) => {
      const { oracle, seen } = newPartner();
      for (const table of ["Collections_G", "Alert"]) oracle.commit(table, noon - 3 * day);
      for (const group of ["Configuration Data", "Alerts"]) oracle.synchronise(group);
      const before = lookAt(2 * day, seen());
      // Two changes that are not sent by the time of the copy; of the other group everything was.
      oracle.commit("Alert", noon - day - 40 * minute);
      oracle.reinitialise("Configuration Data");
      oracle.commit("Alert", noon - day - 10 * minute);
      const backup = oracle.backUpSite();
      const look = lookAt(day, seen());
      oracle.synchronise("Alerts");
      oracle.setTracking({ retentionMs, autoCleanup: true });
      oracle.cleanUp(noon - day + 30 * minute);
      expect(oracle.answer(backup)).toEqual({ Collections_G: "delta", Alert: truth });
      const now: WindowFacts = {
        own: trackingOf({ links: [linkOf("active", stamped)], recoveryFork: "own" }),
        partners: { CAS: trackingOf({ links: [], ...seen() }) },
      };
      const copy = { ...copyOf(day), look, others: [before] };
      expect(judgeWindow(policyOf(), now, copy, noon).state).toBe(state);
    },
  );

  test("loses nothing by a clock that was always ahead, and what it has gone ahead since", () => {
    const always = judgeSeen({ was: { clockOffsetMs: 2 * day }, now: { clockOffsetMs: 2 * day } });
    expect(words(always)).toBe("inside, partner CAS, until 2026-11-26T11:00:00.000Z");
    const since = judgeSeen({ now: { clockOffsetMs: 2 * day } });
    expect(words(since)).toBe("inside, partner CAS, until 2026-11-24T11:00:00.000Z");
    expect(since.because).toContain("Its clock has gone 2d ahead since, and it forgets that much sooner.");
  });

  test("is told of a group that was initialised anew without a date where none is shown", () => {
    const linkNow = { initialisations: "7" };
    const { own, partners } = lookAt(day, {}, [linkOf("active", { initialisations: "6" })]);
    const facts = {
      own: trackingOf({ links: [linkOf("active", linkNow)], recoveryFork: "own" }),
      partners: { CAS: trackingOf({ links: [], ...counted }) },
    };
    const copy = { ...copyOf(day), look: { own: own!, partners } };
    expect(judgeWindow(policyOf(), facts, copy, noon).because).toBe(
      "A group that is replicated with CAS was initialised anew: a copy from before that proves nothing.",
    );
  });

  test("is told of a group that was initialised anew where no partner is named", () => {
    const { site } = policyOf();
    const { parent: _, ...root } = site;
    const central = policyOf({ site: { ...root, type: "central-administration" }, partners: {} });
    const anew = { initialisedAt: noon - hour, initialisations: "7" };
    const facts = { own: trackingOf({ links: [linkOf("active", anew)], recoveryFork: "own" }), partners: {} };
    const copy = { ...copyOf(day), look: lookAt(day) };
    expect(judgeWindow(central, facts, copy, noon).because).toMatch(
      /^A group that is replicated with a partner was initialised anew on 2026-11-22 11:00Z:/,
    );
  });

  test("is judged by no more than was seen of a partner that can't be read now", () => {
    const look = lookAt(day, { retentionMs: 2 * day });
    expect(words(judgeUnread({ ...copyOf(day), look }))).toBe(
      "not-proven, own settings, partner CAS not read, until 2026-11-23T11:00:00.000Z",
    );
  });

  test("is judged by the last that was seen of it, whichever look that was", () => {
    const look = lookAt(3 * day, { retentionMs: 4 * day });
    const last = lookAt(day, { retentionMs: 3 * day });
    const { own } = lookAt(hour);
    const others = [last, lookAt(2 * day, { retentionMs: 4 * day }), { own: own!, partners: {} }];
    expect(judgeUnread({ ...copyOf(3 * day), look, others })).toMatchObject({ windowMs: 3 * day });
    const turnedOff = [lookAt(day, { changeTracking: "off" }), ...others.slice(1)];
    expect(judgeUnread({ ...copyOf(3 * day), look, others: turnedOff })).toMatchObject({
      state: "outside",
      windowMs: 0,
    });
  });
});

/** The partner can't be read now. */
function judgeUnread(copy: DatabaseCopy) {
  const own = trackingOf({ links: [linkOf("active", stamped)], recoveryFork: "own" });
  return judgeWindow(policyOf(), { own, partners: { CAS: unread } }, copy, noon);
}

function newPartner() {
  const tables = [
    { name: "Collections_G", group: "Configuration Data" },
    { name: "Alert", group: "Alerts" },
  ];
  const oracle = new ReplicationOracle(tables, { retentionMs: 5 * day, autoCleanup: true });
  const seen = () => ({
    currentVersion: String(oracle.version),
    minValidVersion: String(oracle.minValidVersion),
    cleanedVersion: String(oracle.cleanedVersion),
  });
  return { oracle, seen };
}

interface SeenCase {
  readonly ageMs?: number;
  readonly links?: readonly ReplicationLink[];
  readonly others?: readonly WindowLook[];
  readonly was?: Partial<DatabaseWindowFacts>;
  readonly now?: Partial<DatabaseWindowFacts>;
  readonly linkNow?: Partial<ReplicationLink> | "hidden";
  /** Whether the partner's recovery fork is not shown. */
  readonly hidesFork?: "then" | "now";
  /** Whether the partner's count was not shown when the copy was taken. */
  readonly hidesCount?: boolean;
}

const stamped = { initialisedAt: noon - 300 * day, initialisations: "6" };

/** A copy of a day ago, by what was seen then and now. */
function judgeSeen({
  ageMs = day,
  links,
  others = [],
  was,
  now,
  linkNow = {},
  hidesFork,
  hidesCount,
}: SeenCase) {
  const { own, partners } = lookAt(ageMs, was, links);
  const { currentVersion: _, minValidVersion: __, ...uncounted } = partners["CAS"]!;
  const then = hidesCount ? uncounted : partners["CAS"]!;
  const look = { own: own!, partners: { CAS: hidesFork === "then" ? withoutFork(then) : then } };
  const isNow = trackingOf({ links: [], ...counted, ...now });
  const link = linkOf("active", linkNow === "hidden" ? {} : { ...stamped, ...linkNow });
  const facts = {
    own: trackingOf({ links: [link], recoveryFork: "own" }),
    partners: { CAS: hidesFork === "now" ? withoutFork(isNow) : isNow },
  };
  return judgeWindow(policyOf(), facts, { ...copyOf(ageMs), look, others }, noon);
}

function lookAt(
  ageMs: number,
  partner: Partial<DatabaseWindowFacts> = {},
  links: readonly ReplicationLink[] = [linkOf("active", stamped)],
): WindowLook {
  const readAt = noon - ageMs;
  return {
    own: trackingOf({ readAt, links, recoveryFork: "own" }),
    partners: { CAS: trackingOf({ readAt, links: [], ...counted, ...partner }) },
  };
}

function factsNow(): WindowFacts {
  return { own: trackingOf(), partners: { CAS: trackingOf({ links: [], ...counted }) } };
}

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
    partners: {
      CAS: it.partner === "unread" ? unread : trackingOf({ links: [], ...counted, ...it.partner }),
    },
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
