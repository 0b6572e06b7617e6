import { describe, expect, test } from "vitest";
import { policyText, toldOf } from "../policy-text.ts";

describe("a schedule is five fields that happen:", () => {
  const hint =
    "Write minute, hour, day of month, month and day of week with numbers, names, `*`, `,`, `-` and `/`: `30 1 * * *` is every day at half past one.";
  const never = "never happens, or has a number outside its field's range";
  test.each([
    ["0 2 * * *"],
    ["0 2 L * *"],
    ["0 2 * * 0,7"],
    ["0 2 * * 1,1,5L"],
    ["0 2 * * 5#2"],
    ["  0   2 * * * "],
    ["*/5 0-6/2 1,15 * *"],
    ["0 2 * jan,DEC mon-Fri"],
    ["0 2 29 2 *"],
    ["0 2 * JUL WED,THU"],
    ["0 2 * * wed,thu"],
    ["0 2 * *", "has 4 fields, not five"],
    ["0 2 * * * *", "has 6 fields, not five"],
    ["@daily", "has 1 field, not five"],
    ["0 2 LW * *", "has `LW`, which is not understood here"],
    ["0 2 15W * *", "has `15W`, which is not understood here"],
    ["H 2 * * *", "has `H`, which is not understood here"],
    ["0 2 * * FRIL", "has `FRIL`, which is not understood here"],
    ["0 2 * * 5#6", "has `5#6`, which is not understood here"],
    ["0 2 ? * *", "has `?`, which is not understood here"],
    ["0 2 * * !*", "has `!*`, which is not understood here"],
    ["0 2 * * *!", "has `*!`, which is not understood here"],
    ["61 2 * * *", never],
    ["0 24 * * *", never],
    ["0 2 30 2 *", never],
    ["0 2 * * xyz", never],
    [`0 2 * * ${"x".repeat(60)}`, never],
  ])("%j", (cron, wrong?: string) => {
    const told = `6:19 schedule-cron: The schedule \`${cron.slice(0, 60)}\` ${wrong}. / ${hint}`;
    expect(toldOf(policyText({ schedule: `{ cron: '${cron}' }` }))).toEqual(
      wrong === undefined ? [] : [told],
    );
  });
});

describe("a time zone has an IANA name:", () => {
  const such = "Write a name such as `Europe/Madrid` or `UTC`.";
  test.each([
    ["UTC"],
    ["Europe/Madrid"],
    ["Etc/GMT+5"],
    ["America/Argentina/Ushuaia"],
    ["America/Port-au-Prince"],
    ["Madrid", such],
    ["Europa/Berlin", "Did you mean `Europe/Berlin`?"],
    ["Europe/Madrid/", "Did you mean `Europe/Madrid`?"],
    ["/Europe/Madrid", "Did you mean `Europe/Madrid`?"],
    ["+01:00", such],
    ["1UTC", "Did you mean `UTC`?"],
    ["x".repeat(70), such],
    ["GMT Standard Time", such, " Windows names such as this one are not used."],
    ["Standard Time x", such],
  ])("%j", (zone, hint?: string, more = "") => {
    const told = `schedule-zone: \`${zone.slice(0, 60)}\` is no IANA time zone.${more} / ${hint}`;
    const ofSchedule = policyText({ schedule: `{ cron: '0 2 * * *', timeZone: '${zone}' }` });
    expect(toldOf(ofSchedule)).toEqual(hint === undefined ? [] : [`6:42 ${told}`]);
    const blackout = `{ from: '01:00', until: '02:00', timeZone: '${zone}' }`;
    const ofBlackout = policyText({ schedule: `{ cron: '0 2 * * *', blackouts: [${blackout}] }` });
    expect(toldOf(ofBlackout)).toEqual(hint === undefined ? [] : [`6:87 ${told}`]);
  });

  test("and is told beside what is wrong with the start", () => {
    const told = toldOf(policyText({ schedule: "{ cron: x, timeZone: y }" }));
    expect(told.map((it) => it.split(":", 3).join(":"))).toEqual([
      "6:19 schedule-cron: The schedule `x` has 1 field, not five. / Write minute, hour, day of month, month and day of week with numbers, names, `*`, `,`, `-` and `/`",
      "6:32 schedule-zone: `y` is no IANA time zone. / Write a name such as `Europe/Madrid` or `UTC`.",
    ]);
  });
});

describe("a retention says what is kept, and not only by which calendar:", () => {
  const told =
    "7:12 retention-empty: The retention has no rule, so nothing says which points are kept. / Write at least one rule such as `daily: 14`, or remove `retention` to get the default.";
  test.each([
    ["{ daily: 1 }"],
    ["{ last: 1, dayStartsAt: '06:00' }"],
    ["{ weekStartsOn: sunday }"],
    ["{ daily: null, weekly: 1 }"],
    ["{}", told],
    ["{ daily: null, weekly: null }", told],
    ["{ weekStartsOn: sunday, daily: null }", told],
    ["x", "7:12 wrong-type: `retention` must be a map, not `x`. / Write a map."],
    ["null", "7:12 wrong-type: `retention` must be a map, not `null`. / Write a map."],
  ])("%s", (retention, ...expected) => {
    expect(toldOf(policyText({ retention }))).toEqual(expected);
  });
});

test("a list of schedules says how one is written", () => {
  const [told] = toldOf(policyText({ schedule: "[{ cron: '0 2 * * *' }]" }));
  expect(told).toBe(
    "6:11 wrong-type: `schedule` must be a map, not a list. / Write its keys without dashes, each on a line of its own: `cron:`, `timeZone:`, `jitter:` and so on.",
  );
});
