import { given } from "../../core/base/given.ts";
import { ProblemError } from "../../core/base/problem.ts";
import type { Observation } from "../../core/model/observation.ts";
import type { PolicyEffect } from "../../core/model/policy/policy-effect.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { comparing } from "../../core/simulate/compare-policies.ts";
import { observe, type Look } from "../../engine/look/observe.ts";
import { readSelection } from "../../engine/pipeline.ts";
import { inTurns } from "../../engine/session/in-turns.ts";
import type { Session } from "../../engine/session/session.ts";

/** What was planned, and how the world was looked at for it. */
export interface PlannedNow {
  readonly policies: readonly ResolvedPolicy[];
  readonly observations: readonly Observation[];
  readonly look: Look;
  readonly site?: string;
}

/**
 * What policies do beside those of another folder, as they were: `plan --diff`. Policies are told apart by
 * their names.
 */
export async function effectsBeside(
  session: Session,
  folder: string,
  { policies, observations, look, site }: PlannedNow,
): Promise<readonly PolicyEffect[]> {
  const were = await readSelection(session, { folder, ...given({ site }) });
  const wrong = were.ok ? were.leftOut : were.problems;
  if (!were.ok || wrong.length > 0) throw new ProblemError(wrong[0]!);
  const seen = new Map(observations.map((it) => [it.policy, it]));
  const names = new Set([...policies, ...were.policies].map((it) => it.name));
  const effects: PolicyEffect[] = [];
  for (const name of names) {
    const [before, after] = [were.policies, policies].map((all) => all.find((it) => it.name === name));
    const observed = seen.get(name) ?? (await observe(session, before!, look));
    effects.push(await inTurns(session, comparing({ ...given({ before, after }), observed }, session.now())));
  }
  return effects;
}
