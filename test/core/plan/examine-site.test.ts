import { expect, test } from "vitest";
import type { Observation } from "../../../src/core/model/observation.ts";
import { fails, holds, type Precondition, untold } from "../../../src/core/model/precondition.ts";
import { examineSite, type Tried } from "../../../src/core/plan/examine-site.ts";
import { renderDoctor } from "../../../src/core/report/render-doctor.ts";
import { noPaint } from "../../../src/core/report/words/paint.ts";
import {
  database,
  dueDaysAgo,
  library,
  observationOf,
  pointsOf,
  policyOf,
  problemOf,
  trackingOf,
} from "../../support/build-site.ts";

const policy = policyOf();
const sound = observationOf(policy, pointsOf(policy, dueDaysAgo(0)));

test("of a sound site everything holds, in the order site, sources, repository", () => {
  const parts = examineSite(policy, sound, {});
  expect(parts.map(({ part }) => part)).toEqual([
    "site PS1",
    ...policy.sources.map(({ name }) => name),
    `repository ${policy.repository.name}`,
  ]);
  expect(
    parts.flatMap(({ preconditions }) => preconditions).filter(({ found }) => found !== "holds"),
  ).toEqual([]);
  expect(parts.every(({ preconditions }) => preconditions.length > 0)).toBe(true);
});

test.each<[string, Partial<Observation>, Precondition["found"], string]>([
  [
    "a source that does not answer",
    { sources: { ...sound.sources, library: { answers: false, problem: problemOf("Gone.") } } },
    "fails",
    "Gone.",
  ],
  [
    "what a source can't capture",
    { sources: { ...sound.sources, library: { answers: true, facts: {}, risks: [problemOf("Half.")] } } },
    "fails",
    "Half.",
  ],
  ["a repository that can't be read", { repositoryProblem: problemOf("Shut.") }, "fails", "Shut."],
  [
    "a copy's repository that can't be read",
    { copies: [{ repository: "second", snapshots: [], problem: problemOf("Away.") }] },
    "fails",
    "Away.",
  ],
  [
    "a database that can't be asked",
    { window: { ...sound.window, own: { problem: problemOf("Down.") } } },
    "fails",
    "Down.",
  ],
  [
    "a witness that is hidden",
    {
      window: {
        own: trackingOf({ unread: [{ witness: "links", why: problemOf("Hidden.") }] }),
        partners: sound.window.partners,
      },
    },
    "unknown",
    "Hidden.",
  ],
  [
    "a task's schedule that can't be read",
    { siteTask: { problem: problemOf("No row.") } },
    "unknown",
    "No row.",
  ],
  [
    "another machine's policy",
    { elsewhere: "this machine is cm02" },
    "fails",
    "Nothing is applied from here: this machine is cm02.",
  ],
])("%s is told with its cause", (_, changes, found, message) => {
  const all = examineSite(policy, { ...sound, ...changes }, {}).flatMap(({ preconditions }) => preconditions);
  expect(all.filter((it) => it.found !== "holds")).toMatchObject([{ found, why: { message } }]);
});

test("a hazard of the site fails, and one that could not be judged is unknown", () => {
  const unasked = examineSite(
    policy,
    { ...sound, site: { "page-verify": { is: "unknown", why: problemOf("Refused.") } } },
    {},
  );
  const found = unasked[0]!.preconditions.filter(({ says }) => says === "the site is free of hazards");
  expect(found.length).toBeGreaterThan(0);
  expect(new Set(found.map((it) => it.found))).toEqual(new Set(["fails", "unknown"]));
});

test("what a driver tried stands behind what the look told of its source", () => {
  const tried: Tried = {
    [library.name]: [holds("it is writable"), untold("it is emptied", problemOf("Late."))],
  };
  const part = examineSite(policy, sound, tried).find((it) => it.part === library.name)!;
  expect(part.preconditions.map(({ says }) => says)).toEqual([
    "it is there, and this account may read it",
    "it is writable",
    "it is emptied",
  ]);
});

test("each precondition is a line, those that do not hold have their cure, and they are counted", () => {
  const parts = [
    {
      part: database.name,
      preconditions: [holds("one"), fails("two", problemOf("Why.")), untold("three", problemOf("So."))],
    },
  ];
  expect(renderDoctor("PS1  main", parts, noPaint)).toEqual([
    "PS1  main",
    `  ${database.name}`,
    "    holds    one",
    "    fails    two",
    "             Why.",
    `             fix: ${problemOf("Why.").hint}`,
    "    unknown  three",
    "             So.",
    `             fix: ${problemOf("So.").hint}`,
    "  1 precondition holds, 1 does not, 1 could not be checked",
  ]);
});
