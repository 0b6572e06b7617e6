import type { Instant } from "../../core/base/instant.ts";
import { lintWritten } from "../../core/lint/lint.ts";
import type { AcceptedRisk } from "../../core/model/policy/acceptance.ts";
import { acceptRisks, type JudgedRisks } from "../../core/plan/risks/accept-risks.ts";
import { judgeReach } from "../../core/plan/risks/judge-reach.ts";
import { explainPolicy, explainRepository, renderExplanation } from "../../core/policy/explain-policy.ts";
import { riskAt } from "../../core/policy/text/risk-at.ts";
import { sortProblems } from "../../core/policy/sort-problems.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import { acceptedLines } from "../../core/report/words/accepted-words.ts";
import { annotationOf } from "../../core/report/words/annotation.ts";
import { countWords } from "../../core/report/words/count-words.ts";
import type { Paint } from "../../core/report/words/paint.ts";
import { renderProblems } from "../../core/report/render-problems.ts";
import { loadPolicies, type LoadedPolicies } from "../../engine/load.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import type { Words } from "../command/result.ts";
import { withSession } from "../session/open-session.ts";

interface Validated extends LoadedPolicies {
  readonly accepted: readonly AcceptedRisk[];
}

/** `sitekeep validate`: every problem of every policy at once, with its line. */
export const run: RunCommand = (call) =>
  withSession(call, async ({ session, policies: folder }) => {
    const loaded = await loadPolicies(session.world, folder);
    const { risks, accepted } = lintDocuments(loaded, session.now());
    const problems = sortProblems([...loaded.problems, ...risks], loaded.files);
    const read = { ...loaded, problems, accepted };
    // A wrong folder must not pass the check of a pull request.
    if (read.files.length === 0) throw new ProblemError(nothingToValidate(folder));
    const isExplained = call.options["explain"] === true;
    const rest = (paint: Paint): Words => {
      const words = [...acceptedLines(accepted, paint), summary(read, folder)];
      // What is explained can be kept as a file, and read again: nothing else stands beside it.
      return isExplained ? [...explain(read), ...words.map((remark) => ({ remark }))] : words;
    };
    const { policies } = read;
    return {
      exitCode: countErrors(problems) > 0 ? exitCode.error : exitCode.done,
      document: () => ({ apiVersion: "sitekeep/validate/v1", problems, accepted, policies }),
      text: (paint) => [{ remark: renderProblems(problems) }, ...rest(paint)],
      formats: { github: (paint) => [...problems.map(annotationOf), ...rest(paint)] },
    };
  });

/** What policies show by themselves. The rest needs a look at the site, and is in its plan. */
function lintDocuments({ policies, written }: LoadedPolicies, now: Instant): Required<JudgedRisks> {
  const judged = policies.map((policy) => {
    const reach = judgeReach(policy, now).map((problem) => ({ problem, keys: ["retention"] }));
    const found = [...lintWritten(policy), ...reach];
    const risks = found.map((it) => riskAt(written.get(policy.name)!, it));
    return acceptRisks(policy, risks, now);
  });
  // What policies have of one template is told once.
  const accepted = new Map(judged.flatMap((it) => it.accepted).map((it) => [JSON.stringify(it), it]));
  return { risks: judged.flatMap((it) => it.risks), accepted: [...accepted.values()] };
}

/** Each policy and each repository as a document. */
function explain({ files, policies, repositories }: LoadedPolicies): readonly string[] {
  const explained = [
    ...policies.map(({ name }) => explainPolicy(files, name)),
    ...repositories.map(({ name }) => explainRepository(files, name)),
  ];
  const documents = explained.filter((it) => it !== undefined).map(renderExplanation);
  return documents.length === 0 ? [] : [documents.join("---\n")];
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

function summary({ policies, problems, accepted }: Validated, folder: string): string {
  const errors = countErrors(problems);
  if (errors > 0) return `${folder}: ${countWords(errors, "problem")} to mend.`;
  const words = [
    `${countWords(policies.length, "policy", "policies")} in order`,
    ...(problems.length > 0 ? [countWords(problems.length, "risk")] : []),
    ...(accepted.length > 0 ? [`${accepted.length} accepted`] : []),
  ];
  return `${folder}: ${words.join(", ")}.`;
}

function countErrors(problems: readonly Problem[]): number {
  return problems.filter((it) => it.severity === "error").length;
}
