import { expect, test } from "vitest";
import { day, minute } from "../../../../src/core/base/instant.ts";
import type { KeyFacts, KeyProof } from "../../../../src/core/model/repository/key-proof.ts";
import type { Observation } from "../../../../src/core/model/observation.ts";
import {
  explainUncounted,
  judgeKeyProof,
  judgeSecondKey,
} from "../../../../src/core/plan/risks/judge-keys.ts";
import { makePlan } from "../../../../src/core/plan/make-plan.ts";
import { summariseStatus } from "../../../../src/core/plan/summarise-status.ts";
import { renderStatus } from "../../../../src/core/report/render-status.ts";
import { dueDaysAgo, noon, observationOf, pointsOf, policyOf } from "../../../support/build-site.ts";

const [site, escrow, other] = ["aa".repeat(8), "bb".repeat(8), "cc".repeat(8)];
const rule = { now: noon, everyMs: 90 * day, servers: ["cm01.contoso.com"] };
const proof = proofOf();

test("a second key that another machine has opened the repository with counts for the promised time", () => {
  expect(worthOf(proof)).toEqual({ counts: true, until: noon + 80 * day });
  expect(worthOf(proof, {}, { now: proof.at + 90 * day })).toMatchObject({ counts: true });
});

test.each([
  ["expired", proof, {}, { now: proof.at + 90 * day + 1 }],
  ["slot-removed", proofOf({ slot: other }), {}, {}],
  ["in-future", proofOf({ at: noon + 5 * minute + 1 }), {}, {}],
  ["site-key-unknown", proof, { uses: [] }, {}],
  ["same-key", proofOf({ slot: site }), {}, {}],
  ["same-machine", proofOf({ machine: "CM02" }), {}, {}],
  ["same-machine", proofOf({ machine: "cm01" }), { uses: [useOf({ machine: "cm02" })] }, {}],
] as const)("a proof that is %s does not count", (because, given, facts, changed) => {
  expect(worthOf(given, facts, changed)).toMatchObject({ counts: false, because });
});

test("a clock that is a little ahead does not spoil a proof", () => {
  expect(worthOf(proofOf({ at: noon + 5 * minute }))).toMatchObject({ counts: true });
});

test("a key that the site has given up is a second key again, and one that it took up is none any more", () => {
  const before = { uses: [useOf({ slot: escrow, at: 1 }), useOf({ slot: site, at: 2 })] };
  expect(worthOf(proof, before)).toMatchObject({ counts: true });
  const after = { uses: before.uses.toReversed() };
  expect(worthOf(proof, after)).toMatchObject({ counts: false, because: "same-key" });
  // A machine's name is the same in any letters.
  const louder = { uses: [useOf({ slot: escrow }), useOf({ slot: site, machine: "CM02.contoso.com" })] };
  expect(worthOf(proof, louder)).toMatchObject({ counts: true });
});

test("of several proofs the one that counts longest is shown, else the one that comes nearest", () => {
  const newer = proofOf({ at: noon - day });
  const useless = proofOf({ at: noon, slot: site });
  expect(judgeSecondKey(factsOf(proof, newer, useless), rule)).toEqual({
    state: "proven",
    proof: newer,
    until: noon + 89 * day,
  });
  const short = { ...rule, everyMs: minute };
  expect(judgeSecondKey(factsOf(proof, newer, useless), short)).toMatchObject({
    because: "expired",
    proof: newer,
  });
  expect(judgeSecondKey(factsOf(), rule)).toEqual({ state: "not-proven", because: "never" });
});

test("why a proof does not count is said with a cure, and nothing is said of one that does", () => {
  expect(explainUncounted(proof, worthOf(proof))).toBeUndefined();
  const same = proofOf({ slot: site });
  expect(explainUncounted(same, worthOf(same))).toEqual({
    message:
      "It does not count: the proof of 2026-11-12 12:00Z on admin07 was made with the key that the site itself uses.",
    hint: "Add a key that is kept elsewhere with `sitekeep repo keys add`, take it to another machine, and run `sitekeep repo keys prove` there.",
  });
});

const policy = policyOf();
const points = pointsOf(policy, dueDaysAgo(2), dueDaysAgo(1), dueDaysAgo(0));

test("a repository whose second key was never proven is a risk of the plan and no step, and status is red", () => {
  const unproven = observationOf(policy, points, { keys: factsOf() });
  const [plan] = makePlan([policy], [unproven], noon).sites;
  expect(plan).toMatchObject({ actions: [], risks: [{ code: "second-key-not-proven", severity: "risk" }] });
  const [status] = statusOf(unproven);
  expect(status).toMatchObject({
    state: "at-risk",
    keys: [{ repository: "main", secondKey: { state: "not-proven", because: "never" } }],
    problems: [{ code: "second-key-not-proven" }],
  });
});

test("status says where and when the second key was proven, and until when that counts", () => {
  const proven = observationOf(policy, points, { keys: factsOf(proof) });
  expect(statusOf(proven)).toMatchObject([{ state: "kept", problems: [] }]);
  expect(renderStatus(statusOf(proven), noon)).toContain(
    "\n  main was opened with a second key on admin07 at 2026-11-12 12:00Z; that counts until 2027-02-10 12:00Z\n",
  );
});

test("a repository of copies needs a second key of its own, one that holds nothing of the site does not", () => {
  const held = { repository: "offsite", snapshots: points, keys: factsOf() };
  const copies = [held, { ...held, repository: "empty", snapshots: [] }];
  const observed = observationOf(policy, points, { keys: factsOf(proof), copies });
  const [status] = statusOf(observed);
  expect(status!.keys.map((it) => it.repository)).toEqual(["main", "offsite"]);
  expect(status!.problems).toMatchObject([{ where: "repository offsite" }]);
});

test("nothing is said of a repository without keys, and of one that holds nothing yet", () => {
  expect(statusOf(observationOf(policy, points))[0]!.keys).toEqual([]);
  expect(statusOf(observationOf(policy, [], { keys: factsOf() }))[0]!.keys).toEqual([]);
});

function statusOf(observed: Observation) {
  return summariseStatus([policy], [observed], noon);
}

function worthOf(given: KeyProof, facts: Partial<KeyFacts> = {}, changed: Partial<typeof rule> = {}) {
  return judgeKeyProof(given, { ...factsOf(given), ...facts }, { ...rule, ...changed });
}

function factsOf(...proofs: readonly KeyProof[]): KeyFacts {
  return { slots: [site, escrow], proofs, uses: [useOf()] };
}

function useOf(changes: Partial<KeyFacts["uses"][number]> = {}) {
  return { machine: "cm02.contoso.com", slot: site, at: noon - 20 * day, ...changes };
}

function proofOf(changes: Partial<KeyProof> = {}): KeyProof {
  return { at: noon - 10 * day, slot: escrow, machine: "admin07", snapshot: "s1", bytes: 7, ...changes };
}
