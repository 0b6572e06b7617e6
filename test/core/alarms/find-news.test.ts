import { expect, test } from "vitest";
import { findNews } from "../../../src/core/alarms/find-news.ts";
import type {
  Cause,
  CauseLook,
  ToldCause,
  ToldTarget,
  Unseen,
} from "../../../src/core/model/policy/alarm.ts";
import { undeliveredProblem } from "../../../src/core/alarms/undelivered-problem.ts";
import { aboutSite } from "../../../src/core/model/site-subject.ts";
import { noon, problemOf } from "../../support/build-site.ts";

const webhook = { env: "HOOK" } as const;

test("what is new is told, what was told is not, and what is gone is over", () => {
  const { begun, over, told } = news([cause("old"), cause("new")], { told: ["old", "gone"] });
  expect([begun, over, told].map(keys)).toEqual([["new"], ["gone"], ["old", "new"]]);
});

test("a cause that was told keeps the instant at which it was", () => {
  const { told } = news([cause("old"), cause("new")], { told: ["old"] });
  expect(told.map(({ at }) => at)).toEqual([0, noon]);
});

test("only what a rule asks for is told, and what it no longer asks for is dropped in silence", () => {
  const seen = [cause("a"), cause("w", { event: "windowAtRisk" })];
  const { begun, over, told } = news(seen, { on: ["windowAtRisk"], told: ["a"] });
  expect([begun, over, told].map(keys)).toEqual([["w"], [], ["w"]]);
});

test.each<[string, Partial<Unseen>, Partial<Cause>]>([
  ["nothing could be seen", { all: true }, {}],
  ["its source is silent", { sources: ["files"] }, { source: "files" }],
  ["hazards were not judged", { hazards: true }, { problem: ofHazard() }],
])("while %s, what is not seen is not over", (_, unseen, of) => {
  const before = [{ ...cause("a", of), at: 0 }];
  const hidden = news([], { told: before, unseen });
  expect(hidden).toEqual({ begun: [], over: [], told: before });
  expect(keys(news([], { told: before }).over)).toEqual(["a"]);
});

test("what a silent source hides is that source's alone", () => {
  const told = [
    { ...cause("a", { source: "other" }), at: 0 },
    { ...cause("b"), at: 0 },
  ];
  expect(keys(news([], { told, unseen: { sources: ["files"] } }).over)).toEqual(["a", "b"]);
});

test("a window that goes from one verdict to a worse one is not over", () => {
  const window = { event: "windowAtRisk" } as const;
  const told = [{ ...cause("closing", window), at: 0 }];
  const worse = news([cause("outside", window)], { told });
  expect([worse.begun, worse.over, worse.told].map(keys)).toEqual([["outside"], [], ["outside"]]);
});

test("that a webhook lacks a message is told to the others alone", () => {
  const problem = undeliveredProblem("PS1", { webhook, since: noon, why: "it answered 404." });
  expect(keys(news([cause("a", { problem })], {}).begun)).toEqual([]);
  const other = { webhook: { env: "OTHER" }, since: noon, why: "it answered 404." };
  const theirs = undeliveredProblem("PS1", other);
  expect(keys(news([cause("a", { problem: theirs })], {}).begun)).toEqual(["a"]);
});

function ofHazard() {
  return { ...problemOf("Too short."), about: aboutSite({ kind: "hazard", names: ["PS1"] }) };
}

function cause(key: string, of: Partial<Cause> = {}): Cause {
  return { key, event: "failed", problem: problemOf(key), ...of };
}

function keys(causes: readonly Cause[]): readonly string[] {
  return causes.map(({ key }) => key);
}

interface Setting {
  readonly on?: ToldTarget["on"];
  readonly told?: readonly (string | ToldCause)[];
  readonly unseen?: Partial<Unseen>;
}

function news(causes: readonly Cause[], { on = ["failed", "windowAtRisk"], told = [], unseen }: Setting) {
  const look: CauseLook = {
    about: "PS1",
    causes,
    unseen: { all: false, sources: [], hazards: false, ...unseen },
  };
  const before = told.map((it) => (typeof it === "string" ? { ...cause(it), at: 0 } : it));
  return findNews({ webhook, on, told: before }, look, noon);
}
