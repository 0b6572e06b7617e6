import { given } from "../../base/given.ts";
import { day } from "../../base/instant.ts";
import type { Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import type { Finding, JointRisk } from "../../lint/parts/risk.ts";
import { acceptedByThing, isNamed } from "../../model/policy/acceptance.ts";
import type { Acceptance, AcceptedRisk } from "../../model/policy/acceptance.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { instantOfLocal } from "../calendar/zone.ts";
import { namesOf } from "../../model/site-subject.ts";

/** What is red about a site, and what would be if the policy had not accepted it. */
export interface JudgedRisks {
  readonly risks: readonly Problem[];
  /** Absent: nothing. */
  readonly accepted?: readonly AcceptedRisk[];
}

/**
 * Takes from what was found what the policy accepts. Of a joint risk that is each thing by itself; the rest
 * stays joint.
 */
export function acceptRisks(
  policy: Pick<ResolvedPolicy, "accepts" | "schedule">,
  findings: readonly Finding[],
  now: Instant,
): Required<JudgedRisks> {
  const judge = (risk: Problem, names: readonly string[]) =>
    judgeOne(risk, acceptancesOf(policy, risk, names), now);
  const judged = findings.flatMap((finding) =>
    "things" in finding ? judgeThings(finding, judge) : [judge(finding, namesOf(finding.about))],
  );
  return {
    risks: judged.flatMap((it) => ("risk" in it ? [it.risk] : [])),
    accepted: judged.flatMap((it) => ("accepted" in it ? [it.accepted] : [])),
  };
}

/** `touched`: an acceptance is for it, one that has ended among them. */
type Verdict =
  | { readonly risk: Problem; readonly touched: boolean }
  | { readonly accepted: AcceptedRisk; readonly touched: true };

function judgeThings(
  { things, tell }: JointRisk,
  judge: (risk: Problem, names: readonly string[]) => Verdict,
): readonly Verdict[] {
  const single = things.map((thing) => {
    const risk = tell([thing]);
    return { thing, verdict: judge(risk, risk.code === acceptedByThing ? [thing] : namesOf(risk.about)) };
  });
  const rest = single.filter(({ verdict }) => !verdict.touched).map(({ thing }) => thing);
  const apart = single.map(({ verdict }) => verdict).filter(({ touched }) => touched);
  return [...(rest.length === 0 ? [] : [{ risk: tell(rest), touched: false }]), ...apart];
}

/** An acceptance with the instant from which it no longer counts. */
interface Dated {
  readonly acceptance: Acceptance;
  readonly endsAt: Instant;
}

function acceptancesOf(
  { accepts = [], schedule }: Pick<ResolvedPolicy, "accepts" | "schedule">,
  { code }: Problem,
  names: readonly string[],
): readonly Dated[] {
  return accepts
    .filter((it) => it.risk === code && (it.of === undefined || names.some((name) => isNamed(name, it.of!))))
    .map((acceptance) => ({ acceptance, endsAt: endOf(acceptance, schedule.timeZone) }));
}

/** The last day counts to its end. */
function endOf({ until }: Acceptance, zone: string): Instant {
  return until === undefined ? Infinity : instantOfLocal(zone, Date.parse(`${until}T00:00:00Z`) + day);
}

/** Of several acceptances the one that lasts longest speaks. */
function judgeOne(risk: Problem, dated: readonly Dated[], now: Instant): Verdict {
  const [longest] = dated.toSorted((left, right) => (left.endsAt < right.endsAt ? 1 : -1));
  if (longest === undefined) return { risk, touched: false };
  const { risk: code, because, until } = longest.acceptance;
  if (now >= longest.endsAt) {
    const hint = `Was accepted until ${until} ("${because}"): ${risk.hint}`;
    return { risk: { ...risk, hint }, touched: true };
  }
  const { message, where, about } = risk;
  return {
    accepted: { code, message, where, ...given({ about }), because, ...given({ until }) },
    touched: true,
  };
}
