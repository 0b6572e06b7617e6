import { given } from "../../core/base/given.ts";
import { formatDuration, formatMinute, minute, parseInstant, type Instant } from "../../core/base/instant.ts";
import { ProblemError } from "../../core/base/problem.ts";
import type { Observation } from "../../core/model/observation.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { PolicyEffect } from "../../core/model/policy/policy-effect.ts";
import { planLastsMs } from "../../core/plan/make-plan.ts";
import { renderPlanAnnotations } from "../../core/report/plan-annotations.ts";
import { renderPlanMarkdown } from "../../core/report/plan-markdown.ts";
import type { Paint } from "../../core/report/words/paint.ts";
import { renderEffects } from "../../core/report/render-effects.ts";
import { renderPlan } from "../../core/report/render-plan.ts";
import type { Look } from "../../engine/look/observe.ts";
import { planPolicies, type Planned } from "../../engine/pipeline.ts";
import { sealPlan } from "../../engine/saved-plan.ts";
import type { Session } from "../../engine/session/session.ts";
import { textOption, type CommandCall, type RunCommand } from "../command/command.ts";
import { durationOption } from "../options/duration-option.ts";
import { exitCode } from "../command/exit-code.ts";
import { effectsBeside } from "../session/policy-effects.ts";
import { unusableRepositories } from "../session/unusable-repositories.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { writeNew } from "../session/new-file.ts";
import { withPolicies } from "../session/with-policies.ts";

/** `sitekeep plan`: the difference between promise and fact. Changes nothing but the file of `--out`. */
export const run: RunCommand<typeof exitCode.pending> = (call) =>
  withPolicies(call, async ({ session, policies, leftOut }) => {
    const at = instantOption(call);
    const look = call.options["recorded"] ? "recorded" : "live";
    const planned = await planPolicies(session, policies, { look, leftOut, ...given({ at }) });
    const valid = durationOption(call, "valid", { otherwise: planLastsMs, atLeast: minute, as: "8h or 3d" });
    const plan = { ...planned.plan, expiresAt: planned.plan.madeAt + valid };
    if (look === "recorded") tellAge(call, session.now(), planned.observations);
    const out = textOption(call, "out");
    if (out !== undefined) await writeNew(out, documentOf(plan), { mode: 0o666, hint: otherFile });
    const effects = await readEffects(call, session, { ...planned, look });
    return {
      exitCode: codeOf(plan, call.options["detailedExitcode"] === true),
      document: () => (effects ? { apiVersion: "sitekeep/effects/v1", effects } : { ...sealPlan(plan) }),
      text: (paint) => [renderPlanWithEffects(plan, effects, paint)],
      formats: {
        markdown: () => [renderPlanMarkdown(plan, effects ?? [])],
        github: () => [renderPlanAnnotations(plan)],
      },
      remarks: out === undefined ? [] : [savedWords(out, plan.expiresAt)],
    };
  });

function codeOf(plan: Plan, isDetailed: boolean) {
  if (plan.leftOut !== undefined || unusableRepositories(plan).length > 0) return exitCode.error;
  if (!isDetailed) return exitCode.done;
  if (hasWork(plan)) return exitCode.pending;
  return isUnseen(plan) ? exitCode.error : exitCode.done;
}

/** Whether something did not answer: that nothing is to be done is not known then. */
function isUnseen({ sites }: Plan): boolean {
  return sites.some(({ risks }) => risks.some(({ severity }) => severity === "error"));
}

function savedWords(file: string, until: Instant): string {
  return `Saved to ${file}. Apply exactly this until ${formatMinute(until)} with: sitekeep apply ${file}`;
}

const otherFile =
  "A reviewed plan is not overwritten: choose another name, in a folder that you may write to.";

/**
 * The saved form, made only where it is asked for: a digest over a thousand points takes longer than the
 * plan.
 */
function documentOf(plan: Plan): string {
  return `${JSON.stringify(sealPlan(plan), undefined, 2)}\n`;
}

/** What `--diff` asks for: what these policies do beside those of the other folder. */
async function readEffects(
  call: CommandCall,
  session: Session,
  planned: Planned & { readonly look: Look },
): Promise<readonly PolicyEffect[] | undefined> {
  const other = textOption(call, "diff");
  if (other === undefined) return undefined;
  // What was left out would seem to be removed.
  const [wrong] = planned.plan.leftOut ?? [];
  if (wrong !== undefined) throw new ProblemError(wrong);
  return effectsBeside(session, other, { ...planned, ...given({ site: textOption(call, "site") }) });
}

function renderPlanWithEffects(plan: Plan, effects: readonly PolicyEffect[] = [], paint: Paint): string {
  const change = effects.length === 0 ? "" : `\n${renderEffects(effects, paint)}`;
  return `${renderPlan(plan, paint)}${change}`;
}

function tellAge(call: CommandCall, now: Instant, observations: readonly Observation[]): void {
  const oldest = Math.min(...observations.map((it) => it.at));
  call.screen.remark(
    `Facts of the sources are ${formatDuration(now - oldest)} old; the repository was read now.`,
  );
}

function hasWork(plan: Plan): boolean {
  return plan.sites.some((site) => site.actions.length > 0);
}

function instantOption(call: CommandCall): Instant | undefined {
  const text = textOption(call, "at");
  if (text === undefined) return undefined;
  const at = parseInstant(text);
  if (at !== undefined) return at;
  throw invalidOption(
    "--at",
    `${text} is no instant with a zone`,
    "Write it as 2026-12-24T01:30:00Z or 2026-12-24T02:30:00+01:00.",
  );
}
