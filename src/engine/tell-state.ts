import { causesOfPolicies } from "../core/alarms/causes-of-policies.ts";
import { causesOfSite } from "../core/alarms/causes-of-site.ts";
import { assert } from "../core/base/assert.ts";
import type { Problem } from "../core/base/problem.ts";
import type { Observation } from "../core/model/observation.ts";
import type { Outcome } from "../core/model/outcome.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import { summariseStatus } from "../core/plan/summarise-status.ts";
import { raiseAlarms } from "./alarms/raise-alarms.ts";
import { recallTold, toldOfFolder, toldOfPolicy } from "./alarms/told-record.ts";
import { lookAgain } from "./look/observe.ts";
import type { Session } from "./session/session.ts";

/** What was looked at, and what was done since. */
export interface StateToTell {
  readonly policies: readonly ResolvedPolicy[];
  readonly observations: readonly Observation[];
  /** Empty where there was nothing to do, or nothing could be done. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Tells the webhooks of each policy what is red about its site, whether or not a plan had a step for it.
 * What was done is seen by another look at the repository. A site that another machine applies is that
 * machine's to tell. Gives back what could not be delivered.
 */
export async function tellSites(session: Session, state: StateToTell): Promise<readonly Problem[]> {
  const told = state.policies.map((policy) => tellSite(session, policy, state));
  return (await Promise.all(told)).flat();
}

async function tellSite(
  session: Session,
  policy: ResolvedPolicy,
  { observations, outcomes }: StateToTell,
): Promise<readonly Problem[]> {
  const before = observations.find((it) => it.policy === policy.name);
  assert(before, `policy ${policy.name} was not observed`);
  if (policy.notify.length === 0 || before.elsewhere !== undefined) return [];
  const own = outcomes.filter(({ site }) => site === policy.site.code);
  const observed = own.length === 0 ? before : await lookAgain(session, policy, before);
  const [status] = summariseStatus([policy], [observed], session.now());
  return raiseAlarms(session, {
    look: causesOfSite(status!, observed),
    rules: policy.notify,
    record: toldOfPolicy(policy),
    succeeded: own.length > 0 && own.every(({ result, inPart }) => result === "done" && inPart === undefined),
  });
}

/** A policy folder as it was read. */
export interface PoliciesToTell {
  /** Path of the folder from the root: one name, from wherever the program is started. */
  readonly folder: string;
  /** Sound policies of the folder. */
  readonly policies: readonly ResolvedPolicy[];
  readonly problems: readonly Problem[];
}

/**
 * Tells that policies can't be read or are wrong, and that they are sound again. Whom a broken policy wants
 * told it doesn't say any more: it is told whom the folder's policies named when they were last sound.
 */
export async function tellPolicies(
  session: Session,
  { folder, policies, problems }: PoliciesToTell,
): Promise<readonly Problem[]> {
  const look = causesOfPolicies(folder, problems);
  const record = toldOfFolder(folder);
  const remembered = look.causes.length === 0 ? [] : await recallTold(session.world, record);
  const rules = [...policies.flatMap(({ notify }) => notify), ...remembered];
  return raiseAlarms(session, { look, rules, record, succeeded: false });
}
