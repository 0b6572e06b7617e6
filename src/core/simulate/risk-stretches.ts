import type { Instant } from "../base/instant.ts";
import type { WindowFacts } from "../model/observation.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { RiskStretch } from "../model/simulation.ts";
import { hasWindow, judgeWindow } from "../plan/window/judge-window.ts";
import type { CopyStep } from "./data-ages.ts";
import { simulatedWindow } from "./simulated-window.ts";

/**
 * When the newest copy was closing or outside: judged by the judge of real copies, from one copy to the next.
 */
export function riskStretches(
  policy: ResolvedPolicy,
  window: WindowFacts,
  {
    steps,
    from,
    until,
  }: { readonly steps: readonly CopyStep[]; readonly from: Instant; readonly until: Instant },
): readonly RiskStretch[] {
  if (!hasWindow(policy)) return [];
  const first = steps[0]?.at ?? until;
  const before: readonly RiskStretch[] = first > from ? [{ from, until: first, state: "not-proven" }] : [];
  const after = steps.flatMap(({ at, asOf }, position): readonly RiskStretch[] => {
    const end = Math.min(until, steps[position + 1]?.at ?? until);
    const copy = { asOf, verified: true, others: [] };
    const {
      state,
      closesAt = at,
      expiresAt = at,
    } = judgeWindow(policy, simulatedWindow(window, at), copy, at);
    if (state === "outside" && expiresAt <= at) return [{ from: at, until: end, state }];
    return [
      { from: Math.max(at, closesAt), until: Math.min(end, expiresAt), state: "closing" as const },
      { from: Math.max(at, expiresAt), until: end, state: "outside" as const },
    ];
  });
  return [...before, ...after].filter((it) => it.until > it.from);
}
