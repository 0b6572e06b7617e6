import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { day, formatMinute } from "../../src/core/base/instant.ts";
import type { Instant } from "../../src/core/base/instant.ts";
import type { Retention } from "../../src/core/model/policy/resolved-policy.ts";
import { makeSeries } from "../../src/core/plan/points/points.ts";
import { isGuard, judgeRetention } from "../../src/core/plan/retention/retention.ts";
import { readPolicies } from "../../src/core/policy/read-policies.ts";
import type { Divergence } from "../../scripts/oracle/divergences.ts";
import { database, policyOf, registry, snapshotOf } from "../support/build-site.ts";

// Where we mean to answer otherwise than restic, with what restic 0.14 really said: `npm run oracle --
// retention` asks it again.
const recorded = JSON.parse(
  readFileSync("test/golden/retention-oracle/divergences.json", "utf8"),
) as readonly Divergence[];

test("a snapshot from the future uses up restic's count, and none of ours", () => {
  const said = answerOf("future-last");
  expect(said.kept).toEqual(["2030-01-01 00:00Z"]);
  expect(keptByUs(said, { last: 1 })).toEqual(["2030-01-01 00:00Z", "2025-03-02 12:00Z"]);
  const daily = answerOf("future-daily");
  expect(daily.kept).toEqual(["2030-01-01 00:00Z"]);
  expect(keptByUs(daily, { daily: 1 })).toEqual(["2030-01-01 00:00Z", "2025-03-02 12:00Z"]);
});

test("machines on different clocks make restic count one day three times; ours has one calendar", () => {
  const said = answerOf("mixed-offsets");
  expect(said.kept).toEqual(["2025-06-10 23:50Z", "2025-06-10 23:45Z", "2025-06-10 23:30Z"]);
  expect(keptByUs(said, { daily: 3 })).toEqual([
    "2025-06-10 23:50Z",
    "2025-06-09 12:00Z",
    "2025-06-08 12:00Z",
  ]);
});

test("the hour that autumn repeats is one hour to restic and two to us", () => {
  const said = answerOf("autumn-hour");
  expect(said.kept).toEqual(["2025-11-02 06:30Z", "2025-11-01 16:00Z"]);
  expect(keptByUs(said, { hourly: 2 }, "America/New_York")).toEqual([
    "2025-11-02 06:30Z",
    "2025-11-02 05:30Z",
  ]);
});

test("a month before 31 March is 3 March to restic and the end of February to us", () => {
  const said = answerOf("month-of-31-march");
  expect(said.kept).toEqual(["2025-03-31 12:00Z", "2025-03-04 12:00Z"]);
  expect(keptByUs(said, { withinMonths: 1 })).toEqual([
    "2025-03-31 12:00Z",
    "2025-03-04 12:00Z",
    "2025-03-03 12:00Z",
    "2025-02-28 12:00Z", // One second past noon: the one at noon is exactly a month old.
  ]);
});

test("a count below nothing lets restic drop everything, and is no policy to us", () => {
  const said = answerOf("negative-count");
  expect([said.kept, said.removed.length]).toEqual([[], 2]);
  const { problems } = readPolicies([{ path: "ps1.yaml", text: policyWith("retention: { daily: -1 }") }]);
  expect(problems.map((it) => `${it.code} ${it.where}`)).toEqual(["wrong-value ps1.yaml:8:21"]);
});

test("another path freezes what restic keeps of the first; a point is a point whatever its sources were", () => {
  const said = answerOf("group-split");
  expect([said.groups, said.kept]).toEqual([2, ["2025-03-02 12:00Z", "2025-03-01 12:00Z"]]);
  const [newer, older] = said.instants;
  const policy = policyOf({ sources: [database, registry] });
  const { points } = makeSeries(policy, [
    snapshotOf(registry, newer!, { pointSources: ["registry"] }),
    snapshotOf(database, older!, { pointSources: ["database"] }),
  ]);
  expect(points.map((it) => it.due)).toEqual([older, newer]);
  expect(keptByUs(said, { last: 1 })).toEqual(["2025-03-02 12:00Z"]);
});

test("of two snapshots at one instant restic drops one by chance; to us they are one point", () => {
  const said = answerOf("tie");
  expect([said.kept, said.removed]).toEqual([["2025-03-02 12:00Z"], ["2025-03-02 12:00Z"]]);
  const [due] = said.instants;
  const both = [database, registry].map((source) => snapshotOf(source, due!));
  const { points } = makeSeries(policyOf({ sources: [database, registry] }), both);
  expect(points.map((it) => it.snapshots.length)).toEqual([2]);
});

test("the beginning of a young series goes with restic before 0.16, and stays with us", () => {
  const said = answerOf("oldest");
  expect(said.kept).toEqual(["2025-03-20 12:00Z"]);
  expect(keptByUs(said, { monthly: 12 })).toEqual(["2025-03-20 12:00Z", "2025-03-01 12:00Z"]);
});

test("every recorded divergence is told here", () => {
  const text = readFileSync(import.meta.filename, "utf8");
  expect(recorded.filter((it) => !text.includes(`answerOf("${it.name}")`))).toEqual([]);
});

interface Said {
  /** Of all snapshots that were asked about, newest first. */
  readonly instants: readonly Instant[];
  readonly groups: number;
  readonly kept: readonly string[];
  readonly removed: readonly string[];
}

function answerOf(name: string): Said {
  const { snapshots, groups, kept, removed } = recorded.find((it) => it.name === name)!;
  return {
    instants: snapshots.map((it) => Date.parse(it.split(" ")[0]!)),
    groups,
    kept: kept.map((it) => formatMinute(Date.parse(it))),
    removed: removed.map((it) => formatMinute(Date.parse(it))),
  };
}

/** What our rules keep of the same snapshots, without guards but for that of the future, newest first. */
function keptByUs({ instants }: Said, retention: Retention, timeZone = "UTC"): readonly string[] {
  const points = instants.map((due) => ({ due, complete: true, verified: true }));
  const now = Date.UTC(2025, 11, 31) + day;
  return judgeRetention(points, { retention, timeZone, minPoints: 0, now })
    .filter(({ reasons }) => reasons.some((it) => it.why === "future" || !isGuard(it)))
    .map((it) => formatMinute(it.due));
}

function policyWith(line: string): string {
  return `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ps1 }
site: { code: PS1, database: { server: localhost, name: CM_PS1 } }
schedule: { cron: '30 1 * * *' }
repository: main
defaultSources: true
${line}
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: 'F:\\sitekeep' }
keys: [{ file: 'D:\\keys\\main.key' }]
`;
}
