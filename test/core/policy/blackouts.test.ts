import { describe, expect, test } from "vitest";
import { day, hour } from "../../../src/core/base/instant.ts";
import type { Blackout } from "../../../src/core/model/policy/blackout.ts";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";

const weekly = { as: "weekly", weekdays: [0, 1, 2, 3, 4, 5, 6], timeZone: "Europe/Madrid" } as const;

describe("a blackout is read as", () => {
  test.each<readonly [string, Blackout]>([
    ["{ from: '08:00', until: '18:00' }", { ...weekly, fromMs: 8 * hour, untilMs: 18 * hour }],
    ["{ from: 08:00, until: 24:00 }", { ...weekly, fromMs: 8 * hour, untilMs: day }],
    [
      "{ from: '22:00', until: '06:00', days: 'Fri-Mon, wed', timeZone: UTC, why: batch jobs }",
      {
        as: "weekly",
        weekdays: [0, 1, 3, 5, 6],
        fromMs: 22 * hour,
        untilMs: 30 * hour,
        timeZone: "UTC",
        why: "batch jobs",
      },
    ],
    [
      "{ from: 2026-12-24, until: 2026-12-26 }",
      {
        as: "dated",
        fromWall: Date.UTC(2026, 11, 24),
        untilWall: Date.UTC(2026, 11, 27),
        timeZone: "Europe/Madrid",
      },
    ],
    [
      "{ from: 2026-12-24T18:00, until: 2026-12-24T24:00 }",
      {
        as: "dated",
        fromWall: Date.UTC(2026, 11, 24, 18),
        untilWall: Date.UTC(2026, 11, 25),
        timeZone: "Europe/Madrid",
      },
    ],
  ])("%s", (text, blackout) => {
    const { problems, policies } = read(text);
    expect(problems).toEqual([]);
    expect(policies[0]!.schedule.blackouts).toEqual([blackout]);
  });
});

test("a minute a week is enough to begin in, and none is too little", () => {
  const nearly =
    "{ from: '00:01', until: '24:00', days: sat }, { from: '00:00', until: '24:00', days: sun-fri }";
  expect(read(nearly).problems).toEqual([]);
  const all = nearly.replace("00:01", "00:00");
  expect(read(all).problems.map((it) => it.code)).toEqual(["schedule-blackout-always"]);
});

test("dates cover no week, however long they last", () => {
  expect(read("{ from: 2026-01-01, until: 2099-12-31 }").problems).toEqual([]);
});

function read(blackouts: string) {
  const text = `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ps1 }
site: { code: PS1, database: { server: localhost, name: CM_PS1 } }
repository: main
schedule: { cron: '0 2 * * *', timeZone: Europe/Madrid, blackouts: [${blackouts}] }
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: 'F:\\sitekeep' }
keys: [{ file: 'F:\\main.key' }]
`;
  return readPolicies([{ path: "a.yaml", text }]);
}
