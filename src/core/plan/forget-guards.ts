import { formatMinute } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { Observation } from "../model/observation.ts";
import type { ForgetAction } from "../model/plan.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { KeepReason } from "../model/retention-verdict.ts";
import { judgeSeries } from "./decide-forget.ts";
import { chainOf, fillsRules } from "./points/points.ts";
import { isGuard } from "./retention/retention.ts";
import { surveySite } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";

/** The point that is to go, with the snapshots that go with it: of a forget in whichever repository. */
type ForgottenStep = Pick<ForgetAction, "point" | "snapshots">;

/**
 * Says why a point must not be forgotten, or nothing when it may go: what `apply` asks once more before each
 * forget, of what is really there. The plan was made as if its captures had succeeded; this looks at whether
 * they did. The policy's own rules are not asked again, only what may never go.
 */
export function forbiddenForget(
  policy: ResolvedPolicy,
  observed: Observation,
  action: ForgottenStep,
): string | undefined {
  if (observed.repositoryProblem !== undefined) return observed.repositoryProblem.message;
  const survey = surveySite(policy, observed, observed.at);
  const guard = guardOf(survey, action.point);
  const name = `the point of ${formatMinute(action.point)}`;
  if (guard !== undefined) return `${name} ${guardWords(guard)}`;
  if (leavesTooFew(survey, action.point)) return `${name} is one of the last ${policy.brakes.minPoints}`;
  const laidOn = dependentOf(survey, action);
  return laidOn && `${laidOn} is laid on a snapshot of ${name}`;
}

function guardOf(survey: Survey, due: Instant): KeepReason | undefined {
  const verdict = judgeSeries(survey, survey.series).find((it) => it.due === due);
  return verdict?.reasons.find(isGuard);
}

/**
 * Counted here and not by a reason: the policy's rules, which are not asked, may be all that holds the last
 * points.
 */
function leavesTooFew({ present, policy }: Survey, due: Instant): boolean {
  const complete = present.filter(fillsRules);
  return complete.some((point) => point.due === due) && complete.length <= policy.brakes.minPoints;
}

/** A snapshot that stays and can't be restored without one that is to go. */
function dependentOf({ series }: Survey, action: ForgottenStep): string | undefined {
  const gone = new Set(action.snapshots);
  return [...series.byId.values()].find(
    (it) => !gone.has(it.id) && chainOf(it, series.byId).some((link) => gone.has(link.id)),
  )?.id;
}

function guardWords(guard: KeepReason): string {
  switch (guard.why) {
    case "newest-verified":
      return "is the newest verified one";
    case "none-newer-verified":
      return "is newer than every verified one";
    case "newest-verified-inside":
      return "is the newest verified one inside the window";
    case "newest-verified-outside":
      return "is the newest verified one outside the window";
    case "newest-unverified-inside":
      return "is the newest unverified one inside the window";
    case "newest-data":
      return "is newer than every complete one";
    case "hold":
      return `is held: ${guard.note}`;
    case "hold-unreadable":
      return `may be held: ${guard.object} can't be read`;
    case "history-unreadable":
      return `stays while ${guard.object} can't be read; \`sitekeep repo repair\` mends that`;
    case "future":
      return "is later than now";
    case "min-points":
      return `is one of the last ${guard.minPoints}`;
    case "incomplete-grace":
      return "is incomplete and still in its grace";
    case "rule":
    case "within":
    case "no-rules":
    case "chain":
    case "brake":
      return "is kept by the policy";
  }
}
