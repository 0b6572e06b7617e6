import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import type { KeepReason } from "../../src/core/model/retention-verdict.ts";
import { judgeRetention } from "../../src/core/plan/retention/retention.ts";
import { makeCases } from "./retention-cases.ts";
import type { RetentionCase } from "./retention-cases.ts";

/** The reasons of every point by its instant, sorted. */
type Reasons = Readonly<Record<string, readonly string[]>>;

const cases = makeCases(5_200, 20_261_123);
const theirs = JSON.parse(
  execFileSync("python3", ["test/oracle/retention_brute.py"], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  }),
) as readonly Reasons[];

test("every point has the reasons that the sentences of the page give it, in nine zones", () => {
  expect(theirs.length).toBe(cases.length);
  const differ = cases.flatMap((it, at) => {
    const [ours, wanted] = [reasonsOf(it), theirs[at]!].map((reasons) => linesOf(reasons));
    return ours === wanted ? [] : [{ at, zone: it.timeZone, retention: it.retention, ours, wanted }];
  });
  expect({ differ: differ.length, first: differ.slice(0, 2) }).toEqual({ differ: 0, first: [] });
});

test.each([
  ..."hourly daily weekly monthly yearly last within no-rules future newest-data incomplete-grace".split(" "),
  ..."min-points newest-verified none-newer-verified newest-verified-inside".split(" "),
  ..."newest-verified-outside newest-unverified-inside".split(" "),
])("the cases give points the reason %s", (reason) => {
  const given = theirs.filter((it) =>
    Object.values(it)
      .flat()
      .some((text) => text.split(" ")[0] === reason),
  );
  expect(given.length).toBeGreaterThanOrEqual(100);
});

test("the cases have points that go, oldest points that a rule has room for, and hours that come twice", () => {
  expect(theirs.filter((it) => Object.values(it).some((texts) => texts.length === 0)).length).toBeGreaterThan(
    1_000,
  );
  expect(
    theirs.filter((it) =>
      Object.values(it)
        .flat()
        .some((text) => text.endsWith(" oldest")),
    ).length,
  ).toBeGreaterThan(500);
  expect(theirs.filter(hasHourTwice).length).toBeGreaterThanOrEqual(20);
});

/** An hour of one name that is counted at two distances from UTC. */
function hasHourTwice(reasons: Reasons): boolean {
  const hours = Object.values(reasons)
    .flat()
    .filter((text) => text.startsWith("hourly ") && !text.endsWith("oldest"))
    .map((text) => text.slice("hourly ".length, "hourly 2026-10-25T02".length));
  return new Set(hours).size < hours.length;
}

function reasonsOf({ points, ...setting }: RetentionCase): Reasons {
  const verdicts = judgeRetention(points, setting);
  return Object.fromEntries(verdicts.map(({ due, reasons }) => [due, reasons.map(textOf).sort()]));
}

function textOf(reason: KeepReason): string {
  if (reason.why !== "rule") return reason.why;
  const { rule, oldest, period, nth } = reason;
  return oldest ? `${rule} oldest` : `${rule} ${period} ${nth}`;
}

function linesOf(reasons: Reasons): string {
  return Object.keys(reasons)
    .sort()
    .map((due) => `${new Date(Number(due)).toISOString()} ${reasons[due]!.join(", ")}`)
    .join("\n");
}
