import { expect, test } from "vitest";
import { type Problem, subjectOf } from "../../../../src/core/base/problem.ts";
import { aboutMachine } from "../../../../src/core/base/subject.ts";
import { aboutSite } from "../../../../src/core/model/site-subject.ts";
import type { Folder } from "../../../../src/core/model/policy/source.ts";
import { remarkRisks } from "../../../../src/core/plan/risks/judge-remarks.ts";
import { surveySite } from "../../../../src/core/plan/survey/survey.ts";
import { noon, observationOf, policyOf, snapshotOf } from "../../../support/build-site.ts";

const scripts: Folder = { kind: "folder", name: "scripts", root: "D:\\S", include: [], exclude: [] };

test("files that were left out are one risk, known by what they are", () => {
  const [risk, ...more] = risksOf(["a", "b/c", "d", "e"].map(denied));
  expect(more).toEqual([]);
  expect(risk).toMatchObject({
    code: "files-left-out",
    severity: "risk",
    where: "PS1/scripts",
    message:
      "The newest capture of PS1/scripts, of 2026-11-22 12:00Z, left 4 entries out: D:\\S/a, D:\\S/b/c, D:\\S/d, and 1 more.",
  });
  const other = risksOf(["e", "d", "b/c", "a"].map(denied))[0]!;
  expect(subjectOf(other)).toBe(subjectOf(risk!));
  expect(subjectOf(risksOf([denied("a")])[0]!)).not.toBe(subjectOf(risk!));
});

test.each<[Problem["code"], boolean]>([
  ["file-access-denied", true],
  ["file-locked", true],
  ["file-name-unreadable", true],
  ["file-unreadable", true],
  ["file-vanished", true],
  ["share-unreachable", true],
  ["file-changed-while-read", false],
])("%s means that something was left out: %s", (code, isLeftOut) => {
  expect(risksOf([{ ...denied("a"), code }]).map((it) => it.code)).toEqual(
    isLeftOut ? ["files-left-out"] : [],
  );
});

test.each<[Partial<Folder>, number]>([
  [{ exclude: ["secret"] }, 0],
  [{ exclude: ["*/**", "**"] }, 0],
  [{ include: ["other"] }, 0],
  [{ exclude: ["secret", "!secret/x"] }, 1],
  [{ exclude: ["public"] }, 1],
  [{ include: ["secret"] }, 1],
])("what the policy leaves out by now, %j, is no risk any more", (filter, count) => {
  expect(risksOf([denied("secret/x")], filter)).toHaveLength(count);
  // What a repository told of a file is named by its path alone.
  const about = aboutMachine({ kind: "file", path: "secret/x" });
  expect(risksOf([{ ...denied("secret/x"), about }], filter)).toHaveLength(count);
});

test("a pattern that fitted nothing is told as long as the policy has it", () => {
  const idle: Problem = {
    ...denied("a"),
    code: "pattern-fits-nothing",
    about: aboutSite({ kind: "pattern", source: "PS1/scripts", pattern: "gone/**" }),
  };
  expect(risksOf([idle], { include: ["gone/**"] })).toEqual([idle]);
  expect(risksOf([idle], { include: ["here/**"] })).toEqual([]);
});

test("what is told already is not told again", () => {
  const damaged: Problem = { ...denied("a"), code: "file-damaged" };
  expect(risksOf([damaged])).toEqual([damaged]);
  expect(risksOf([damaged], {}, [damaged])).toEqual([]);
});

function denied(name: string): Problem {
  return {
    code: "file-access-denied",
    severity: "risk",
    message: `An entry may not be read: ${name}`,
    where: "PS1/scripts",
    hint: "Grant Read.",
    about: aboutMachine({ kind: "file", path: `D:\\S/${name}` }),
  };
}

function risksOf(problems: readonly Problem[], filter: Partial<Folder> = {}, told: readonly Problem[] = []) {
  const policy = policyOf({ sources: [{ ...scripts, ...filter }] });
  const newest = snapshotOf(scripts, noon, { problems });
  return remarkRisks(surveySite(policy, observationOf(policy, [newest]), noon), told);
}
