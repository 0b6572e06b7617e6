import { expect, test } from "vitest";
import type { Action, SitePlan } from "../../../src/core/model/plan.ts";
import { stagesOf } from "../../../src/core/plan/stages.ts";
import { noon, policyOf } from "../../support/build-site.ts";
import { renderStages } from "../../support/render-stages.ts";

const noWindow = { state: "none", basis: "", because: "" } as const;

test("a registry follows its database in one lane, whatever lies between them in the plan", () => {
  check(
    [
      capture("database", "site-database"),
      capture("files", "site-files"),
      capture("registry", "windows-registry"),
    ],
    "captures, 2 at once",
    "  capture PS1/database → capture PS1/registry",
    "  capture PS1/files",
  );
});

test("nothing is forgotten before all is captured, read back and copied", () => {
  check(
    [
      forget(noon),
      forgetCopy(noon),
      copy(noon),
      verify("files"),
      capture("database", "site-database"),
      skip("scup"),
    ],
    "skips, 1 at once",
    "  skip PS1/scup",
    "captures, 2 at once",
    "  capture PS1/database",
    "read back, 1 at once",
    "  verify PS1/files",
    "copies, 1 at once",
    "  copy the point of 2026-11-22 12:00Z of PS1 to offsite",
    "forgets, 1 at once",
    "  forget the point of 2026-11-22 12:00Z of PS1",
    "forgets of copies, 1 at once",
    "  forget the point of 2026-11-22 12:00Z of PS1 in offsite",
  );
});

test("hooks are around everything, in their order", () => {
  const hook = (name: string) => ({ run: [name], timeoutMs: 1, onFailure: "warn" }) as const;
  const policy = policyOf({ hooks: { before: [hook("one"), hook("two")], after: [hook("three")] } });
  expect(renderStages(stagesOf(siteOf([forget(noon)], policy)))).toEqual([
    "hooks before, 1 at once",
    "  hook before one",
    "  hook before two",
    "forgets, 1 at once",
    "  forget the point of 2026-11-22 12:00Z of PS1",
    "hooks after, 1 at once",
    "  hook after three",
  ]);
});

test("a site with nothing to do goes through nothing", () => {
  check([]);
});

test("as many captures run side by side as the throttle allows, and never two of anything else", () => {
  const policy = policyOf({ throttle: { concurrency: 5 } });
  const stages = stagesOf(siteOf([capture("files", "site-files"), forget(noon), forget(noon + 1)], policy));
  expect(stages.map((it) => it.lanesAtOnce)).toEqual([5, 1]);
});

test("every action of a plan is in one stage, once", () => {
  const actions = [skip("a"), capture("b", "site-files"), verify("c"), copy(1), forget(2), forgetCopy(3)];
  const steps = stagesOf(siteOf([...actions, ...actions])).flatMap(({ lanes }) => lanes.flat());
  const indexes = steps.flatMap((it) => (it.is === "action" ? [it.index] : []));
  expect(indexes.toSorted((left, right) => left - right)).toEqual([...Array(12).keys()]);
});

function check(actions: readonly Action[], ...lines: readonly string[]): void {
  expect(renderStages(stagesOf(siteOf(actions)))).toEqual(lines);
}

function siteOf(actions: readonly Action[], policy = policyOf()): SitePlan {
  return { site: "PS1", policy, window: noWindow, actions, facts: {}, risks: [] };
}

const because = { why: "asked", note: "by hand" } as const;

function capture(source: string, kind: "site-database" | "site-files" | "windows-registry"): Action {
  return { do: "capture", source, kind, mode: "full", point: noon, because, restsOn: [] };
}

function verify(source: string): Action {
  return { do: "verify", source, kind: "site-files", snapshot: "s1", asOf: noon, restsOn: [] };
}

function copy(point: number): Action {
  return { do: "copy", to: "offsite", point, snapshots: [], expected: 1, restsOn: [] };
}

function forget(point: number): Action {
  return {
    do: "forget",
    point,
    snapshots: ["s0"],
    because: { why: "beyond-retention", detail: "" },
    restsOn: [],
  };
}

function forgetCopy(point: number): Action {
  const because = { why: "beyond-retention", detail: "" } as const;
  return { do: "forget-copy", from: "offsite", point, snapshots: ["s0"], because, restsOn: [] };
}

function skip(source: string): Action {
  const problem = { code: "folder-missing", severity: "error", message: "", where: "", hint: "" } as const;
  return { do: "skip", source, kind: "scup-database", because: problem as never };
}
