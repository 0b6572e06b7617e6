import { expect, test } from "vitest";
import { day, hour } from "../../../src/core/base/instant.ts";
import type { Problem } from "../../../src/core/base/problem.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import { renderEffects } from "../../../src/core/report/render-effects.ts";
import { comparing } from "../../../src/core/simulate/compare-policies.ts";
import { finished } from "../../support/pausing.ts";
import { dueDaysAgo, noon, observationOf, pointsOf, policyOf } from "../../support/build-site.ts";

const keeping = (daily: number): ResolvedPolicy => policyOf({ retention: { daily } });
const dues = Array.from({ length: 20 }, (_, back) => dueDaysAgo(19 - back));
const observed = observationOf(policyOf(), pointsOf(policyOf(), ...dues));
const compare = (before: ResolvedPolicy, after: ResolvedPolicy) =>
  finished(comparing({ before, after, observed }, noon));

test("a shorter retention costs points at once, as far as the brake lets go, and more later", () => {
  const effect = compare(keeping(200), keeping(14));
  expect(effect.forgetsNow).toEqual(dues.slice(0, 5));
  // The oldest stays as long as the longer rule has room, and goes with the shorter one.
  expect(effect.forgetsLater).toEqual(dues);
  expect(effect).toMatchObject({
    change: "changed",
    spares: [],
    before: { points: 110 },
    after: { points: 14 },
  });
});

test("a longer retention spares what would have gone", () => {
  const effect = compare(keeping(14), keeping(200));
  expect(effect.spares).toEqual(dues);
  expect(effect.forgetsLater).toEqual([]);
});

test("a rarer schedule shows as a worse gap and as time at risk", () => {
  const weekly = policyOf({ schedule: { ...policyOf().schedule, cron: "30 1 * * 1" } });
  const { before, after } = compare(policyOf(), weekly);
  expect(before).toMatchObject({ worstGapMs: day + hour / 2, atRiskMs: 0 });
  // The planner captures ahead of the schedule, when the window begins to close: 28 hours before its five
  // days end.
  expect(after).toMatchObject({ worstGapMs: 5 * day - 28 * hour + hour / 2 });
});

test("what only moved in its file is no change", () => {
  expect(compare(keeping(14), { ...keeping(14), where: "policies/other.yaml:9" }).change).toBe("none");
});

test("a policy that is gone costs no point and is said in red; a new one has nothing to be compared with", () => {
  const removed = finished(comparing({ before: keeping(14), observed }, noon));
  expect(removed).toMatchObject({ change: "removed", forgetsNow: [], forgetsLater: [], spares: [] });
  expect(removed.after).toBeUndefined();
  const added = finished(comparing({ after: keeping(14), observed }, noon));
  expect(added).toMatchObject({ change: "added", after: { points: 14 } });
});

test("what a change makes red, mends and accepts is told", () => {
  const [tight, wide] = [policyOf({ retention: { daily: 1 } }), policyOf({ retention: { daily: 14 } })];
  const short = compare(wide, tight);
  expect(short.reddens.map(({ code }) => code)).toEqual(["retention-short"]);
  expect(short).toMatchObject({ mends: [], accepts: [] });
  const [{ message }] = short.reddens as [Problem];
  expect(renderEffects([short])).toContain(`  red with it: ${message}\n`);

  expect(compare(tight, wide)).toMatchObject({ reddens: [], mends: [{ message }], accepts: [] });
  expect(renderEffects([compare(tight, wide)])).toContain(`  red no more: ${message}\n`);

  const accepts = [{ risk: "retention-short", because: "The lab is made anew each week." }] as const;
  const accepted = compare(tight, { ...tight, accepts });
  expect(accepted).toMatchObject({ reddens: [], mends: [], accepts: [{ message }] });
  expect(renderEffects([accepted])).toBe(
    `PS1  the policy ps1 changes\n  accepts: ${message.slice(0, -1)} (The lab is made anew each week)\n`,
  );
  expect(compare({ ...tight, accepts }, tight)).toMatchObject({
    reddens: [{ message }],
    mends: [],
    accepts: [],
  });
});

test("the effects read as somebody would tell them", () => {
  const schedule = { ...policyOf().schedule, cron: "30 1 */2 * *" };
  const effects = [compare(keeping(200), policyOf({ retention: { daily: 14 }, schedule }))];
  expect(renderEffects(effects)).toBe(
    [
      "PS1  the policy ps1 changes",
      "  forgets 5 points now and 20 within 90 days: 2026-11-03 01:30Z, 2026-11-04 01:30Z, 2026-11-05 01:30Z, 2026-11-06 01:30Z, 2026-11-07 01:30Z, …",
      "  the worst gap grows from 24h to 48h",
      "  points after 90 days: 14 instead of 110",
      "  captures in 90 days: 138 instead of 270",
      "  red with it: PS1 could be recovered too late: longest gap 48h + 1 missed run 48h + backup 30m + notice 24h + rebuild 24h + restore 4h + margin 12h = 160h 30m, and the window is 120h.",
      "  red with it: PS1 promises data no older than 26h, and its schedule alone lets it grow to 48h 30m (longest gap 48h + backup 30m).",
      "",
    ].join("\n"),
  );
  expect(renderEffects([compare(keeping(14), keeping(14))])).toBe(
    "No policy says anything else than before.\n",
  );
});

test("a risk of which only a figure changes is neither new nor mended", () => {
  const promising = (hours: number): ResolvedPolicy => {
    const policy = policyOf();
    return { ...policy, objectives: { ...policy.objectives, maxDataAgeMs: hours * hour } };
  };
  const effect = compare(promising(2), promising(3));
  expect(effect).toMatchObject({ reddens: [], mends: [] });
  expect(compare(promising(2), promising(200)).mends.map(({ code }) => code)).toContain("data-too-old");
});
