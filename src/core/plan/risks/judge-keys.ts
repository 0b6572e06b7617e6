import { isSameHost } from "../../base/host-name.ts";
import { formatMinute } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import { uncountedReasons } from "../../model/repository/key-proof.ts";
import type {
  KeyFacts,
  KeyProof,
  ProofWorth,
  SecondKey,
  Uncounted,
} from "../../model/repository/key-proof.ts";
import type { KeyStatus } from "../../model/status.ts";
import { futureToleranceMs } from "../retention/retention.ts";
import type { Survey } from "../survey/survey.ts";
import { aboutSite } from "../../model/site-subject.ts";

/** By what a proof is judged (docs/decisions/0010-second-key.md). */
export interface KeyRule {
  readonly now: Instant;
  /** How long a proof counts. */
  readonly everyMs: DurationMs;
  /** Machines that the policies name as site servers: they count as writers before they ever wrote. */
  readonly servers: readonly string[];
}

/** Whether a proof shows that the repository outlives the machines that write to it. */
export function judgeKeyProof(proof: KeyProof, facts: KeyFacts, rule: KeyRule): ProofWorth {
  const until = proof.at + rule.everyMs;
  const because = whyUncounted(proof, facts, rule);
  return because === undefined ? { counts: true, until } : { counts: false, because, until };
}

function whyUncounted(
  { at, slot, machine }: KeyProof,
  { slots, uses }: KeyFacts,
  { now, everyMs, servers }: KeyRule,
): Uncounted | undefined {
  const writers = [...servers, ...uses.map((it) => it.machine)];
  if (!slots.includes(slot)) return "slot-removed";
  if (at > now + futureToleranceMs) return "in-future";
  if (uses.length === 0) return "site-key-unknown";
  if (siteSlots({ uses }).has(slot)) return "same-key";
  if (writers.some((it) => isSameHost(it, machine))) return "same-machine";
  return at + everyMs < now ? "expired" : undefined;
}

/** The slots by which the machines that write open the repository now: of each machine its last word. */
function siteSlots({ uses }: Pick<KeyFacts, "uses">): ReadonlySet<string> {
  return new Set(new Map(uses.map(({ machine, slot }) => [machine.toLowerCase(), slot])).values());
}

/** The best that the proofs show: the one that counts longest, or why none does. */
export function judgeSecondKey(facts: KeyFacts, rule: KeyRule): SecondKey {
  const [best] = facts.proofs
    .map((proof) => ({ proof, worth: judgeKeyProof(proof, facts, rule) }))
    .sort((left, right) => rankOf(left.worth) - rankOf(right.worth) || right.proof.at - left.proof.at);
  if (best === undefined) return { state: "not-proven", because: "never" };
  const { proof, worth } = best;
  return worth.counts
    ? { state: "proven", proof, until: worth.until }
    : { state: "not-proven", because: worth.because, proof, until: worth.until };
}

function rankOf(worth: ProofWorth): number {
  return worth.counts ? -1 : uncountedReasons.indexOf(worth.because);
}

/** Each repository of a site that holds something of it, with what is known of its second key. */
export function summariseKeys({ policy, observed, now }: Survey): readonly KeyStatus[] {
  const rule = { now, everyMs: policy.objectives.keyProofEveryMs, servers: policy.site.servers };
  const places = [
    { repository: policy.repository.name, snapshots: observed.snapshots, keys: observed.keys },
    ...(observed.copies ?? []),
  ];
  return places.flatMap(({ repository, snapshots, keys }) =>
    keys === undefined || snapshots.length === 0
      ? []
      : [{ repository, secondKey: judgeSecondKey(keys, rule) }],
  );
}

/** A repository whose only proven keys may die with the machines that write to it. */
export function keyRisks(survey: Survey): readonly Problem[] {
  return summariseKeys(survey).flatMap(({ repository, secondKey }) =>
    secondKey.state === "proven"
      ? []
      : [
          {
            code: "second-key-not-proven" as const,
            severity: "risk" as const,
            message: `The repository ${repository} may be lost with this site: ${lackWords(secondKey)}.`,
            where: `repository ${repository}`,
            hint: cures[secondKey.because],
            about: aboutSite({ kind: "repository", name: repository }),
          },
        ],
  );
}

function lackWords(lack: Extract<SecondKey, { readonly state: "not-proven" }>): string {
  if (lack.because === "never") return "no second key was ever proven on another machine";
  return uncountedWords(lack.proof, lack);
}

/** Why a proof does not count, as a sentence, and what to do. `undefined` for one that does. */
export function explainUncounted(
  proof: KeyProof,
  worth: ProofWorth,
): { readonly message: string; readonly hint: string } | undefined {
  if (worth.counts) return undefined;
  const words = uncountedWords(proof, worth);
  return { message: `It does not count: ${words}.`, hint: cures[worth.because] };
}

function uncountedWords(
  { at, machine }: KeyProof,
  { because, until }: { readonly because: Uncounted; readonly until: Instant },
): string {
  const proof = `the proof of ${formatMinute(at)} on ${machine}`;
  switch (because) {
    case "expired":
      return `${proof} counted until ${formatMinute(until)}`;
    case "slot-removed":
      return `${proof} was made with a key that has been removed since`;
    case "in-future":
      return `${proof} is dated later than now`;
    case "site-key-unknown":
      return `${proof} can't be judged before a run has said which key the site itself uses`;
    case "same-machine":
      return `${proof} was made on a machine that writes to it`;
    case "same-key":
      return `${proof} was made with the key that the site itself uses`;
  }
}

const addAndProve =
  "Add a key that is kept elsewhere with `sitekeep repo keys add`, take it to another machine, and run `sitekeep repo keys prove` there.";

const cures: Readonly<Record<Uncounted | "never", string>> = {
  never: addAndProve,
  expired:
    "Run `sitekeep repo keys prove` there again: whoever keeps the key should open the repository with it now and then.",
  "slot-removed": addAndProve,
  "in-future": "Correct the clock of that machine, then run `sitekeep repo keys prove` there again.",
  "site-key-unknown": "The next `sitekeep apply` says it, and then this proof is judged.",
  "same-machine":
    "Run `sitekeep repo keys prove` on a machine that does not write to this repository, with the key that is kept there.",
  "same-key": addAndProve,
};
