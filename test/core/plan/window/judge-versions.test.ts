import { describe, expect, test } from "vitest";
import { day, hour } from "../../../../src/core/base/instant.ts";
import type { DatabaseWindowFacts } from "../../../../src/core/model/observation.ts";
import { judgeVersions } from "../../../../src/core/plan/window/judge-versions.ts";
import { noon, trackingOf, withoutFork } from "../../../support/build-site.ts";

type Seen = Partial<DatabaseWindowFacts>;

test("what is purged up to the copy is kept for it, and one version more is purged", () => {
  const atCopy = counted("9", "1");
  expect(judge({ atCopy, since: [counted("20", "8")] })).toBe("kept");
  expect(judge({ atCopy, since: [counted("20", "9")] })).toBe("purged");
  expect(judge({ atCopy: counted("9", "9"), since: [counted("20", "9")] })).toBe("kept");
  expect(judge({ atCopy: counted("9", "9"), since: [counted("20", "10")] })).toBe("purged");
});

test("a minimum that has come just up to the copy is none the worse where none was read then", () => {
  const atCopy = { currentVersion: "9" };
  expect(judge({ atCopy, since: [counted("20", "9")] })).toBe("kept");
  expect(judge({ atCopy, since: [counted("20", "10")] })).toBe("purged");
});

test("versions are compared as numbers, beyond what a floating point number can tell apart", () => {
  const atCopy = counted("9007199254740993", "1");
  expect(judge({ atCopy, since: [counted("9007199254740999", "9007199254740992")] })).toBe("kept");
  expect(judge({ atCopy: counted("10", "1"), since: [counted("20", "9")] })).toBe("kept");
});

test("what was purged at any look since stays purged", () => {
  const since = [counted("20", "10"), counted("20", "1")];
  expect(judge({ atCopy: counted("9", "1"), since })).toBe("purged");
});

test("a partner that counts less than at the copy was restored, and one that counts as much was not", () => {
  const atCopy = counted("9", "1");
  expect(judge({ atCopy, since: [counted("8", "1")] })).toBe("restored");
  expect(judge({ atCopy, since: [counted("9", "1")] })).toBe("kept");
});

test("one that was restored at any look since was restored", () => {
  const atCopy = counted("9", "1");
  expect(judge({ atCopy, since: [counted("8", "1"), counted("20", "1")] })).toBe("restored");
  const since = [{ ...counted("9", "1"), recoveryFork: "b" }, counted("20", "1")];
  expect(judge({ atCopy, since })).toBe("restored");
});

test("a look that shows no count or no fork does not tell of a restore", () => {
  const now = counted("20", "1");
  const atCopy = counted("9", "1");
  expect(judge({ atCopy, since: [{ minValidVersion: "1" }, now] })).toBe("kept");
  expect(
    judgeSeen({ atCopy: seenAt(day, atCopy), since: [withoutFork(seenAt(hour, now)), seenAt(0, now)] }),
  ).toBe("kept");
});

test("a fork that is hidden then, before and now leaves open whether it was restored", () => {
  const [atCopy, now] = [seenAt(day, counted("9", "1")), seenAt(0, counted("20", "1"))].map(withoutFork);
  expect(judgeSeen({ atCopy: atCopy!, since: [now!] })).toBe("maybe-restored");
});

test("nothing is compared where no version was read at the copy and before, or none is now", () => {
  expect(judge({ atCopy: {}, since: [counted("20", "1")] })).toBeUndefined();
  expect(judge({ atCopy: counted("9", "1"), since: [{ currentVersion: "20" }] })).toBeUndefined();
  expect(judge({ atCopy: {}, since: [{}] })).toBeUndefined();
});

describe("by the last count before it", () => {
  const before = [counted("5", "1"), {}];

  test("a copy without its own is judged", () => {
    expect(judge({ before, atCopy: {}, since: [counted("20", "5")] })).toBe("kept");
    expect(judge({ before, atCopy: {}, since: [counted("20", "6")] })).toBe("purged-unseen");
  });

  test("one that nobody looked at is known to be restored, and no more", () => {
    expect(judge({ before, since: [counted("4", "1")] })).toBe("restored");
    expect(judge({ before, since: [counted("20", "6")] })).toBe("kept");
  });
});

describe("what is purged of what the copy may not have received", () => {
  const before = [counted("5", "1")];
  const atCopy = counted("9", "1");

  test("begins right after what was counted before it", () => {
    expect(judge({ before, atCopy, since: [counted("20", "5")] })).toBe("kept");
    expect(judge({ before, atCopy, since: [counted("20", "6")] })).toBe("purged-unseen");
  });

  test("is what came after the purge that the copy had seen", () => {
    const purged = counted("9", "7");
    expect(judge({ before, atCopy: purged, since: [counted("20", "7")] })).toBe("kept");
    expect(judge({ before, atCopy: purged, since: [counted("20", "8")] })).toBe("purged-unseen");
  });

  test("is told by how far cleaning has come, where a table that is tracked anew hides it in the minimum", () => {
    const hidden = { ...counted("9", "8"), cleanedVersion: "2" };
    const now = (cleanedVersion: string) => [{ ...counted("20", "8"), cleanedVersion }];
    expect(judge({ before, atCopy: hidden, since: now("5") })).toBe("kept");
    expect(judge({ before, atCopy: hidden, since: now("6") })).toBe("purged-unseen");
  });

  // Before the copy by a day, and the copy a day before now: two days explain it to the millisecond.
  test.each([
    ["our clock", 0],
    ["a clock that is ahead", hour],
    ["a clock that is behind", -hour],
  ])("is explained by a retention that was seen and is short enough, by %s", (_title, clockOffsetMs) => {
    const judgeKept = (retentionMs: number) =>
      judge({
        before: before.map((it) => ({ ...it, clockOffsetMs })),
        atCopy: { ...atCopy, clockOffsetMs },
        since: [{ ...counted("20", "6"), clockOffsetMs, retentionMs }],
      });
    expect(judgeKept(2 * day)).toBe("kept");
    expect(judgeKept(2 * day + 1)).toBe("purged-unseen");
  });

  test("is not explained by a retention that was lowered after it was seen to be gone", () => {
    const since = [counted("20", "6"), { ...counted("20", "6"), retentionMs: hour }];
    expect(judge({ before, atCopy, since })).toBe("purged-unseen");
  });

  test("is not explained by any where nothing was counted at the copy", () => {
    const since = [{ ...counted("20", "6"), retentionMs: hour }];
    expect(judge({ before, atCopy: {}, since })).toBe("purged-unseen");
    expect(judge({ before, atCopy, since })).toBe("kept");
  });
});

interface Trail<Look> {
  readonly before?: readonly Look[];
  readonly atCopy?: Look;
  readonly since: readonly Look[];
}

/** By what was seen two days ago and before, at the copy a day ago, and since, an hour apart. */
function judge({ before = [], atCopy, since }: Trail<Seen>) {
  return judgeSeen({
    before: before.map((seen, at) => seenAt(2 * day + (before.length - 1 - at) * hour, seen)),
    ...(atCopy && { atCopy: seenAt(day, atCopy) }),
    since: since.map((seen, at) => seenAt((since.length - 1 - at) * hour, seen)),
  });
}

function judgeSeen({ before = [], ...rest }: Trail<DatabaseWindowFacts>) {
  return judgeVersions({ receivedAt: noon - day - hour, before, ...rest });
}

function seenAt(ageMs: number, changes: Seen): DatabaseWindowFacts {
  return trackingOf({ readAt: noon - ageMs, links: [], ...changes });
}

function counted(currentVersion: string, minValidVersion: string): Seen {
  return { currentVersion, minValidVersion };
}
