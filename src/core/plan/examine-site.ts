import type { Problem } from "../base/problem.ts";
import type { CopyObservation, DatabaseWindowFacts, Observation } from "../model/observation.ts";
import { type ExaminedPart, fails, holds, type Precondition, untold } from "../model/precondition.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Source } from "../model/policy/source.ts";
import { lintSite } from "../lint/lint.ts";
import { acceptRisks } from "./risks/accept-risks.ts";
import { hasWindow } from "./window/judge-window.ts";

/** What drivers found when they tried what a capture needs, by the name of the source. */
export type Tried = Readonly<Record<string, readonly Precondition[]>>;

/**
 * Every precondition of a policy, part by part: its site, its sources in their order, where snapshots are
 * kept. Nothing that a look could not tell is left out.
 */
export function examineSite(
  policy: ResolvedPolicy,
  observed: Observation,
  tried: Tried,
): readonly ExaminedPart[] {
  return [
    { part: `site ${policy.site.code}`, preconditions: ofSite(policy, observed) },
    ...policy.sources.map((source) => ({
      part: source.name,
      preconditions: [...ofSource(source, observed), ...(tried[source.name] ?? [])],
    })),
    {
      part: `repository ${policy.repository.name}`,
      preconditions: [ofRepository(observed.repositoryProblem)],
    },
    ...(observed.copies ?? []).map((copy) => ({
      part: `repository ${copy.repository}`,
      preconditions: [ofRepository(copy.problem)],
    })),
  ];
}

function ofSite(policy: ResolvedPolicy, observed: Observation): readonly Precondition[] {
  return [
    ofMachine(policy, observed),
    ...(hasWindow(policy) ? ofWindow(policy, observed) : []),
    ...ofTask(observed),
    ...ofHazards(policy, observed),
  ];
}

function ofMachine({ site }: ResolvedPolicy, { elsewhere }: Observation): Precondition {
  const says = `this machine applies the policy of ${site.code}`;
  if (elsewhere === undefined) return holds(says);
  return fails(says, {
    code: "policy-applied-elsewhere",
    severity: "risk",
    message: `Nothing is applied from here: ${elsewhere}.`,
    where: site.code,
    hint: "Run sitekeep on one of these machines, or add this one to `servers` of the site.",
  });
}

function ofWindow(policy: ResolvedPolicy, { window }: Observation): readonly Precondition[] {
  const databases = [[policy.site.code, window.own] as const, ...Object.entries(window.partners)];
  return databases.flatMap(([code, seen]) => ofDatabase(code, seen));
}

function ofDatabase(
  code: string,
  seen: DatabaseWindowFacts | { readonly problem: Problem },
): readonly Precondition[] {
  const says = `the database of ${code} tells what the window rests on`;
  if ("problem" in seen) return [fails(says, seen.problem)];
  const unread = seen.unread ?? [];
  return unread.length === 0
    ? [holds(says)]
    : unread.map(({ witness, why }) => untold(`the database of ${code} tells of its ${witness}`, why));
}

function ofTask({ siteTask }: Observation): readonly Precondition[] {
  if (siteTask === undefined) return [];
  const says = "the schedule of the task Backup Site Server can be read";
  if ("problem" in siteTask) return [untold(says, siteTask.problem)];
  const { runsUnread } = siteTask;
  return [
    holds(says),
    ...(runsUnread === undefined ? [] : [untold("its last runs can be read", runsUnread)]),
  ];
}

/** What would harm a recovery, but for what the policy accepts; and what of it could not be judged. */
function ofHazards(policy: ResolvedPolicy, observed: Observation): readonly Precondition[] {
  const found = acceptRisks(policy, lintSite(policy, observed, observed.at), observed.at).risks;
  return found.length === 0 ? [holds("the site is free of hazards")] : found.map((why) => ofHazard(why));
}

function ofHazard(why: Problem): Precondition {
  return why.code === "hazard-not-judged"
    ? untold("the site is free of hazards", why)
    : fails("the site is free of hazards", why);
}

function ofSource({ name }: Source, { sources }: Observation): readonly Precondition[] {
  const seen = sources[name];
  if (seen === undefined) return [];
  const says = "it is there, and this account may read it";
  if (!seen.answers) return [fails(says, seen.problem)];
  return [holds(says), ...seen.risks.map((why) => fails("all of it can be captured", why))];
}

function ofRepository(problem: CopyObservation["problem"]): Precondition {
  const says = "it can be read, or made by the first run";
  return problem === undefined ? holds(says) : fails(says, problem);
}
