import { given } from "../../core/base/given.ts";
import { assert } from "../../core/base/assert.ts";
import { parseDuration } from "../../core/base/instant.ts";
import type { KeyFacts, KeyJudge, KeyProof, ProofWorth } from "../../core/model/repository/key-proof.ts";
import type { KeySlotView } from "../../core/model/repository/key-slot-view.ts";
import type { RepositoryAddress, ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { copiesOf } from "../../core/plan/survey/copy-survey.ts";
import { judgeKeyProof, judgeSecondKey, type KeyRule } from "../../core/plan/risks/judge-keys.ts";
import { policyDefaults } from "../../core/policy/resolve/defaults.ts";
import { readKeyFacts } from "../session/key-uses.ts";
import { keyProblem } from "./repository-keys.ts";
import { openExisting, type Session } from "../session/session.ts";

/** A repository, and the policies as far as they are known. */
export interface KeyOrder {
  readonly address: RepositoryAddress;
  readonly policies: readonly ResolvedPolicy[];
}

/** What was proven, and what that is worth. */
export interface ProvenKey {
  readonly proof: KeyProof;
  readonly worth: ProofWorth;
  /** `defaults` where no policy that uses the repository is known: the site's own may be stricter. */
  readonly judgedBy: KeyJudge;
}

/** Opens the repository, reads of it, and files that. Every rejection is a problem with its cure. */
export async function proveKey(session: Session, order: KeyOrder): Promise<ProvenKey> {
  const { machine } = session.world;
  const repository = await openExisting(session, order.address);
  try {
    const proof = await repository.proveKey(machine.identity, session.signal);
    const { keys } = await readKeyFacts(repository);
    assert(keys, "a repository that a key has opened has keys");
    const judgedBy = usersOf(order).length > 0 ? "policies" : "defaults";
    return { proof, judgedBy, worth: judgeKeyProof(proof, keys, ruleOf(session, order)) };
  } catch (thrown) {
    throw keyProblem(thrown, order.address);
  }
}

/**
 * The slots with the last proof of each. Nothing is known of proofs while no key at hand opens the
 * repository.
 */
export async function addLastProofs(
  session: Session,
  order: KeyOrder,
  slots: readonly KeySlotView[],
): Promise<readonly KeySlotView[]> {
  const facts = await factsAtHand(session, order, slots);
  return slots.map((slot) => {
    const lastProof = facts?.proofs.findLast((it) => it.slot === slot.id);
    return { ...slot, ...given({ lastProof }) };
  });
}

/** Whether the key of a slot is the only one that is proven as a second key. */
export async function isOnlySecondKey(
  session: Session,
  order: KeyOrder,
  { slots, id }: { readonly slots: readonly KeySlotView[]; readonly id: string },
): Promise<boolean> {
  const facts = await factsAtHand(session, order, slots);
  if (!facts) return false;
  const rule = ruleOf(session, order);
  const without = { ...facts, slots: facts.slots.filter((it) => it !== id) };
  return (
    judgeSecondKey(facts, rule).state === "proven" && judgeSecondKey(without, rule).state === "not-proven"
  );
}

async function factsAtHand(
  session: Session,
  { address }: KeyOrder,
  slots: readonly KeySlotView[],
): Promise<KeyFacts | undefined> {
  if (!slots.some((it) => it.opensWith.length > 0)) return undefined;
  const { keys } = await readKeyFacts(await openExisting(session, address));
  return keys;
}

/**
 * The strictest of the policies that use the repository. Without any: what a policy says that says nothing of
 * it.
 */
function ruleOf(session: Session, order: KeyOrder): KeyRule {
  const using = usersOf(order);
  const unsaid = parseDuration(policyDefaults.objectives.keyProofEvery);
  const spans = using.map((it) => it.objectives.keyProofEveryMs);
  const everyMs = spans.length > 0 ? Math.min(...spans) : unsaid;
  assert(everyMs !== undefined, "the default of keyProofEvery is a length of time");
  return { now: session.now(), everyMs, servers: using.flatMap((it) => it.site.servers) };
}

/** The policies that capture to the repository or copy to it. */
function usersOf({ address, policies }: KeyOrder): readonly ResolvedPolicy[] {
  return policies.filter((policy) =>
    [policy.repository, ...copiesOf(policy).map((it) => it.repository)].some(
      (it) => it.name === address.name,
    ),
  );
}
