import { expect, test } from "vitest";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { renderPlanAnnotations } from "../../../src/core/report/plan-annotations.ts";
import { renderPlanMarkdown } from "../../../src/core/report/plan-markdown.ts";
import { dueDaysAgo, noon, observationOf, pointsOf, policyOf, problemOf } from "../../support/build-site.ts";

const policy = policyOf();
const silent = { answers: false as const, problem: problemOf("It is | gone\n<b>100%</b>.") };
const seen = observationOf(policy, pointsOf(policy, dueDaysAgo(1)));
const plan = makePlan([policy], [{ ...seen, sources: { ...seen.sources, library: silent } }], noon);

test("a plan as Markdown has a row for each step, and nothing in it becomes markup", () => {
  expect(renderPlanMarkdown(plan)).toBe(
    [
      "## sitekeep plan",
      "",
      "Made 2026-11-22 12:00Z. **2 to capture, 0 to forget, 1 skipped.**",
      "",
      "### PS1",
      "",
      "Window: **inside**. The newest proven database copy is of 2026-11-21 01:30Z; partner CAS keeps changes for 5d, until 2026-11-26 01:30Z.",
      "",
      "| step | why |",
      "|---|---|",
      "| capture database (site-database) | Point of 2026-11-22 01:30Z. Due since 2026-11-22 01:30Z |",
      "| capture registry (windows-registry) | Point of 2026-11-22 01:30Z. Due since 2026-11-22 01:30Z |",
      "| skip library | It is \\| gone \\<b\\>100%\\</b\\>. Share it again. |",
      "",
      "",
    ].join("\n"),
  );
});

test("a quiet plan as Markdown is a sentence", () => {
  const quiet = observationOf(policy, pointsOf(policy, dueDaysAgo(0)));
  expect(renderPlanMarkdown(makePlan([policy], [quiet], noon))).toContain("every promise is kept.");
});

test("what is accepted is a list of a plan as Markdown, and no annotation", () => {
  const accepts = [{ risk: "retention-short", because: "It is *a* lab.", until: "2027-06-01" }] as const;
  const lab = policyOf({ retention: { last: 1 }, accepts });
  const quiet = makePlan([lab], [observationOf(lab, pointsOf(lab, dueDaysAgo(0)))], noon);
  expect(renderPlanMarkdown(quiet)).toMatch(
    /^Nothing to do: every promise is kept\.\n\n### PS1\n\nWindow: .*\n\n1 accepted risk:\n\n- retention-short: Retention of PS1 .* in every point \(It is \\\*a\\\* lab; until 2027-06-01\)$/m,
  );
  expect(renderPlanAnnotations(quiet)).toBe(
    "::notice title=sitekeep plan::0 to capture, 0 to forget, 1 accepted.\n",
  );
});

test("as annotations, what was found at a site stands at its policy, and no text breaks out of its line", () => {
  expect(renderPlanAnnotations(plan)).toBe(
    [
      "::notice title=sitekeep plan::2 to capture, 0 to forget, 1 skipped.",
      `::error file=policies/ps1.yaml,line=1,col=1,title=${silent.problem.code}::It is | gone%0A<b>100%25</b>. Share it again.`,
      "",
    ].join("\n"),
  );
});
