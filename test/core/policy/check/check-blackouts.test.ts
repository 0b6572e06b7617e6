import { describe, expect, test } from "vitest";
import { policyText, toldOf } from "../policy-text.ts";

const hint =
  "Write hours of certain days, `{ from: '08:00', until: '18:00', days: mon-fri }`, or dates, `{ from: 2026-12-24, until: 2026-12-26T12:00 }`.";

describe("a blackout can be understood, or is told at the part that can't:", () => {
  test.each([
    ["{ from: '08:00', until: '18:00' }"],
    ["{ from: '00:00', until: '24:00', days: mon }"],
    ["{ from: '08:00', until: '07:59' }"],
    ["{ from: '08:00', until: '18:00', days: 'mon, wed-fri,SUN' }"],
    ["{ from: 2026-12-24, until: 2026-12-24 }"],
    ["{ from: 2026-12-24T12:00, until: 2026-12-24 }"],
    ["{ from: 2026-12-24T12:00, until: 2026-12-24T12:01 }"],
    ["{ from: 2024-02-29, until: 2024-02-29 }"],
    ["{ from: '8:00', until: '18:00' }", "6:52 has `8:00`, which is no time and no date"],
    ["{ from: '108:00', until: '18:00' }", "6:52 has `108:00`, which is no time and no date"],
    ["{ from: '08:000', until: '18:00' }", "6:52 has `08:000`, which is no time and no date"],
    ["{ from: '08:60', until: '18:00' }", "6:52 has `08:60`, which is no time and no date"],
    ["{ from: '08:00', until: '24:01' }", "6:68 has `24:01`, which is no time and no date"],
    ["{ from: x, until: y }", "6:52 has `x`, which is no time and no date"],
    [
      `{ from: '08:00', until: ${"y".repeat(70)} }`,
      `6:68 has \`${"y".repeat(60)}\`, which is no time and no date`,
    ],
    [
      `{ from: ${"y".repeat(70)}, until: '08:00' }`,
      `6:52 has \`${"y".repeat(60)}\`, which is no time and no date`,
    ],
    ["{ from: 2026-02-30, until: 2026-03-01 }", "6:52 has `2026-02-30`, which is no time and no date"],
    ["{ from: 2026-13-01, until: 2026-03-01 }", "6:52 has `2026-13-01`, which is no time and no date"],
    ["{ from: 12026-01-01, until: 2026-03-01 }", "6:52 has `12026-01-01`, which is no time and no date"],
    ["{ from: 2026-01-011, until: 2026-03-01 }", "6:52 has `2026-01-011`, which is no time and no date"],
    [
      "{ from: 2026-01-01T24:30, until: 2026-03-01 }",
      "6:52 has `2026-01-01T24:30`, which is no time and no date",
    ],
    [
      "{ from: 2026-01-01 08:00, until: 2026-03-01 }",
      "6:52 has `2026-01-01 08:00`, which is no time and no date",
    ],
    ["{ from: '08:00', until: 2026-12-24 }", "6:68 begins with one of time and date and ends with the other"],
    ["{ from: 2026-12-24, until: '08:00' }", "6:71 begins with one of time and date and ends with the other"],
    ["{ from: 2026-12-24, until: 2026-12-25, days: mon }", "6:89 has dates and days of the week"],
    ["{ from: 2026-12-24, until: 2026-12-23 }", "6:71 ends before it begins"],
    ["{ from: 2026-12-24T12:00, until: 2026-12-24T12:00 }", "6:77 ends before it begins"],
    ["{ from: 2026-12-25, until: 2026-12-24T24:00 }", "6:71 ends before it begins"],
    ["{ from: '24:00', until: '08:00' }", "6:52 begins at 24:00, which is the end of a day"],
    ["{ from: '08:00', until: '08:00' }", "6:68 ends when it begins"],
    ["{ from: '08:00', until: '18:00', days: monday }", "6:83 has `monday` for its days"],
    ["{ from: '08:00', until: '18:00', days: mon-fri-sat }", "6:83 has `mon-fri-sat` for its days"],
    ["{ from: '08:00', until: '18:00', days: 'mon-' }", "6:83 has `mon-` for its days"],
    ["{ from: '08:00', until: '18:00', days: '-mon' }", "6:83 has `-mon` for its days"],
    ["{ from: '08:00', until: '18:00', days: 'mon,' }", "6:83 has `mon,` for its days"],
    [
      `{ from: '08:00', until: '18:00', days: ${"x".repeat(70)} }`,
      `6:83 has \`${"x".repeat(60)}\` for its days`,
    ],
  ])("%s", (blackout, wrong?: string) => {
    const [at, what] = wrong === undefined ? [] : [wrong.slice(0, 4), wrong.slice(5)];
    const told = `${at} schedule-blackout: The blackout ${what}. / ${hint}`;
    expect(toldOf(withBlackouts(blackout))).toEqual(wrong === undefined ? [] : [told]);
  });

  test.each([
    ["{ from: 8, until: y }", "6:52 wrong-type"],
    ["{ from: '08:00' }", "6:46 missing-key"],
    ["{ until: y }", "6:46 missing-key"],
    ["x", "6:44 wrong-type"],
  ])("or is told by its shape alone: %s", (blackout, told) => {
    expect(toldOf(withBlackouts(blackout)).map((it) => it.split(": ")[0])).toEqual([told]);
  });
});

describe("blackouts leave a time of the week to begin in:", () => {
  test.each([
    ["leave", "{ from: '00:00', until: '12:00' }, { from: '12:01', until: '24:00' }"],
    ["leave", "{ from: '12:00', until: '11:59', days: sun-sat }"],
    [
      "leave",
      "{ from: '00:00', until: '24:00', days: sun-fri }, { from: '00:00', until: '23:59', days: sat }",
    ],
    [
      "leave",
      "{ from: '00:00', until: '24:00', days: mon-sat }, { from: '00:01', until: '24:00', days: sun }",
    ],
    [
      "leave",
      "{ from: '00:00', until: '12:00' }, { from: '12:00', until: '24:00', timeZone: Europe/Madrid }",
    ],
    ["leave", "{ from: 2026-01-01, until: 2099-12-31 }, { from: '00:00', until: '12:00' }"],
    ["leave", "{ from: 2026-01-01, until: 2099-12-31 }"],
    ["never", "{ from: '00:00', until: '24:00' }"],
    ["never", "{ from: '12:00', until: '24:00' }, { from: '00:00', until: '12:00' }"],
    ["never", "{ from: '22:00', until: '21:00' }, { from: '21:00', until: '22:00' }"],
    [
      "never",
      "{ from: '00:00', until: '24:00', days: sat-wed }, { from: '00:00', until: '24:00', days: 'thu,fri' }",
    ],
    ["never", "{ from: '00:00', until: '12:00' }, { from: '12:00', until: '24:00', timeZone: UTC }"],
    ["never", "{ from: '00:00', until: '24:00', timeZone: Europe/Madrid }"],
    ["never", "{ from: '06:00', until: '18:00' }, { from: '18:00', until: '06:00', days: fri-thu }"],
  ])("they %s: %s", (verdict, blackouts) => {
    const told =
      "6:43 schedule-blackout-always: The blackouts leave no time of the week at which a capture may begin. / Leave an hour or more free: captures that wait begin at the end of a blackout.";
    expect(toldOf(withBlackouts(blackouts))).toEqual(verdict === "never" ? [told] : []);
  });

  test("which is not asked while one of them is wrong", () => {
    const told = toldOf(withBlackouts("{ from: '00:00', until: '24:00' }, { from: x, until: '01:00' }"));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^6:87 schedule-blackout: /);
  });
});

function withBlackouts(blackouts: string): string {
  return policyText({ schedule: `{ cron: '0 2 * * *', blackouts: [${blackouts}] }` });
}
