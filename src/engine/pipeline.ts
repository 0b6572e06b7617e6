import type { Instant } from "../core/base/instant.ts";
import { ProblemError, type Problem } from "../core/base/problem.ts";
import type { Observation } from "../core/model/observation.ts";
import type { Plan } from "../core/model/plan.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import { makePlan } from "../core/plan/make-plan.ts";
import { loadPolicies, type LoadedPolicies } from "./load.ts";
import { observe, type Look } from "./look/observe.ts";
import type { Session } from "./session/session.ts";

/** Which policies are meant. */
export interface Selection {
  /** Folder or file with the policies. */
  readonly folder: string;
  /** Only this site. */
  readonly site?: string;
}

/** The policies that are in force, or everything that is wrong where there is none. */
export type Loaded = (
  | {
      readonly ok: true;
      readonly policies: readonly ResolvedPolicy[];
      /** Errors of the folder: what they concern is not among the policies. */
      readonly leftOut: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }
) & {
  /** What of the folder is sound, whether it was chosen or not. */
  readonly sound: readonly ResolvedPolicy[];
};

/** What was looked at and what follows from it. */
export interface Planned {
  readonly plan: Plan;
  readonly policies: readonly ResolvedPolicy[];
  readonly observations: readonly Observation[];
}

/**
 * load, validate, resolve. What is wrong is left out, and told by everything that goes on without it: a
 * mistake at one site is no reason to let another go unprotected.
 */
export async function readSelection(session: Session, selection: Selection): Promise<Loaded> {
  const { policies: sound, problems } = await readFolder(session, selection.folder);
  const leftOut = problems.filter((it) => it.severity === "error");
  const { site } = selection;
  const policies = sound.filter((it) => site === undefined || it.site.code === site.toUpperCase());
  if (policies.length > 0) return { ok: true, policies, leftOut, sound };
  // The site that was asked for may be what the broken policy is for.
  const isBroken = leftOut.length > 0;
  return { ok: false, problems: isBroken ? problems : [...problems, noPolicy(selection, sound)], sound };
}

/** A folder that can't be read has no policy, and the reason. */
async function readFolder(
  { world }: Session,
  folder: string,
): Promise<Pick<LoadedPolicies, "policies" | "problems">> {
  try {
    return await loadPolicies(world, folder);
  } catch (thrown) {
    if (thrown instanceof ProblemError) return { policies: [], problems: [thrown.problem] };
    throw thrown;
  }
}

/** observe, plan. Reads the world and changes nothing in it. */
export async function planPolicies(
  session: Session,
  policies: readonly ResolvedPolicy[],
  options: { readonly at?: Instant; readonly look?: Look; readonly leftOut?: readonly Problem[] } = {},
): Promise<Planned> {
  const { at, look, leftOut = [] } = options;
  const observations = await Promise.all(policies.map((policy) => observe(session, policy, look)));
  const plan = {
    ...makePlan(policies, observations, at ?? session.now()),
    ...(leftOut.length > 0 && { leftOut }),
  };
  return { plan: at === undefined ? plan : { ...plan, hypothetical: true }, policies, observations };
}

/** Says that no policy is there for what was asked. */
export function noPolicy({ folder, site }: Selection, policies: readonly ResolvedPolicy[]): Problem {
  const codes = policies.map((it) => it.site.code).join(", ");
  return {
    code: "no-policy",
    severity: "error",
    message:
      site === undefined ? `${folder} holds no policy.` : `No policy in ${folder} is for the site ${site}.`,
    where: folder,
    hint: codes === "" ? "Write a first one with `sitekeep init`." : `There are policies for: ${codes}.`,
  };
}
