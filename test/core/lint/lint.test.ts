import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { unknown } from "../../../src/core/base/fact.ts";
import { placeOfPath } from "../../../src/core/base/windows-place.ts";
import { isOfVersion } from "../../../src/core/base/site-version.ts";
import { questionsFor } from "../../../src/core/lint/asked.ts";
import { hazards } from "../../../src/core/lint/hazards/catalogue.ts";
import { lintSite, lintWritten } from "../../../src/core/lint/lint.ts";
import { acceptableRisks, acceptedByThing } from "../../../src/core/model/policy/acceptance.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import { acceptRisks } from "../../../src/core/plan/risks/accept-risks.ts";
import { policyOf } from "../../support/build-site.ts";
import { hazardCases } from "./hazard-cases.ts";
import type { Firing } from "./hazard-cases.ts";
import { database, everything, noon, policyWith, refused, registry, seen, sqlKeys, task } from "./linted.ts";
import type { Seen } from "./linted.ts";

const whole = policyWith(everything);
const siteCodes = new Set<string>(hazards.flatMap((it) => (it.seenIn === "site" ? [it.code] : [])));

test("a sound site that is wholly protected is silent", () => {
  expect(lint(whole)).toEqual([]);
  expect(lint(policyWith([task, ...everything]))).toEqual([]);
});

test("every hazard has cases, and every case is of a hazard", () => {
  expect(Object.keys(hazardCases).sort()).toEqual(hazards.map((it) => it.code).sort());
});

describe.each(hazards.map((it) => [it.code, it] as const))("%s", (code, hazard) => {
  const { fires, silent } = hazardCases[code]!;
  // A case of a hazard that the policy shows says nothing of what its site shows.
  const isMeant = (told: string) => hazard.seenIn === "site" || !siteCodes.has(told);
  const judge = (changes: Partial<ResolvedPolicy>, sight?: Seen) =>
    (hazard.seenIn === "validation"
      ? lintWritten(policyOf(changes)).map((it) => it.problem)
      : lint(policyOf(changes), sight)
    ).filter((it) => isMeant(it.code));

  test.each<Firing>(fires)("tells of %s", (_title, changes, sight, words) => {
    const found = judge(changes, sight);
    expect(found).toMatchObject([{ code, severity: "risk", hint: expect.stringMatching(/\S/) }]);
    expect(found[0]!.message).toContain(words);
  });

  test.each(silent.map(([title, changes, sight = {}]) => [title, changes, sight] as const))(
    "says nothing of %s",
    (_title, changes, sight) => {
      expect(judge(changes, sight)).toEqual([]);
    },
  );

  test("is a row of docs/lint.md", () => {
    const cells = hazard.seenIn === "site" ? [hazard.readIn, hazard.source] : [hazard.source];
    const row = `| ${[hazard.hazard, ...cells, `\`${code}\``].join(" | ")} |`;
    expect(readFileSync("docs/lint.md", "utf8")).toContain(row);
  });

  test("can be accepted as it says", () => {
    expect(acceptableRisks.some((it) => it === code)).toBe(hazard.accepted !== "never");
    expect(code === acceptedByThing).toBe(hazard.accepted === "thing by thing");
  });
});

test("where nobody looked at the site as a whole, what the policy shows is all there is", () => {
  const policy = policyWith([registry], {
    repository: { ...whole.repository, location: { folder: "D:\\r" } },
  });
  const { site: _, ...unseen } = seen(policy);
  expect(lintSite(policy, unseen, noon)).toMatchObject([{ code: "repository-beside-site" }]);
});

describe("what could not be judged", () => {
  const bare = policyWith([{ ...database, logEveryMs: 1 } as typeof database, registry]);

  test("is told with its cause and its cure, once for all hazards that one cause keeps from being judged", () => {
    const other = { ...refused, message: "The name is wrong.", hint: "Correct it." };
    const look = {
      "page-verify": unknown(refused),
      "recovery-model": unknown(refused),
      "broker-port-noted": unknown(other),
    };
    const found = lint(bare, { look }).filter((it) => it.code === "hazard-not-judged");
    expect(found).toEqual([
      {
        code: "hazard-not-judged",
        severity: "risk",
        where: "PS1/CM_PS1",
        message: `PS1 was not judged for log-in-simple-model, page-verify-off: ${refused.message}`,
        hint: refused.hint,
        about: { kind: "hazard", names: ["PS1", "log-in-simple-model", "page-verify-off"] },
      },
      {
        code: "hazard-not-judged",
        severity: "risk",
        where: "PS1/CM_PS1",
        message: "PS1 was not judged for broker-port-differs: The name is wrong.",
        hint: "Correct it.",
        about: { kind: "hazard", names: ["PS1", "broker-port-differs"] },
      },
    ]);
  });

  test.each(questionsFor(policyWith([task])).map((it) => it.name))("%s, unknown, is told", (name) => {
    // A policy that leaves no fact unused: the task's files alone, at a place of the database's own.
    const alone = policyWith([{ ...task, site: "\\\\far\\CM$", database: "E:\\CM" } as typeof task]);
    const native = policyWith([{ ...database, method: "external", logEveryMs: 1 } as typeof database]);
    const files = policyWith(everything.filter((it) => it !== sqlKeys));
    const facts = { files: { cdLatest: "5.0.9128.1007" } };
    const found = [alone, native, files].flatMap((it) =>
      lint(it, { look: { [name]: unknown(refused) }, facts }),
    );
    expect(found.map((it) => it.code)).toContain("hazard-not-judged");
  });

  test("does not hide what is known of the same hazard", () => {
    const look = { "site-roles": unknown(refused) };
    expect(lint(policyWith([]), { look }).map((it) => it.code)).toEqual(
      expect.arrayContaining(["not-covered", "hazard-not-judged"]),
    );
  });

  test("is not told where the fact was not needed", () => {
    const look = { "recovery-model": unknown(refused), "bitlocker-certificate": unknown(refused) };
    expect(lint(whole, { look })).toEqual([]);
  });

  test("is told of a database that answers nothing, unless the policy does not hold it", () => {
    const site = Object.fromEntries(questionsFor(whole).map(({ name }) => [name, unknown(refused)]));
    const codes = (policy: ResolvedPolicy) =>
      lintSite(policy, { ...seen(policy), site }, noon).flatMap((it) => ("code" in it ? it.code : it.things));
    expect(codes(policyWith([database]))).toContain("site-collation");
    expect(codes(policyWith([task]))).toContain("site-collation");
    expect(codes(policyWith([registry]))).toEqual([]);
  });

  test("is told of a recorded look that another version made, once", () => {
    const recorded = { ...seen(bare), site: {} };
    const { risks } = acceptRisks(bare, lintSite(bare, recorded, noon), noon);
    expect(risks.filter((it) => it.code === "hazard-not-judged")).toMatchObject([
      {
        message: expect.stringContaining("of another version of sitekeep"),
        hint: expect.stringContaining("plan"),
      },
    ]);
  });

  test("is accepted hazard by hazard", () => {
    const look = { "page-verify": unknown(refused), "database-collation": unknown(refused) };
    const accepts = [{ risk: "hazard-not-judged", of: "page-verify-off", because: "We look." }] as const;
    const policy = policyWith(everything, { accepts });
    const { risks, accepted } = acceptRisks(policy, lintSite(policy, seen(policy, { look }), noon), noon);
    expect(risks.map((it) => it.message)).toEqual([
      `PS1 was not judged for site-collation: ${refused.message}`,
    ]);
    expect(accepted).toMatchObject([
      { message: `PS1 was not judged for page-verify-off: ${refused.message}` },
    ]);
  });
});

test("every question has a name, a query and words of its own", () => {
  const questions = questionsFor(policyWith([]));
  for (const of of ["name", "query", "doing"] as const)
    expect(new Set(questions.map((it) => it[of])).size).toBe(questions.length);
});

test("package folders are asked for where nothing discovers them", () => {
  const names = (policy: ResolvedPolicy) => questionsFor(policy).map((it) => it.name);
  expect(names(policyWith([]))).toEqual(expect.arrayContaining(["package-folders", "content-folders"]));
  expect(names(whole).filter((it) => it.endsWith("-folders"))).toEqual([]);
});

test("the destination that the site itself has noted is judged too, and once", () => {
  const policy = policyWith([{ ...task, site: "E:\\CM Backup" } as typeof task]);
  const told = (destinations: readonly string[], enabled = true) =>
    lintSite(
      policy,
      { ...seen(policy), siteTask: { enabled, weekdays: [0], beginMs: 0, latestBeginMs: 0, destinations } },
      noon,
    ).flatMap((it) => ("code" in it && it.code.startsWith("task-") ? [`${it.code} ${it.where}`] : []));
  const name = "task-destination-name PS1/task";
  expect(told(["e:\\cm backup\\"])).toEqual([name]);
  expect(told(["D:\\CMBackup"])).toEqual([name, "task-destination-volume PS1 task Backup Site Server"]);
  expect(told(["\\\\far\\CM$", "E:\\CMBackup"])).toEqual([
    name,
    "task-destination-volume PS1 task Backup Site Server",
  ]);
  expect(told(["D:\\CMBackup"], false)).toEqual([name]);
});

test.each([
  ["E:\\CMBackup", { drive: "E" }],
  ["e:/CMBackup", { drive: "E" }],
  ["\\\\cm01\\E$\\CMBackup", { host: "cm01", drive: "E" }],
  ["//cm01/CMBackup$", { host: "cm01" }],
  ["/srv/sitekeep", undefined],
  ["CMBackup", undefined],
])("%s is on %j", (path, place) => {
  expect(placeOfPath(path)).toEqual(place);
});

test.each([
  ["5.00.9128.1000", "5.0.9128.1007", true],
  ["5.00.9128.1000", "5.00.9106.1000", false],
  ["missing", "5.00.9128.1000", true],
])("media of %s fit a site of %s: %s", (media, version, fits) => {
  expect(isOfVersion(media, version)).toBe(fits);
});

function lint(policy: ResolvedPolicy, changes: Seen = {}) {
  return acceptRisks(policy, lintSite(policy, seen(policy, changes), noon), noon).risks;
}
