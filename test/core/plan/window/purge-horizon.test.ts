import { expect, test } from "vitest";
import { day, hour } from "../../../../src/core/base/instant.ts";
import type { DatabaseWindowFacts } from "../../../../src/core/model/observation.ts";
import { earliestCommitAfter, purgedUpTo } from "../../../../src/core/plan/window/purge-horizon.ts";
import { noon, trackingOf } from "../../../support/build-site.ts";

test("one look proves no purge", () => {
  expect(purgedUpTo([trackingOf()])).toBe(-Infinity);
});

test("a setting that stays purges what is older than it", () => {
  purged(-5 * day, [-day, 5 * day], [0, 5 * day]);
});

test("a retention that was raised brings nothing back: the shorter one counts until the rise was seen", () => {
  purged(-2 * day, [-day, 2 * day], [0, 14 * day]);
  purged(-3 * day, [-2 * day, 2 * day], [-day, 14 * day], [0, 14 * day]);
});

test("a retention that was lowered counts at once", () => {
  purged(-2 * day, [-day, 14 * day], [0, 2 * day]);
});

test("a low retention between two higher ones is not forgotten", () => {
  purged(-2 * day, [-3 * day, 14 * day], [-2 * day, day], [-day, 14 * day]);
});

test("what was off keeps nothing, up to the look that saw it on again", () => {
  purged(0, [-day, "off"], [0, 5 * day]);
  purged(-day, [-2 * day, 5 * day], [-day, "off"]);
});

test("what was off keeps nothing, whatever retention stands beside it", () => {
  const off = (at: number) => trackingOf({ readAt: noon + at, changeTracking: "off", retentionMs: 5 * day });
  expect(purgedUpTo([off(-day), look(0, 5 * day)])).toBe(noon);
  expect(purgedUpTo([look(-day, 5 * day), off(0)])).toBe(noon);
});

test("a clock that was ahead at either look purges by its own time", () => {
  const ahead = look(-day, 5 * day, 3 * day);
  expect(purgedUpTo([ahead, look(0, 5 * day)])).toBe(noon - 2 * day);
  expect(purgedUpTo([look(-2 * day, 5 * day), ahead])).toBe(noon - 3 * day);
});

test("a commit is stamped by the clock of its time, at the earliest by the slower of two looks", () => {
  const received = noon - hour;
  expect(earliestCommitAfter(received, [look(0, 5 * day, 3 * day)])).toBe(received + 3 * day);
  expect(earliestCommitAfter(received, [look(-2 * hour, 5 * day), look(0, 5 * day, -day)])).toBe(
    received - day,
  );
  expect(earliestCommitAfter(received, [look(-2 * hour, 5 * day), look(0, 5 * day, day)])).toBe(received);
});

test("a clock that went back later stamps what was changed later, too", () => {
  const looks = [look(-9 * day, 5 * day), look(-8 * day, 5 * day), look(-7 * day, 5 * day, -9 * day)];
  expect(earliestCommitAfter(noon - 9 * day, looks)).toBe(noon - 17 * day);
});

type Seen = readonly [at: number, kept: number | "off"];

function purged(upTo: number, ...seen: readonly Seen[]): void {
  expect(purgedUpTo(seen.map(([at, kept]) => look(at, kept)))).toBe(noon + upTo);
}

function look(at: number, kept: number | "off", clockOffsetMs = 0): DatabaseWindowFacts {
  const { retentionMs: _, ...rest } = trackingOf({ readAt: noon + at, clockOffsetMs });
  return kept === "off" ? { ...rest, changeTracking: "off" } : { ...rest, retentionMs: kept };
}
