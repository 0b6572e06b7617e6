import { match } from "../../base/fact.ts";
import type { Fact } from "../../base/fact.ts";
import type { Problem } from "../../base/problem.ts";
import type { ProblemCode } from "../../base/problem-codes.ts";
import type { Observation } from "../../model/observation.ts";
import type { PolicyRisk } from "../../model/policy/policy-risk.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import type { Answers, Questions } from "./answers.ts";
import type { Finding } from "./risk.ts";
import type { SeenSite } from "./seen-site.ts";

/**
 * Something that is known to go wrong with a site, or with its recovery. All that is known of one stands in
 * its file: when it is there, its words and its cure, the document that says so, and what it asks of the
 * site's database.
 */
export type Hazard<Asked extends Questions = Questions> = PolicyHazard<Asked> | SiteHazard<Asked>;

interface Described<Asked extends Questions> {
  /** The code of its risk, explained in docs/problems.md. */
  readonly code: ProblemCode;
  /** What is wrong, in the words of docs/lint.md. */
  readonly hazard: string;
  /**
   * The document that tells of it: *M* is Microsoft's documentation, *C* the community, *K* common practice.
   */
  readonly source: string;
  /**
   * How a policy may accept it: as a whole or by what it names, `thing by thing` where who accepted all of it
   * would accept what comes next year, or `never`.
   */
  readonly accepted: "as it is" | "thing by thing" | "never";
  /** The questions for the site's database that it rests on. */
  readonly asks: Asked;
}

/** A hazard that a policy shows by itself, and better with a look at its site. */
export interface PolicyHazard<Asked extends Questions = Questions> extends Described<Asked> {
  /** `validation`: told by `validate` alone, since a plan knows more. */
  readonly seenIn: "policy" | "validation";
  judge(policy: ResolvedPolicy, seen?: SeenWithPolicy<Asked>): readonly PolicyFinding[];
}

/** A hazard that a look at the site shows. */
export interface SiteHazard<Asked extends Questions = Questions> extends Described<Asked> {
  readonly seenIn: "site";
  /** The place that it is read from, as docs/lint.md tells. */
  readonly readIn: string;
  judge(site: SeenSite, answers: Answers<Asked>): readonly SiteFinding[];
}

/** What a look adds to a policy. */
export interface SeenWithPolicy<Asked extends Questions> {
  readonly observed: Observation;
  /** Absent where nobody looked at the site as a whole. */
  readonly answers?: Answers<Asked>;
}

/** The finding that a hazard is not judged, and why. */
export interface NotJudged {
  readonly notJudged: Problem;
}

export type PolicyFinding = PolicyRisk | NotJudged;
export type SiteFinding = Finding | NotJudged;

/** Says that a hazard is not judged: the case of an unknown fact. */
export function notJudged(why: Problem): readonly NotJudged[] {
  return [{ notJudged: why }];
}

/** Says so of a hazard of several parts, once for each of its facts that is unknown. */
export function notJudgedFor(facts: readonly Fact<unknown>[]): readonly NotJudged[] {
  return facts.flatMap((it) => match(it, { known: nothing, unknown: notJudged, absent: nothing }));
}

/** The case of a fact that is not there, where that is no hazard. */
export function nothing(): readonly [] {
  return [];
}

/** A hazard of a policy, its questions and answers under the same names. */
export function policyHazard<const Asked extends Questions>(hazard: PolicyHazard<Asked>): PolicyHazard {
  return hazard as unknown as PolicyHazard;
}

/** A hazard of a site, its questions and answers under the same names. */
export function siteHazard<const Asked extends Questions>(hazard: SiteHazard<Asked>): SiteHazard {
  return hazard as unknown as SiteHazard;
}
