import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { Plan } from "../../../src/core/model/plan.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import type { Paint } from "../../../src/core/report/words/paint.ts";
import { renderPlan } from "../../../src/core/report/render-plan.ts";
import {
  dueDaysAgo,
  library,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  problemOf,
  trackingOf,
} from "../../support/build-site.ts";

const ps1 = policyOf();
const ps2 = policyOf({ name: "ps2", site: { ...ps1.site, code: "PS2" }, where: "policies/ps2.yaml:1" });
const quiet = (policy = ps1) => observationOf(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)));

test("a plan of quiet sites is one line, with the first of the next starts", () => {
  const later = policyOf({ ...ps2, schedule: { ...ps2.schedule, cron: "0 13 * * *" } });
  const seen = observationOf(later, pointsOf(later, dueDaysAgo(0)));
  check(
    makePlan([ps1, later], [quiet(), seen], noon),
    "Nothing to do: every promise is kept. Next: PS2 at 2026-11-22 13:00Z.",
  );
});

test("a quiet site beside one with work is a line of its own", () => {
  const sources = {
    ...quiet(ps2).sources,
    library: { answers: false as const, problem: problemOf("It is gone.") },
  };
  const snapshots = pointsOf(ps2, dueDaysAgo(0)).filter((it) => it.source !== "library");
  check(
    makePlan([ps1, ps2], [quiet(), observationOf(ps2, snapshots, { sources })], noon),
    "PS1  policies/ps1.yaml:1  every promise is kept; next at 2026-11-23 01:30Z",
    "",
    "PS2  policies/ps2.yaml:1",
    "  window: inside. The newest proven database copy is of 2026-11-22 01:30Z; partner CAS keeps changes for 5d, until 2026-11-27 01:30Z.",
    "  Due, and not possible now:",
    "    ! skip library (content-library): It is gone.",
    "      → Share it again.",
    "",
    "Plan: 0 to capture, 0 to forget, 1 skipped.",
  );
});

test("a plan for another time says that it can't be applied", () => {
  const plan: Plan = { ...makePlan([ps1], [quiet()], noon), hypothetical: true };
  check(
    plan,
    "For 2026-11-22 12:00Z: this plan only shows, it can't be applied.",
    "Nothing to do: every promise is kept. Next: PS1 at 2026-11-23 01:30Z.",
  );
});

test("colour changes no letter, and each sign has the colour of its meaning", () => {
  const seen = observationOf(ps1, pointsOf(policyOf({ sources: [library] }), dueDaysAgo(0)));
  const marked: Paint = (style, text) => `<${style}>${text}</${style}>`;
  const plan = makePlan([ps1], [seen], noon);
  expect(renderPlan(plan, marked)).toContain("<good>+</good> capture database");
  expect(renderPlan(plan, marked).replaceAll(/<\/?[a-z]+>/g, "")).toBe(renderPlan(plan));
});

test("what is accepted stands dimmed below a site, however quiet it is, and is counted by itself", () => {
  const accepts = [
    { risk: "retention-short", because: "It is a lab.", until: "2027-06-01" },
    { risk: "repository-beside-site", because: "So is this" },
  ] as const;
  const lab = policyOf({
    retention: { last: 1 },
    repository: { ...ps1.repository, location: { folder: "F:\\sitekeep" } },
    accepts,
  });
  const below = [
    "  accepted  The repository main lies on the site's own machines (F:\\sitekeep): what destroys the site takes every point with it (So is this)",
    "  accepted  Retention of PS1 reaches 1d back, and the window 5d: damage that is found later than that is in every point (It is a lab; until 2027-06-01)",
  ];
  const plan = makePlan([lab], [quiet(lab)], noon);
  check(plan, "Nothing to do: every promise is kept. Next: PS1 at 2026-11-23 01:30Z.", ...below);
  const marked: Paint = (style, text) => `<${style}>${text}</${style}>`;
  expect(renderPlan(plan, marked)).toContain("  <dim>accepted  Retention of PS1");

  const loud = makePlan([lab, ps2], [quiet(lab), observationOf(ps2, [])], noon);
  const text = renderPlan(loud);
  const head = "PS1  policies/ps1.yaml:1  every promise is kept; next at 2026-11-23 01:30Z";
  expect(text).toContain([head, ...below, "", "PS2"].join("\n"));
  expect(text).toMatch(/\nPlan: 3 to capture, 0 to forget, 2 accepted\.\n$/);
});

test("below the risks of a site with work stands what it accepts", () => {
  const lab = policyOf({ retention: { last: 1 }, accepts: [{ risk: "retention-short", because: "Lab." }] });
  const seen = observationOf(lab, pointsOf(lab, dueDaysAgo(0)));
  const silent = { answers: false as const, problem: problemOf("It is gone.") };
  const text = renderPlan(
    makePlan([lab], [{ ...seen, sources: { ...seen.sources, library: silent } }], noon),
  );
  expect(text).toMatch(
    /risk It is gone\.\n.*→ Share it again\.\n {2}No step mends this.*\n {2}accepted {2}Reten/,
  );
  expect(text).toMatch(/1 risk, 1 accepted\.\n$/);
});

test("the risk of the window is told once, beside the verdict, however the two are worded", () => {
  const seen = observationOf(ps1, pointsOf(ps1, dueDaysAgo(7), dueDaysAgo(6)));
  const sources = {
    ...seen.sources,
    database: { answers: false, problem: problemOf("SQL1 is down.") },
  } as const;
  const plan = makePlan([ps1], [{ ...seen, sources }], noon);
  const [site] = plan.sites;
  const reworded = site!.risks.map((it) => ({ ...it, message: `Now: ${it.message}` }));
  const lines = renderPlan({ ...plan, sites: [{ ...site!, risks: reworded }] }).split("\n");
  expect(lines.filter((it) => /Now: The newest proven/.test(it))).toEqual([]);
  expect(lines[1]).toContain("window: outside");
  expect(lines[2]).toMatch(/^    → /);
});

test("a risk of the window that the coming copy will have stands by itself: the verdict is on the copy that is there", () => {
  const seen = observationOf(ps1, pointsOf(ps1, dueDaysAgo(1)), { window: keeping(1) });
  const text = renderPlan(makePlan([ps1], [seen], noon));
  expect(text).toContain("  window: outside. The newest proven database copy is of 2026-11-21 01:30Z");
  expect(text).toContain("  risk The newest proven database copy is of 2026-11-22 12:00Z");
});

test("what no copy can change is told once, whether one is coming or not", () => {
  const links = [{ partner: "CAS", state: "failed", groups: [] }] as const;
  const window = { ...keeping(5), own: trackingOf({ links }) };
  for (const back of [0, 1]) {
    const seen = observationOf(ps1, pointsOf(ps1, dueDaysAgo(back)), { window });
    const text = renderPlan(makePlan([ps1], [seen], noon));
    expect(text.match(/Replication with CAS has failed/g), String(back)).toHaveLength(1);
  }
});

/** The partner keeps its changes for so many days. */
function keeping(days: number): Observation["window"] {
  const versions = { currentVersion: "2000", minValidVersion: "1000" };
  const partner = trackingOf({ retentionMs: days * day, links: [], ...versions });
  return { own: trackingOf(), partners: { CAS: partner } };
}

function check(plan: Plan, ...lines: readonly string[]): void {
  expect(renderPlan(plan)).toBe(lines.map((line) => `${line}\n`).join(""));
}
