import { formatMinute, type Instant } from "../core/base/instant.ts";
import { canonicalJson, type Json } from "../core/base/json.ts";
import { ProblemError, type Problem } from "../core/base/problem.ts";
import type { Plan, SavedPlan } from "../core/model/plan.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import { clockToleranceMs } from "../core/plan/window/judge-window.ts";
import { staleFacts } from "../core/plan/stale-facts.ts";
import type { Planned } from "./pipeline.ts";
import { digestOf, readRuns } from "./session/record.ts";
import type { Session } from "./session/session.ts";

/** Puts a plan's digest into it, so that `apply` notices an edit. */
export function sealPlan(plan: Plan): SavedPlan {
  const { apiVersion, ...rest } = plan;
  return { apiVersion, digest: digestOf(plan), ...rest };
}

/** Takes the digest out again. A plan that is not what was reviewed is refused. */
export function unsealPlan({ digest, ...plan }: SavedPlan, file: string): Plan {
  if (digestOrNone(plan) === digest) return plan;
  throw new ProblemError({
    code: "plan-edited",
    severity: "error",
    message: `${file} was edited after it was made: it is not the plan that its digest names.`,
    where: file,
    hint: "Make a new plan with `sitekeep plan --out FILE`. What a plan is to do is changed in the policy, not in the plan.",
  });
}

function digestOrNone(plan: Plan): string | undefined {
  try {
    return digestOf(plan);
  } catch {
    // A number that no plan holds has no canonical form.
    return undefined;
  }
}

/**
 * Says why a saved plan may not be applied any more, naming each fact that changed (docs/plan.md, "When a
 * saved plan is not applied"). `now` is a fresh look at the same policies. An empty answer means that the
 * plan may run.
 */
export async function refusalsOf(session: Session, saved: Plan, now: Planned): Promise<readonly Problem[]> {
  if (saved.hypothetical)
    return [
      refusal("plan-hypothetical", "it was made with --at, for another time", "Make a plan without --at."),
    ];
  const late = outsideItsTime(saved, session.now());
  if (late !== undefined) return [late];
  const used = await usedBy(session, saved);
  if (used !== undefined) return [refusal("plan-used", `the run ${used} has applied it`, "Make a new plan.")];
  return saved.sites.flatMap((site) => {
    const index = now.policies.findIndex((it) => it.site.code === site.site);
    const policy = now.policies[index];
    if (policy === undefined) return [stale(site.site, "its policy is gone")];
    if (promiseOf(policy) !== promiseOf(site.policy))
      return [stale(site.site, "its policy was edited since")];
    const changes = staleFacts(site, now.observations[index]!);
    return changes.map(({ name, was, is }) =>
      stale(site.site, `${name} was ${show(was)} and is ${show(is)}`),
    );
  });
}

/** Facts don't depend on the time; what a plan was made for does. */
function outsideItsTime({ madeAt, expiresAt }: Plan, now: Instant): Problem | undefined {
  if (now >= expiresAt)
    return refusal(
      "plan-expired",
      `it could be applied until ${formatMinute(expiresAt)}`,
      "Make a new plan and review it. Where a review takes longer, save it with --valid 3d.",
    );
  if (madeAt <= now + clockToleranceMs) return undefined;
  return refusal(
    "plan-from-later",
    `it was made at ${formatMinute(madeAt)}, which is later than now`,
    "Correct the clock that is wrong, and make a new plan.",
  );
}

/** All that a policy says. In which file and line it says so is no part of it. */
function promiseOf(policy: ResolvedPolicy): string {
  return canonicalJson({ ...policy, where: "" });
}

async function usedBy(session: Session, saved: Plan): Promise<string | undefined> {
  const digest = digestOf(saved);
  for (const { policy } of saved.sites) {
    const opened = await session.repository(policy.repository);
    const { runs = [] } = opened.exists ? await readRuns(opened.repository) : {};
    const run = runs.find((it) => it.planDigest === digest);
    if (run) return run.id;
  }
  return undefined;
}

function stale(site: string, what: string): Problem {
  return refusal("plan-stale", `${site}: ${what}`, "Make a new plan, review it, and apply that.");
}

function refusal(
  code: "plan-stale" | "plan-used" | "plan-expired" | "plan-from-later" | "plan-hypothetical",
  why: string,
  hint: string,
): Problem {
  return { code, severity: "error", message: `The saved plan is not applied: ${why}.`, where: "plan", hint };
}

function show(value: Json): string {
  return value === null ? "absent" : typeof value === "string" ? value : JSON.stringify(value);
}

/** Parses a saved plan's text. Anything but a plan of this version is refused with a cure. */
export function parsePlan(text: string, file: string): SavedPlan {
  const value = parseJson(text);
  if (isPlan(value)) return value;
  throw new ProblemError({
    code: "plan-unreadable",
    severity: "error",
    message: `${file} is not a plan that this version of sitekeep wrote.`,
    where: file,
    hint: "Make one with `sitekeep plan --out FILE`.",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPlan(value: unknown): value is SavedPlan {
  return (
    typeof value === "object" && value !== null && (value as SavedPlan).apiVersion === "sitekeep/plan/v1"
  );
}
