import { given } from "../../core/base/given.ts";
import { formatDuration, formatMinute, minute, parseInstant, type Instant } from "../../core/base/instant.ts";
import type { Observation } from "../../core/model/observation.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { PolicyEffect } from "../../core/model/policy/policy-effect.ts";
import { planLastsMs } from "../../core/plan/make-plan.ts";
import { renderPlanAnnotations } from "../../core/report/plan-annotations.ts";
import { renderPlanMarkdown } from "../../core/report/plan-markdown.ts";
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
export const run: RunCommand = (call) =>
  withPolicies(call, async ({ session, policies }) => {
    const at = instantOption(call);
    const look = call.options["recorded"] ? "recorded" : "live";
    const planned = await planPolicies(session, policies, { look, ...given({ at }) });
    const valid = durationOption(call, "valid", { otherwise: planLastsMs, atLeast: minute, as: "8h or 3d" });
    const plan = { ...planned.plan, expiresAt: planned.plan.madeAt + valid };
    if (look === "recorded") tellAge(call, session.now(), planned.observations);
    const out = textOption(call, "out");
    if (out !== undefined) await writeNew(out, documentOf(plan), { mode: 0o666, hint: otherFile });
    call.screen.out(await show(call, session, { ...planned, plan, look }));
    if (out !== undefined)
      call.screen.err(
        `Saved to ${out}. Apply exactly this until ${formatMinute(plan.expiresAt)} with: sitekeep apply ${out}`,
      );
    if (unusableRepositories(plan).length > 0) return exitCode.error;
    return call.options["detailedExitcode"] && hasWork(plan) ? exitCode.pending : exitCode.done;
  });

const otherFile =
  "A reviewed plan is not overwritten: choose another name, in a folder that you may write to.";

/**
 * The saved form, made only where it is asked for: a digest over a thousand points takes longer than the
 * plan.
 */
function documentOf(plan: Plan): string {
  return `${JSON.stringify(sealPlan(plan), undefined, 2)}\n`;
}

async function show(
  call: CommandCall,
  session: Session,
  planned: Planned & { readonly look: Look },
): Promise<string> {
  const other = textOption(call, "diff");
  const site = textOption(call, "site");
  const effects =
    other === undefined ? [] : await effectsBeside(session, other, { ...planned, ...given({ site }) });
  if (!call.options["json"]) return render(call, planned.plan, effects);
  if (other === undefined) return documentOf(planned.plan);
  return JSON.stringify({ apiVersion: "sitekeep/effects/v1", effects }, undefined, 2);
}

function render(call: CommandCall, plan: Plan, effects: readonly PolicyEffect[]): string {
  switch (textOption(call, "format")) {
    case "markdown":
      return renderPlanMarkdown(plan, effects);
    case "github":
      return renderPlanAnnotations(plan);
    default: {
      const change = effects.length === 0 ? "" : `\n${renderEffects(effects, call.screen.paint)}`;
      return `${renderPlan(plan, call.screen.paint)}${change}`;
    }
  }
}

function tellAge(call: CommandCall, now: Instant, observations: readonly Observation[]): void {
  const oldest = Math.min(...observations.map((it) => it.at));
  call.screen.err(
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
