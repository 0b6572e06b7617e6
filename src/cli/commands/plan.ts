import { writeFile } from "node:fs/promises";
import { formatDuration, parseInstant, type Instant } from "../../core/base/instant.ts";
import { ProblemError } from "../../core/base/problem.ts";
import type { Observation } from "../../core/model/observation.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { PolicyEffect } from "../../core/model/policy-effect.ts";
import { renderPlanAnnotations } from "../../core/report/plan-annotations.ts";
import { renderPlanMarkdown } from "../../core/report/plan-markdown.ts";
import { renderEffects } from "../../core/report/render-effects.ts";
import { renderPlan } from "../../core/report/render-plan.ts";
import { planPolicies } from "../../engine/pipeline.ts";
import { sealPlan } from "../../engine/saved-plan.ts";
import { textOption, type CommandCall, type RunCommand } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { effectsBeside } from "../policy-effects.ts";
import { unusableRepositories } from "../unusable-repositories.ts";
import { invalidOption } from "../invalid-option.ts";
import { withPolicies } from "../with-policies.ts";

/** `sitekeep plan`: the difference between promise and fact. Changes nothing but the file of `--out`. */
export const run: RunCommand = (call) =>
  withPolicies(call, async ({ session, policies }) => {
    const at = instantOption(call);
    const look = call.options["recorded"] ? "recorded" : "live";
    const { plan, observations } = await planPolicies(session, policies, {
      look,
      ...(at !== undefined && { at }),
    });
    if (look === "recorded") tellAge(call, session.now(), observations);
    const out = textOption(call, "out");
    const document = `${JSON.stringify(sealPlan(plan), undefined, 2)}\n`;
    if (out !== undefined) await writeFile(out, document, { flag: "wx" }).catch(refuseFile(out));
    const other = textOption(call, "diff");
    const site = textOption(call, "site");
    const effects =
      other === undefined
        ? []
        : await effectsBeside(session, other, {
            policies,
            observations,
            look,
            ...(site !== undefined && { site }),
          });
    if (!call.options["json"]) call.screen.out(render(call, plan, effects));
    else if (other === undefined) call.screen.out(document);
    else call.screen.out(JSON.stringify({ apiVersion: "sitekeep/effects/v1", effects }, undefined, 2));
    if (out !== undefined) call.screen.err(`Saved to ${out}. Apply exactly this with: sitekeep apply ${out}`);
    if (unusableRepositories(plan).length > 0) return exitCode.error;
    return call.options["detailedExitcode"] && hasWork(plan) ? exitCode.pending : exitCode.done;
  });

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

function refuseFile(file: string) {
  return (fault: NodeJS.ErrnoException): never => {
    const exists = fault.code === "EEXIST";
    throw new ProblemError({
      code: "file-not-written",
      severity: "error",
      message: exists
        ? `${file} is there already, and a reviewed plan is not overwritten.`
        : `${file} can't be written: ${fault.message}.`,
      where: file,
      hint: exists
        ? "Choose another name or delete the old one."
        : "Choose a folder that exists and that you may write to.",
    });
  };
}
