import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { explainPolicy, renderExplanation } from "../../../src/core/policy/explain-policy.ts";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";
import { renderProblems } from "../../../src/core/report/render-problems.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";

const repository = `
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: 'F:\\sitekeep' }
keys: [{ file: 'D:\\keys\\main.key' }]
`;

/** What a retention counts by when it says nothing of it. */
const plainCalendar = { weekStartsOn: "monday", dayStartsAtMs: 0 };

describe.each(globSync("*.yaml", { cwd: "policies" }).sort())("policies/%s", (file) => {
  const path = `policies/${file}`;
  const files = [{ path, text: readFileSync(path, "utf8") }];
  const { policies, problems } = readPolicies(files);

  test("is valid, without a single risk", () => {
    expect(renderProblems(problems)).toBe("");
    expect(policies).not.toEqual([]);
  });

  test("means what its golden file says", async () => {
    await expect(`${JSON.stringify(policies, undefined, 2)}\n`).toMatchFileSnapshot(
      `../../golden/policies/${file.replace(".yaml", ".json")}`,
    );
  });

  test.each(policies.map((it) => [it.name, it] as const))(
    "%s is the same when its explanation is read",
    (name, policy) => {
      const text = renderExplanation(explainPolicy(files, name)!);
      const again = readPolicies([{ path, text: withRepositories(text, files[0]!.text) }]);
      expect(renderProblems(again.problems)).toBe("");
      expect(again.policies).toEqual([{ ...policy, where: again.policies[0]?.where }]);
    },
  );
});

test("the explanation names the file, the template or the default of every value", async () => {
  const text = readFileSync("policies/hierarchy.yaml", "utf8");
  const lines = explainPolicy([{ path: "policies/hierarchy.yaml", text }], "ps2")!;
  await expect(renderExplanation(lines)).toMatchFileSnapshot(
    "../../golden/policies/hierarchy-ps2-explained.yaml",
  );
});

test("a policy that does not exist or is broken is not explained", () => {
  expect(explainPolicy([{ path: "a.yaml", text: minimal() }], "other")).toBeUndefined();
  expect(explainPolicy([{ path: "a.yaml", text: minimal("colour: blue") }], "ps1")).toBeUndefined();
});

describe("defaults", () => {
  test("a minimal policy protects every kind that can be discovered", () => {
    expect(read(minimal()).sources.map((it) => `${it.name}: ${it.kind}`)).toEqual([
      "database: site-database",
      "registry: windows-registry",
      "files: site-files",
      "library: content-library",
      "packages: package-sources",
      "scup: scup-database",
      "userState: user-state",
      "sqlKeys: sql-keys",
    ]);
  });

  test("writing a source replaces the default of its kind and no other", () => {
    const { sources } = read(
      minimal("sources: { lib: { kind: content-library, folders: ['E:\\SCCMContentLib'] } }"),
    );
    expect(sources.filter((it) => it.kind === "content-library")).toMatchObject([
      { name: "lib", discover: false },
    ]);
    expect(sources).toHaveLength(8);
  });

  test("null removes a default source", () => {
    const { sources } = read(minimal("sources: { scup: null, userState: ~ }"));
    expect(sources.map((it) => it.name)).toEqual([
      "database",
      "registry",
      "files",
      "library",
      "packages",
      "sqlKeys",
    ]);
  });

  test("defaultSources: false leaves exactly what is written", () => {
    const { sources } = read(
      minimal("defaultSources: false\nsources: { scripts: { kind: folder, root: 'D:\\S' } }"),
    );
    expect(sources).toEqual([
      { kind: "folder", name: "scripts", root: "D:\\S", include: ["**"], exclude: [] },
    ]);
  });

  test("the default retention is not mixed with a written one", () => {
    expect(read(minimal()).retention).toEqual({
      last: 3,
      daily: 14,
      weekly: 8,
      monthly: 12,
      withinMs: 518_400_000,
      ...plainCalendar,
    });
    expect(read(minimal("retention: { daily: all }")).retention).toEqual({ daily: "all", ...plainCalendar });
  });

  test("who writes only the calendar of a retention keeps the default rules", () => {
    const written = read(minimal("retention: { weekStartsOn: sunday, dayStartsAt: 06:30 }")).retention;
    const calendar = { weekStartsOn: "sunday", dayStartsAtMs: 23_400_000 };
    expect(written).toEqual({ ...read(minimal()).retention, ...calendar });
  });

  test.each([
    ["3mo", { withinMonths: 3 }],
    ["1y6mo10d", { withinMonths: 18, withinMs: 864_000_000 }],
    ["3m", { withinMs: 180_000 }],
  ])("a span of %s counts months by the calendar, and the rest as it is", (text, span) => {
    expect(read(minimal(`retention: { within: ${text} }`)).retention).toEqual({ ...span, ...plainCalendar });
  });

  test("a database beside the site database is reached in the same way", () => {
    const login = "login: { user: sk, password: { env: P } }";
    const text = minimal("sources: { wsus: { kind: sql-database, database: { name: SUSDB } } }").replace(
      "name: CM_PS1 }",
      `name: CM_PS1, ${login} }`,
    );
    const wsus = read(text).sources.find((it) => it.name === "wsus");
    expect(wsus).toMatchObject({
      database: { server: "localhost", name: "SUSDB", auth: { as: "login", user: "sk" } },
    });
  });

  test("the site database's login is not sent to another server", () => {
    const text = minimal(
      "sources: { x: { kind: sql-database, database: { server: sql09, name: X } } }",
    ).replace("name: CM_PS1 }", "name: CM_PS1, login: { user: sk, password: { env: P } } }");
    expect(read(text).sources.find((it) => it.name === "x")).toMatchObject({
      database: { auth: { as: "windows" } },
    });
  });

  test("keys are exported to the site database's staging", () => {
    const { sources } = read(minimal("sources: { db: { kind: site-database, staging: { sql: 'E:\\s' } } }"));
    expect(sources.find((it) => it.kind === "sql-keys")).toMatchObject({
      staging: { sql: "E:\\s", read: "E:\\s" },
    });
  });
});

describe("values", () => {
  test("lengths of time, rates and shares become numbers", () => {
    const policy = read(
      minimal(
        "throttle: { bandwidth: 80MiB/s }\nbrakes: { maxForget: 2.5% }\nwindow: { atMost: 1d12h }\nobjectives: { margin: 90s }",
      ),
    );
    expect(policy.throttle).toEqual({ concurrency: 2, bytesPerSecond: 83_886_080 });
    expect(policy.brakes).toEqual({ minPoints: 2, maxForgetPerMille: 25, maxShrinkPerMille: 500 });
    expect(policy.windowAtMostMs).toBe(129_600_000);
    expect(policy.objectives.marginMs).toBe(90_000);
  });

  test("`on` is plain text as a key, quoted or not", () => {
    const quoted = read(minimal("sources: { s: { kind: folder, root: 'D:\\S', 'on': a } }"));
    expect(read(minimal("sources: { s: { kind: folder, root: 'D:\\S', on: a } }"))).toEqual(quoted);
    expect(quoted.sources.at(-1)).toMatchObject({ on: "a" });
  });

  test("a hook's command is never split at spaces", () => {
    const { hooks } = read(
      minimal("hooks: { before: [{ run: 'C:\\Program Files\\x.exe' }, { run: ['D:\\y.exe', a b] }] }"),
    );
    expect(hooks.before.map((it) => it.run)).toEqual([["C:\\Program Files\\x.exe"], ["D:\\y.exe", "a b"]]);
  });

  test("aliases within one document are followed", () => {
    const text = minimal("objectives: { notice: &day 24h, rebuild: *day }");
    expect(read(text).objectives).toMatchObject({ noticeMs: 86_400_000, rebuildMs: 86_400_000 });
  });
});

describe("extends", () => {
  const template = (body: string): string => `---
apiVersion: sitekeep/v1
kind: PolicyTemplate
metadata: { name: base, labels: { of: template } }
${body}
`;
  const extending = (body: string, base: string): ResolvedPolicy =>
    read(`${minimal(`extends: base\n${body}`)}${template(base)}`);

  test("maps merge key by key, lists and scalars are replaced", () => {
    const base =
      "objectives: { margin: 1h, notice: 2h }\nhooks: { after: [{ run: 'D:\\a.exe' }, { run: 'D:\\b.exe' }] }";
    const policy = extending("objectives: { notice: 3h }\nhooks: { after: [{ run: 'D:\\c.exe' }] }", base);
    expect(policy.objectives).toMatchObject({ marginMs: 3_600_000, noticeMs: 10_800_000 });
    expect(policy.hooks.after.map((it) => it.run)).toEqual([["D:\\c.exe"]]);
  });

  test("null removes what the template says", () => {
    const base =
      "retention: { daily: 14, yearly: 5 }\nwindow: { atMost: 2d }\nthrottle: { bandwidth: 1MiB/s }";
    const policy = extending(
      "retention: { yearly: null }\nwindow: null\nthrottle: { bandwidth: null }",
      base,
    );
    expect(policy.retention).toEqual({ daily: 14, ...plainCalendar });
    expect(policy.windowAtMostMs).toBeUndefined();
    expect(policy.throttle).toEqual({ concurrency: 2 });
  });

  test("a source of the same kind is merged, one of another kind is replaced", () => {
    const base =
      "sources: { library: { kind: content-library, verify: 9% }, x: { kind: folder, root: 'D:\\x', exclude: [a] } }";
    const policy = extending(
      "sources: { library: { kind: content-library, folders: ['E:\\L'] }, x: { kind: site-files } }",
      base,
    );
    const byName = Object.fromEntries(policy.sources.map((it) => [it.name, it]));
    expect(byName["library"]).toMatchObject({ verifyPerMille: 90, folders: ["E:\\L"] });
    expect(byName["x"]).toMatchObject({ kind: "site-files", exclude: [] });
    expect(byName["x"]).not.toHaveProperty("root", "D:\\x");
  });

  test("a reference to a secret is replaced whole", () => {
    const policy = extending(
      "sources: { sqlKeys: { kind: sql-keys, password: { file: 'D:\\mine' } } }",
      "sources: { sqlKeys: { kind: sql-keys, password: { env: THEIRS } } }",
    );
    expect(policy.sources.find((it) => it.kind === "sql-keys")).toMatchObject({
      password: { file: "D:\\mine" },
    });
  });

  test("a template's labels stay its own", () => {
    const policy = extending("", "throttle: { concurrency: 4 }");
    expect(policy.labels).toEqual({});
    expect(policy.throttle).toEqual({ concurrency: 4 });
  });

  test("a template may be in another file", () => {
    const files = [
      { path: "b.yaml", text: minimal("extends: base") },
      { path: "a.yaml", text: template("throttle: { concurrency: 4 }") },
    ];
    expect(readPolicies(files).policies).toMatchObject([{ throttle: { concurrency: 4 } }]);
  });
});

test("one broken policy does not keep the others out", () => {
  const other = minimal().replace("name: ps1", "name: ps2").replaceAll("PS1", "PS2").replace(repository, "");
  const { policies, problems } = readPolicies([
    { path: "a.yaml", text: minimal("colour: blue") },
    { path: "b.yaml", text: other },
  ]);
  expect(policies.map((it) => it.name)).toEqual(["ps2"]);
  expect(problems).toHaveLength(1);
});

describe("accepted risks", () => {
  const template = (accepts: string) =>
    `---\napiVersion: sitekeep/v1\nkind: PolicyTemplate\nmetadata: { name: base }\naccepts: ${accepts}\n`;
  const ofBase = "[{ risk: not-covered, of: SUSDB, because: It is synchronised again. }]";

  test("are read with what they name, why, and until when; a reason of several lines is one", () => {
    const accepts = `accepts:
  - risk: not-covered
    of: SUSDB
    because: |
      The update catalogue
      is synchronised again.
    until: 2027-06-01
  - { risk: site-collation, because: Setup accepted it. }`;
    expect(read(minimal(accepts)).accepts).toEqual([
      {
        risk: "not-covered",
        of: "SUSDB",
        because: "The update catalogue is synchronised again.",
        until: "2027-06-01",
      },
      { risk: "site-collation", because: "Setup accepted it." },
    ]);
  });

  test("are absent where none are written, and replaced whole like any list of a template", () => {
    expect(read(minimal())).not.toHaveProperty("accepts");
    const base = template(ofBase);
    expect(read(minimal(`extends: base\n${base}`)).accepts).toMatchObject([{ of: "SUSDB" }]);
    const own = "extends: base\naccepts: [{ risk: site-collation, because: Setup accepted it. }]\n";
    expect(read(minimal(`${own}${base}`)).accepts).toMatchObject([{ risk: "site-collation" }]);
    expect(read(minimal(`extends: base\naccepts: []\n${base}`))).not.toHaveProperty("accepts");
  });
});

function minimal(more = ""): string {
  return `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ps1 }
site: { code: PS1, database: { server: localhost, name: CM_PS1 } }
repository: main
schedule: { cron: '30 1 * * *' }
${more}
${repository}`;
}

function read(text: string): ResolvedPolicy {
  const { policies, problems } = readPolicies([{ path: "policy.yaml", text }]);
  expect(renderProblems(problems)).toBe("");
  return policies[0]!;
}

/** An explanation holds the policy alone: its repositories come from where it was explained. */
function withRepositories(explanation: string, original: string): string {
  const repositories = original.split(/^---$/m).filter((it) => it.includes("kind: Repository"));
  return [explanation, ...repositories].join("---\n");
}
