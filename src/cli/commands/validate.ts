import type { Instant } from "../../core/base/instant.ts";
import { lintWritten } from "../../core/lint/lint-policy.ts";
import { lintKeyPlaces } from "../../core/lint/lint-repository.ts";
import { judgeReach } from "../../core/plan/judge-reach.ts";
import { explainPolicy, renderExplanation } from "../../core/policy/explain-policy.ts";
import { riskAt } from "../../core/policy/risk-at.ts";
import { sortProblems } from "../../core/policy/sort-problems.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import { annotationOf } from "../../core/report/annotation.ts";
import { countWords } from "../../core/report/count-words.ts";
import { renderProblems } from "../../core/report/render-problems.ts";
import { loadPolicies, type LoadedPolicies } from "../../engine/load.ts";
import { textOption, type CommandCall, type RunCommand } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { withSession } from "../open-session.ts";

/** `sitekeep validate`: every problem of every policy at once, with its line. */
export const run: RunCommand = (call) =>
  withSession(call, async ({ session, policies: folder }) => {
    const loaded = await loadPolicies(session.world, folder);
    const problems = [...loaded.problems, ...lintDocuments(loaded, session.now())];
    const read = { ...loaded, problems: sortProblems(problems, loaded.files) };
    // A wrong folder must not pass the check of a pull request.
    if (read.files.length === 0) throw new ProblemError(nothingToValidate(folder));
    const errors = read.problems.filter((it) => it.severity === "error").length;
    if (call.options["json"]) {
      const { policies, problems } = read;
      call.screen.out(
        JSON.stringify({ apiVersion: "sitekeep/validate/v1", problems, policies }, undefined, 2),
      );
    } else {
      show(call, read.problems);
      if (call.options["explain"]) explain(call, read);
      call.screen.out(summary(read.policies.length, errors, read.problems.length - errors, folder));
    }
    return errors > 0 ? exitCode.error : exitCode.done;
  });

/** What policies show by themselves. The rest needs a look at the site, and is in its plan. */
function lintDocuments({ policies, written }: LoadedPolicies, now: Instant): readonly Problem[] {
  return policies.flatMap((policy) => {
    const reach = judgeReach(policy, now).map((problem) => ({ problem, keys: ["retention"] }));
    const risks = [...lintWritten(policy), ...lintKeyPlaces(policy), ...reach];
    return risks.map((it) => riskAt(written.get(policy.name)!, it));
  });
}

function show(call: CommandCall, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  if (textOption(call, "format") === "github")
    for (const problem of problems) call.screen.out(annotationOf(problem));
  else call.screen.err(renderProblems(problems));
}

function explain(call: CommandCall, { files, policies }: LoadedPolicies): void {
  for (const { name } of policies) {
    const lines = explainPolicy(files, name);
    if (lines) call.screen.out(renderExplanation(lines));
  }
}

function nothingToValidate(folder: string): Problem {
  return {
    code: "no-policy",
    severity: "error",
    message: `${folder} holds no .yaml file.`,
    where: folder,
    hint: "Name another folder with --policies DIR, or write a first policy with `sitekeep init`.",
  };
}

function summary(policies: number, errors: number, risks: number, folder: string): string {
  if (errors > 0) return `${folder}: ${countWords(errors, "problem")} to mend.`;
  const remark = risks > 0 ? `, ${countWords(risks, "risk")}` : "";
  return `${folder}: ${countWords(policies, "policy", "policies")} in order${remark}.`;
}
