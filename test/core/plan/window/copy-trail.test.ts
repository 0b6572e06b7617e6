import { describe, expect, test } from "vitest";
import { day, hour } from "../../../../src/core/base/instant.ts";
import type { DatabaseCopy, WindowLook } from "../../../../src/core/model/database-copy.ts";
import type { DatabaseWindowFacts, ReplicationLink } from "../../../../src/core/model/observation.ts";
import {
  followCopy,
  initialisedSince,
  settingsIn,
  type CopyTrail,
  type Witness,
} from "../../../../src/core/plan/window/copy-trail.ts";
import { noon, trackingOf, versions, withoutRetention } from "../../../support/build-site.ts";

const isNow = seenAt(0);
const partner: Witness = { site: "PS1", partner: "CAS", isPartner: true, facts: isNow };
const alone: Witness = { site: "PS1", isPartner: false, facts: isNow };
const unknown = { changeTracking: "unknown" } as const;
const off = { changeTracking: "off" } as const;

describe("of a copy that was looked at", () => {
  test("the other looks come in order, before it and since, and now comes last", () => {
    const [fifth, third, first] = [lookAt(5 * day), lookAt(3 * day), lookAt(day)];
    const look = lookAt(2 * day);
    expect(trailOf({ ...copyAt(2 * day), look, others: [first, look, fifth, third] })).toEqual({
      receivedAt: noon - 2 * day - hour,
      before: [fifth, third].map(partnerIn),
      atCopy: partnerIn(look),
      since: [partnerIn(first), isNow],
    });
  });

  test.each<[string, DatabaseWindowFacts]>([
    [
      "our clock was set back: it is later by the partner's",
      seenAt(3 * day, { clockOffsetMs: day + 1, currentVersion: "9" }),
    ],
    ["both clocks were set back: it counts more", seenAt(3 * day, { currentVersion: "10" })],
    [
      "the partner's clock was set back: it is later by ours",
      seenAt(2 * day - 1, { clockOffsetMs: -day, currentVersion: "9" }),
    ],
  ])("a look is taken to be later though %s", (_title, seen) => {
    const trail = trailBeside(seen, { currentVersion: "9" });
    expect([trail.before, trail.since]).toEqual([[], [seen, isNow]]);
  });

  test.each<[string, DatabaseWindowFacts, Partial<DatabaseWindowFacts>]>([
    ["no clock and no count tells that it was later", seenAt(2 * day, { currentVersion: "9" }), counted("9")],
    ["it is as late by the partner's clock", seenAt(3 * day, { clockOffsetMs: day }), {}],
    ["it counts less", seenAt(3 * day, { currentVersion: "8" }), counted("9")],
    ["it counts, and nothing was counted at the copy", seenAt(3 * day, { currentVersion: "10" }), {}],
    ["nothing was counted, and it was at the copy", seenAt(3 * day), counted("9")],
  ])("a look is from before where %s", (_title, seen, atCopy) => {
    const trail = trailBeside(seen, atCopy);
    expect([trail.before, trail.since]).toEqual([[seen], [isNow]]);
  });

  test("what is received is known from the look that it is judged by, where another tool took it", () => {
    const copy = { ...copyAt(day), look: lookAt(2 * day), lookedAt: noon - 2 * day };
    expect(trailOf(copy).receivedAt).toBe(noon - 2 * day - hour);
  });

  test("a setting that it did not show was shown before", () => {
    const copy = { ...copyAt(2 * day), look: lookAt(2 * day, unknown) };
    expect(followCopy(partner, { ...copy, others: [lookAt(3 * day)] })).not.toHaveProperty("doubt");
    expect(followCopy(partner, { ...copy, others: [lookAt(3 * day, off)] })).not.toHaveProperty("doubt");
    expect(followCopy(partner, { ...copy, others: [lookAt(day)] })).toHaveProperty(
      "doubt",
      "Partner CAS did not show its setting when this copy was taken, nor before.",
    );
  });

  test("a setting without its retention was not shown", () => {
    const [own, CAS] = [seenAt(2 * day, { links: [linkTo("CAS")] }), withoutRetention(seenAt(2 * day))];
    const copy = { ...copyAt(2 * day), look: { own, partners: { CAS } } };
    expect(followCopy(partner, copy)).toHaveProperty("doubt");
  });

  test("the own database stands in by what was seen of itself, also beside a partner that was read then", () => {
    const own = { ...seenAt(2 * day, { retentionMs: day }), links: [linkTo("CAS")] };
    const look = { own, partners: { CAS: seenAt(2 * day) } };
    const standIn: Witness = { ...partner, isPartner: false };
    expect(followCopy(standIn, { ...copyAt(2 * day), look })).toMatchObject({ atCopy: own });
    const hidden = { ...look, own: { ...own, ...unknown } };
    expect(followCopy(standIn, { ...copyAt(2 * day), look: hidden })).toHaveProperty(
      "doubt",
      "The site's own database did not show its setting when this copy was taken, nor before.",
    );
  });
});

describe("of a copy that nobody looked at", () => {
  test("the looks are divided by its date", () => {
    const [third, second, first] = [lookAt(3 * day), lookAt(2 * day), lookAt(day)];
    expect(trailOf({ ...copyAt(2 * day), others: [first, second, third] })).toEqual({
      receivedAt: noon - 2 * day,
      before: [third, second].map(partnerIn),
      since: [partnerIn(first), isNow],
    });
  });

  test.each([
    ["ahead may have been right then", hour, 0],
    ["behind may have been so then", -hour, -hour],
  ])(
    "what is seen now stands for then where no setting was seen before: a clock that is %s",
    (_, now, then) => {
      const facts = seenAt(0, { clockOffsetMs: now, retentionMs: day, ...versions, cleanedVersion: "9" });
      const trail = followCopy(
        { ...partner, facts },
        { ...copyAt(2 * day), others: [lookAt(3 * day, unknown)] },
      );
      expect(trail).toEqual({
        receivedAt: noon - 2 * day,
        before: [seenAt(2 * day, { clockOffsetMs: then, retentionMs: day })],
        since: [facts],
      });
    },
  );
});

describe("how far behind a copy may be is told by", () => {
  const bothSides = (here: readonly ReplicationLink[], there: readonly ReplicationLink[], site = partner) =>
    followCopy(site, {
      ...copyAt(day),
      look: { own: seenAt(day, { links: here }), partners: { CAS: seenAt(day, { links: there }) } },
    });
  const active = { receivedAt: noon - day - hour };
  const degraded = {
    doubt:
      "Replication with CAS was degraded when this copy was taken, so it is not known what the copy had received.",
  };
  const failed = {
    doubt:
      "Replication with CAS was down when this copy was taken, so it is not known what the copy had received.",
  };

  test("the worse of both sides", () => {
    expect(bothSides([linkTo("CAS")], [linkTo("PS1")])).toMatchObject(active);
    expect(bothSides([linkTo("CAS", "degraded")], [linkTo("PS1")])).toEqual(degraded);
    expect(bothSides([linkTo("CAS")], [linkTo("PS1", "degraded")])).toEqual(degraded);
    expect(bothSides([linkTo("CAS", "degraded")], [linkTo("PS1", "failed")])).toEqual(failed);
    expect(bothSides([linkTo("CAS", "failed")], [linkTo("PS1", "degraded")])).toEqual(failed);
  });

  test("either side alone", () => {
    expect(bothSides([], [linkTo("PS1", "degraded")])).toEqual(degraded);
    expect(bothSides([linkTo("CAS")], [])).toMatchObject(active);
    const look = { partners: { CAS: seenAt(day, { links: [linkTo("PS1")] }) } };
    expect(followCopy(partner, { ...copyAt(day), look })).toMatchObject(active);
  });

  test("no link to another site", () => {
    expect(bothSides([linkTo("PS2", "failed"), linkTo("CAS")], [])).toMatchObject(active);
    expect(bothSides([], [linkTo("PS2", "failed"), linkTo("PS1")])).toMatchObject(active);
    expect(bothSides([linkTo("PS2")], [linkTo("PS2")])).toHaveProperty("doubt");
  });

  test("the worst of all links where no partner is named", () => {
    expect(bothSides([linkTo("CAS"), linkTo("PS2", "degraded")], [], alone)).toEqual({
      doubt: degraded.doubt.replace("CAS", "PS2"),
    });
    expect(bothSides([linkTo("PS2"), linkTo("CAS", "failed")], [], alone)).toEqual(failed);
    expect(followCopy(alone, { ...copyAt(day), look: { partners: {} } })).toEqual({
      doubt:
        "How replication with any partner stood when this copy was taken could not be read, so it is not known what the copy had received.",
    });
  });
});

describe("settings", () => {
  test("begin with the last one that was shown before the copy", () => {
    const [fourth, third] = [seenAt(4 * day, { retentionMs: day }), seenAt(3 * day)];
    const [atCopy, first] = [seenAt(2 * day), seenAt(day, off)];
    const trail = { receivedAt: noon, before: [fourth, third], atCopy, since: [first, isNow] };
    expect(settingsIn(trail)).toEqual([third, atCopy, first, isNow]);
    expect(settingsIn({ ...trail, before: [] })).toEqual([atCopy, first, isNow]);
    expect(settingsIn({ ...trail, before: [seenAt(3 * day, unknown)] })).toEqual([atCopy, first, isNow]);
    expect(settingsIn({ ...trail, before: [fourth, seenAt(3 * day, unknown)] })).toEqual([
      fourth,
      seenAt(3 * day, { retentionMs: day }),
      atCopy,
      first,
      isNow,
    ]);
    expect(settingsIn({ receivedAt: noon, before: [third], since: [isNow] })).toEqual([third, isNow]);
  });

  test.each([
    ["shorter before", 2 * day, 5 * day],
    ["shorter after", 5 * day, 2 * day],
  ])(
    "a hidden one is given the shorter of those around it, and keeps its clock: %s",
    (_title, then, later) => {
      const hidden = seenAt(day, { ...unknown, clockOffsetMs: hour });
      const around = [seenAt(2 * day, { retentionMs: then }), seenAt(0, { retentionMs: later })] as const;
      expect(settingsBetween(around, [hidden])).toEqual([
        seenAt(day, { clockOffsetMs: hour, retentionMs: 2 * day }),
      ]);
    },
  );

  test("a hidden one beside one that is off is taken to be off", () => {
    const hidden = seenAt(day, unknown);
    for (const around of [
      [seenAt(2 * day, off), isNow],
      [seenAt(2 * day), seenAt(0, off)],
    ] as const)
      expect(settingsBetween(around, [hidden])).toMatchObject([{ readAt: noon - day, ...off }]);
  });

  test("hidden ones that follow each other are given the same, and those further off tell nothing", () => {
    const trail = {
      receivedAt: noon,
      before: [],
      atCopy: seenAt(6 * day, { retentionMs: day }),
      since: [
        seenAt(5 * day),
        seenAt(4 * day, unknown),
        seenAt(3 * day, unknown),
        seenAt(2 * day, { retentionMs: 3 * day }),
        seenAt(day, off),
      ],
    };
    expect(settingsIn(trail).slice(2, 4)).toEqual([
      seenAt(4 * day, { retentionMs: 3 * day }),
      seenAt(3 * day, { retentionMs: 3 * day }),
    ]);
  });
});

describe("a group that is initialised anew", () => {
  const at = (hoursAgo: number) => ({ initialisedAt: noon - hoursAgo * hour });
  const stamp = (initialisations: string) => ({ initialisations });

  test("is told by either side's stamps, with the time by our clock", () => {
    const then = { here: stamp("6"), there: stamp("1") };
    expect(judge(then, { ...then, here: { ...stamp("7"), ...at(3) } })).toEqual({ at: noon - 3 * hour });
    expect(judge(then, { ...then, there: { ...stamp("2"), ...at(3) } })).toEqual({ at: noon - 3 * hour });
    const ahead = { ...then, there: { ...stamp("2"), ...at(3) }, clocks: { clockOffsetMs: 2 * hour } };
    expect(judge(then, ahead)).toEqual({ at: noon - 5 * hour });
  });

  test("is told without a time where none is shown, and whatever time is", () => {
    expect(judge({ here: stamp("6") }, { here: stamp("7") })).toStrictEqual({});
    expect(judge({ here: stamp("6") }, { here: { ...stamp("7"), ...at(900) } })).toEqual({
      at: noon - 900 * hour,
    });
  });

  test("is told with the newest time of a site's links", () => {
    const links = (to: string, times: readonly number[]) =>
      times.map((it) => ({ ...linkTo("CAS"), ...stamp(to), ...at(it) }));
    const look = { own: seenAt(day, { links: links("6", [90, 90, 90]) }), partners: {} };
    const now = { own: seenAt(0, { links: links("7", [5, 3, 4]) }), partners: {} };
    expect(initialisedSince(alone, { ...copyAt(day), look }, { receivedAt: noon - day, now })).toEqual({
      at: noon - 3 * hour,
    });
  });

  test("is ruled out by one side alone that shows the same stamps", () => {
    expect(judge({ here: stamp("6") }, { here: stamp("6") })).toBe("none");
    expect(judge({ there: stamp("6") }, { there: stamp("6") })).toBe("none");
    expect(judge({ here: stamp("6"), there: stamp("1") }, { there: stamp("1") })).toBe("none");
  });

  test("is not known of where stamps are hidden then or now", () => {
    expect(judge({}, {})).toBe("unknown");
    expect(judge({ here: stamp("6") }, {})).toBe("unknown");
    expect(judge({}, { here: stamp("6") })).toBe("unknown");
  });

  test("is told by its time where stamps are hidden, from the moment on that the copy had received all", () => {
    expect(judge({}, { here: at(25) })).toEqual({ at: noon - 25 * hour });
    expect(judge({}, { there: at(25) })).toEqual({ at: noon - 25 * hour });
    expect(judge({ here: stamp("6") }, { here: at(1) })).toEqual({ at: noon - hour });
    expect(judge({}, { here: { initialisedAt: noon - 25 * hour - 1 } })).toBe("unknown");
  });

  test("with another site is another matter", () => {
    const elsewhere = { ...linkTo("PS2"), ...stamp("9"), ...at(1) };
    const then = { here: stamp("6"), there: stamp("1") };
    expect(judge(then, { ...then, more: [elsewhere] })).toBe("none");
    expect(judge({}, { more: [elsewhere] })).toBe("unknown");
  });

  test("is told by a look since, though it is hidden now", () => {
    const between = lookOf(12, { there: { ...stamp("2"), ...at(13) } });
    expect(judge({ there: stamp("1") }, {}, [between])).toEqual({ at: noon - 13 * hour });
    const { own: _, ...unread } = between;
    expect(judge({ there: stamp("1") }, {}, [unread])).toEqual({ at: noon - 13 * hour });
    const { own } = lookOf(12, { here: { ...stamp("7"), ...at(13) } });
    expect(judge({ here: stamp("6") }, {}, [{ own: own!, partners: {} }])).toEqual({ at: noon - 13 * hour });
  });

  test("is not ruled out by a look since: now alone can", () => {
    expect(judge({ there: stamp("1") }, {}, [lookOf(12, { there: stamp("1") })])).toBe("unknown");
  });

  test("before the copy is in it, and a look at nothing tells nothing", () => {
    const then = { here: stamp("6"), there: stamp("1") };
    const earlier = lookOf(48, { here: { ...stamp("5"), ...at(50) }, there: stamp("0") });
    expect(judge(then, then, [earlier, { partners: {} }])).toBe("none");
  });

  test("is not told by the own database where that was restored since, but by the partner", () => {
    const then = { here: stamp("6"), there: stamp("1") };
    const restored = { here: { ...stamp("5"), ...at(1) }, fork: "b" };
    expect(judge(then, { ...restored, there: stamp("1") })).toBe("none");
    expect(judge(then, restored)).toBe("unknown");
    expect(judge(then, { ...restored, there: { ...stamp("2"), ...at(2) } })).toEqual({ at: noon - 2 * hour });
    expect(judge(then, then, [lookOf(12, restored)])).toBe("none");
  });

  test("is not told by an own database of which nobody knows whether it was restored", () => {
    const here = stamp("6");
    expect(judge({ here, fork: null }, { here, fork: null })).toBe("unknown");
    expect(judge({ here }, { here, fork: null })).toBe("unknown");
    expect(judge({ here, fork: null }, { here })).toBe("unknown");
    const { partners } = lookOf(24, {});
    const copy = { ...copyAt(day), look: { partners } };
    expect(initialisedSince(partner, copy, { receivedAt: noon - day, now: lookOf(0, { here }) })).toBe(
      "unknown",
    );
  });

  test("after a copy that nobody looked at is told by its time, now or at any look", () => {
    const copy = copyAt(day);
    const since = { receivedAt: noon - day, now: lookOf(0, {}) };
    expect(initialisedSince(partner, copy, { ...since, now: lookOf(0, { here: at(1) }) })).toEqual({
      at: noon - hour,
    });
    const others = [lookOf(12, { here: at(13) })];
    expect(initialisedSince(partner, { ...copy, others }, since)).toEqual({ at: noon - 13 * hour });
    expect(initialisedSince(partner, copy, since)).toBe("unknown");
  });

  interface Told {
    readonly here?: Partial<ReplicationLink>;
    readonly there?: Partial<ReplicationLink>;
    /** Each side's other links. */
    readonly more?: readonly ReplicationLink[];
    /** The own database's; null where it is hidden. */
    readonly fork?: string | null;
    readonly clocks?: Partial<DatabaseWindowFacts>;
  }

  /** A copy of a day ago with an active link, by what was told then and is now. */
  function judge(then: Told, now: Told, others: readonly WindowLook[] = []) {
    const copy = { ...copyAt(day), look: lookOf(24, then), others };
    return initialisedSince(partner, copy, { receivedAt: noon - 25 * hour, now: lookOf(0, now) });
  }

  function lookOf(hoursAgo: number, { here, there, more = [], fork = "a", clocks }: Told): WindowLook {
    const { recoveryFork: _, ...own } = seenAt(hoursAgo * hour, {
      links: [...more, { ...linkTo("CAS"), ...here }],
      ...clocks,
    });
    const links = [...more, { ...linkTo("PS1"), ...there }];
    return {
      own: { ...own, ...(fork !== null && { recoveryFork: fork }) },
      partners: { CAS: seenAt(hoursAgo * hour, { links, ...clocks }) },
    };
  }
});

function trailOf(copy: DatabaseCopy): CopyTrail {
  const trail = followCopy(partner, copy);
  if ("doubt" in trail) throw new Error(trail.doubt);
  return trail;
}

/** What follows of a copy of two days ago, beside one other look. */
function trailBeside(seen: DatabaseWindowFacts, atCopy: Partial<DatabaseWindowFacts>): CopyTrail {
  const others = [{ partners: { CAS: seen } }];
  return trailOf({ ...copyAt(2 * day), look: lookAt(2 * day, atCopy), others });
}

function settingsBetween(
  [then, later]: readonly [DatabaseWindowFacts, DatabaseWindowFacts],
  between: readonly DatabaseWindowFacts[],
) {
  return settingsIn({ receivedAt: noon, before: [], atCopy: then, since: [...between, later] }).slice(1, -1);
}

function copyAt(ageMs: number): DatabaseCopy {
  return { asOf: noon - ageMs, verified: true, others: [] };
}

function lookAt(ageMs: number, changes: Partial<DatabaseWindowFacts> = {}): WindowLook {
  return {
    own: seenAt(ageMs, { links: [linkTo("CAS")] }),
    partners: { CAS: seenAt(ageMs, changes) },
  };
}

function partnerIn({ partners }: WindowLook): DatabaseWindowFacts {
  return partners["CAS"]!;
}

function seenAt(ageMs: number, changes: Partial<DatabaseWindowFacts> = {}): DatabaseWindowFacts {
  const seen = trackingOf({ readAt: noon - ageMs, links: [], ...changes });
  return seen.changeTracking === "on" ? seen : withoutRetention(seen);
}

function counted(currentVersion: string): Partial<DatabaseWindowFacts> {
  return { currentVersion };
}

function linkTo(site: string, state: ReplicationLink["state"] = "active"): ReplicationLink {
  return { partner: site, state, groups: [] };
}
