import { expect, test } from "vitest";
import { day, hour, minute } from "../../../../src/core/base/instant.ts";
import type { ResolvedPolicy } from "../../../../src/core/model/policy/resolved-policy.ts";
import type { SiteTaskFacts } from "../../../../src/core/model/site-task.ts";
import type { Source } from "../../../../src/core/model/policy/source.ts";
import { judgeSiteTask } from "../../../../src/core/plan/risks/judge-site-task.ts";
import { surveySite } from "../../../../src/core/plan/survey/survey.ts";
import { database, noon, observationOf, policyOf, standAlone } from "../../../support/build-site.ts";

const set: Source = { kind: "task-backup", name: "task", site: "E:\\CMBackup" };
const both = policyOf({ sources: [database, set] });
const taskOnly = policyOf({ sources: [set] });

const daily: SiteTaskFacts = {
  enabled: true,
  weekdays: [0, 1, 2, 3, 4, 5, 6],
  beginMs: 22 * hour,
  latestBeginMs: 22 * hour,
  destinations: ["E:\\CMBackup"],
  durationMs: 41 * minute,
};

test("a daily task fits the window's sum", () => {
  check(both, daily);
});

test("a task on Sundays only does not, and the sum is shown", () => {
  check(
    both,
    { ...daily, weekdays: [0] },
    "site-task-exceeds-window: PS1 could be recovered too late by the task Backup Site Server (Sun): longest gap 168h + 1 missed run 168h + backup 41m + notice 24h + rebuild 24h + restore 4h + margin 12h = 400h 41m, and the window is 120h.",
  );
});

test("the two days a week that Microsoft asks for at least are too few once somebody has to notice and rebuild", () => {
  check(
    both,
    { ...daily, weekdays: [0, 3] },
    "site-task-exceeds-window: PS1 could be recovered too late by the task Backup Site Server (Sun, Wed): longest gap 96h + 1 missed run 72h + backup 41m + notice 24h + rebuild 24h + restore 4h + margin 12h = 232h 41m, and the window is 120h.",
  );
});

test("the time between begin and latest begin makes the gap longer", () => {
  const objectives = { ...both.objectives, marginMs: 18 * hour };
  check({ ...both, objectives }, { ...daily, latestBeginMs: 22 * hour });
  check(
    { ...both, objectives },
    { ...daily, latestBeginMs: 24 * hour },
    "site-task-exceeds-window: PS1 could be recovered too late by the task Backup Site Server (every day): longest gap 26h + 1 missed run 24h + backup 41m + notice 24h + rebuild 24h + restore 4h + margin 18h = 120h 41m, and the window is 120h.",
  );
});

test("where only the task has the database, the promised age of the data is judged by it", () => {
  const alone = standAlone({ sources: [set] });
  check(
    alone,
    { ...daily, weekdays: [1, 2, 3, 4, 5] },
    "site-task-exceeds-data-age: PS1 promises data no older than 26h, and the task Backup Site Server (Mon, Tue, Wed, Thu, Fri) alone lets it grow to 72h 41m (longest gap 72h + backup 41m).",
  );
  check(standAlone({ sources: [database, set] }), { ...daily, weekdays: [1, 2, 3, 4, 5] });
});

test("a clock that is not known is read in both ways, the longer gap counts, and it is said", () => {
  // In Madrid the night of October has an hour more than any night of UTC.
  const zoned = { ...both, schedule: { ...both.schedule, timeZone: "Europe/Madrid" } };
  const objectives = { ...both.objectives, marginMs: 18 * hour + 19 * minute };
  check(
    { ...zoned, objectives },
    { ...daily, beginMs: 2 * hour, latestBeginMs: 2 * hour },
    "site-task-exceeds-window: PS1 could be recovered too late by the task Backup Site Server (every day; local time or UTC, the worse counts): longest gap 25h + 1 missed run 24h + backup 41m + notice 24h + rebuild 24h + restore 4h + margin 18h 19m = 120h, and the window is 120h.",
  );
  const known = { ...daily, beginMs: 2 * hour, latestBeginMs: 2 * hour, lastStartAt: noon - 10 * hour };
  check({ ...zoned, objectives }, known);
});

test("a task that is off, or set to no day, is red where the policy keeps what it leaves", () => {
  check(taskOnly, { ...daily, enabled: false }, /^site-task-off: .* is turned off/);
  check(taskOnly, { ...daily, weekdays: [] }, /^site-task-off: .* is set to no day/);
  check(policyOf(), { ...daily, enabled: false });
});

test("a policy that keeps nothing of the task does not judge it", () => {
  check(policyOf(), { ...daily, weekdays: [0] });
});

function check(
  policy: ResolvedPolicy,
  siteTask: SiteTaskFacts,
  ...expected: readonly (string | RegExp)[]
): void {
  const survey = surveySite(policy, observationOf(policy, [], { siteTask }), noon);
  const found = judgeSiteTask(survey, { windowMs: 5 * day });
  const told = found.map((it) => `${it.code}: ${it.message}`);
  expect(told).toEqual(expected.map((it) => (typeof it === "string" ? it : expect.stringMatching(it))));
  expect(found.every((it) => it.severity === "risk")).toBe(true);
}
