import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../../../src/core/base/instant.ts";
import { readPolicies } from "../../../../src/core/policy/read-policies.ts";
import type { ResolvedPolicy } from "../../../../src/core/model/policy/resolved-policy.ts";
import { policyText, type Parts } from "../policy-text.ts";

const main = {
  name: "main",
  location: { folder: "F:\\sitekeep" },
  keys: [{ as: "key-file", file: "D:\\keys\\main.key" }],
  encrypt: true,
};
const windows = { auth: { as: "windows" }, encrypt: true, trustServerCertificate: false };
const usualRules = { last: 3, daily: 14, weekly: 8, monthly: 12, withinMs: 6 * day };
const usualCalendar = { weekStartsOn: "monday", dayStartsAtMs: 0 };

test("a policy that says little means", () => {
  const { sources, ...rest } = read({});
  expect(sources).toHaveLength(8);
  expect(rest).toEqual({
    name: "ps1",
    labels: {},
    site: {
      code: "PS1",
      type: "primary",
      servers: [],
      installFolder: "C:\\Program Files\\Microsoft Configuration Manager",
      database: { server: "localhost", name: "CM_PS1", ...windows },
    },
    partners: {},
    repository: main,
    schedule: { cron: "0 2 * * *", timeZone: "UTC", jitterMs: 0, notDuring: ["site-backup-task"] },
    objectives: {
      maxDataAgeMs: 26 * hour,
      missedRuns: 1,
      noticeMs: day,
      rebuildMs: day,
      marginMs: 12 * hour,
      proofEveryMs: 30 * day,
      keyProofEveryMs: 90 * day,
      maxSkewMs: 6 * hour,
    },
    retention: { ...usualRules, ...usualCalendar },
    brakes: { minPoints: 2, maxForgetPerMille: 250, maxShrinkPerMille: 500 },
    throttle: { concurrency: 2 },
    hooks: { before: [], after: [] },
    notify: [],
    expect: [],
    where: "a.yaml:2",
  });
});

test("a policy that says all that may be said means just that", () => {
  const login = "login: { user: sk, password: { command: ['D:\\tell.exe', a] } }";
  const { sources, ...rest } = read({
    metadata: "{ name: ps1, labels: { tier: gold, owner: null } }",
    site: `{ code: PS1, type: primary, parent: CAS, servers: [cm01, cm02], installFolder: 'D:\\CM',
  database: { server: sql01, name: CM_PS1, encrypt: strict, trustServerCertificate: true, ${login} } }`,
    partners: "{ CAS: { server: sqlcas, name: CM_CAS, encrypt: false }, PS2: null }",
    schedule: "{ cron: '0 3 * * *', timeZone: Europe/Madrid, jitter: 10m, notDuring: [] }",
    objectives:
      "{ maxDataAge: 1h, missedRuns: 2, notice: 3h, rebuild: 4h, margin: 5h, proofEvery: 6d, keyProofEvery: 7d, maxSkew: 8h }",
    window: "{ atMost: 9d }",
    retention: "{ last: 1, hourly: 2, daily: all, weekly: 4, monthly: 5, yearly: 6, within: 1mo2d }",
    brakes: "{ minPoints: 3, maxForget: 2.5%, maxShrink: 80% }",
    throttle: "{ concurrency: 4, bandwidth: 1GiB/s }",
    hooks:
      "{ before: [{ run: 'D:\\a.exe', timeout: 5m, onFailure: fail }], after: [{ run: ['D:\\b.exe', c] }, { run: ['D:\\c.exe'] }] }",
    notify:
      "[{ webhook: { file: 'D:\\hook' } }, { webhook: { credential: hook }, on: [succeeded] }, { webhook: { env: HOOK }, on: [failed] }]",
    expect:
      "[{ after: 30d, pointsAtLeast: 7 }, { after: 1d, newestAtMost: 26h, pointFromMonthsAgo: 1, pointsAtLeast: 2, pointsAtMost: 3 }]",
    defaultSources: "false",
    sources: "{ x: { kind: folder, root: 'D:\\x' } }",
  });
  expect(sources).toEqual([{ kind: "folder", name: "x", root: "D:\\x", include: ["**"], exclude: [] }]);
  expect(rest).toEqual({
    name: "ps1",
    labels: { tier: "gold" },
    site: {
      code: "PS1",
      type: "primary",
      parent: "CAS",
      servers: ["cm01", "cm02"],
      installFolder: "D:\\CM",
      database: {
        server: "sql01",
        name: "CM_PS1",
        auth: { as: "login", user: "sk", password: { command: ["D:\\tell.exe", "a"] } },
        encrypt: "strict",
        trustServerCertificate: true,
      },
    },
    partners: { CAS: { server: "sqlcas", name: "CM_CAS", ...windows, encrypt: false } },
    repository: main,
    schedule: { cron: "0 3 * * *", timeZone: "Europe/Madrid", jitterMs: 10 * minute, notDuring: [] },
    objectives: {
      maxDataAgeMs: hour,
      missedRuns: 2,
      noticeMs: 3 * hour,
      rebuildMs: 4 * hour,
      marginMs: 5 * hour,
      proofEveryMs: 6 * day,
      keyProofEveryMs: 7 * day,
      maxSkewMs: 8 * hour,
    },
    windowAtMostMs: 9 * day,
    retention: {
      last: 1,
      hourly: 2,
      daily: "all",
      weekly: 4,
      monthly: 5,
      yearly: 6,
      withinMonths: 1,
      withinMs: 2 * day,
      ...usualCalendar,
    },
    brakes: { minPoints: 3, maxForgetPerMille: 25, maxShrinkPerMille: 800 },
    throttle: { concurrency: 4, bytesPerSecond: 1024 ** 3 },
    hooks: {
      before: [{ run: ["D:\\a.exe"], timeoutMs: 5 * minute, onFailure: "fail" }],
      after: [
        { run: ["D:\\b.exe", "c"], timeoutMs: 30 * minute, onFailure: "warn" },
        { run: ["D:\\c.exe"], timeoutMs: 30 * minute, onFailure: "warn" },
      ],
    },
    notify: [
      { webhook: { file: "D:\\hook" }, on: ["failed", "windowAtRisk"] },
      { webhook: { credential: "hook" }, on: ["succeeded"] },
      { webhook: { env: "HOOK" }, on: ["failed"] },
    ],
    expect: [
      { afterMs: 30 * day, pointsAtLeast: 7 },
      { afterMs: day, newestAtMostMs: 26 * hour, pointFromMonthsAgo: 1, pointsAtLeast: 2, pointsAtMost: 3 },
    ],
    where: "a.yaml:2",
  });
});

describe("of a retention, who writes", () => {
  test.each([
    ["nothing gets the usual rules", undefined, { ...usualRules, ...usualCalendar }],
    [
      "the calendar alone, too",
      "{ weekStartsOn: sunday }",
      { ...usualRules, ...usualCalendar, weekStartsOn: "sunday" },
    ],
    ["one rule gets that one", "{ yearly: 1 }", { yearly: 1, ...usualCalendar }],
    ["a rule and removes another as well", "{ yearly: 1, daily: null }", { yearly: 1, ...usualCalendar }],
    [
      "an end of the day gets it",
      "{ last: 1, dayStartsAt: '06:30' }",
      { last: 1, ...usualCalendar, dayStartsAtMs: 6.5 * hour },
    ],
    ["months gets months alone", "{ within: 2mo }", { withinMonths: 2, ...usualCalendar }],
    ["days gets days alone", "{ within: 2d }", { withinMs: 2 * day, ...usualCalendar }],
  ])("%s", (_, retention, meant) => {
    expect(read({ retention }).retention).toEqual(meant);
  });
});

describe("shares and rates are", () => {
  test.each([
    ["all", 1_000],
    ["100%", 1_000],
    ["5%", 50],
    ["0.1%", 1],
    ["2.9%", 29],
  ])("%s", (maxForget, perMille) => {
    expect(read({ brakes: `{ maxForget: ${maxForget} }` }).brakes.maxForgetPerMille).toBe(perMille);
    if (maxForget === "all") return;
    const sources = `{ lib: { kind: content-library, verify: sample ${maxForget} } }`;
    expect(read({ sources }).sources).toContainEqual(
      expect.objectContaining({ name: "lib", verifyPerMille: perMille }),
    );
  });

  test.each([
    ["1B/s", 1],
    ["2KiB/s", 2 * 1024],
    ["80MiB/s", 80 * 1024 ** 2],
  ])("%s", (bandwidth, bytesPerSecond) => {
    expect(read({ throttle: `{ bandwidth: ${bandwidth} }` }).throttle).toEqual({
      concurrency: 2,
      bytesPerSecond,
    });
  });
});

describe("the sources of a policy are", () => {
  const usual = [
    "database: site-database",
    "registry: windows-registry",
    "files: site-files",
    "library: content-library",
    "packages: package-sources",
    "scup: scup-database",
    "userState: user-state",
    "sqlKeys: sql-keys",
  ];
  const without = (name: string) => usual.filter((it) => !it.startsWith(`${name}:`));
  test.each<readonly [string, Parts, readonly string[]]>([
    ["the usual ones", {}, usual],
    [
      "those that are written besides, in the order of kinds",
      { sources: "{ x: { kind: folder, root: 'D:\\x' }, t: { kind: task-backup, site: 'D:\\t' } }" },
      [usual[0]!, "t: task-backup", ...usual.slice(1), "x: folder"],
    ],
    [
      "one of a kind that is written under another name",
      { sources: "{ lib: { kind: content-library } }" },
      usual.map((it) => it.replace("library:", "lib:")),
    ],
    [
      "not those whose name is taken",
      { sources: "{ scup: { kind: folder, root: 'D:\\x' } }" },
      [...without("scup"), "scup: folder"],
    ],
    ["not those that are removed", { sources: "{ scup: null }" }, without("scup")],
    [
      "the written ones alone",
      { defaultSources: "false", sources: "{ r: { kind: windows-registry }, d: { kind: site-database } }" },
      ["d: site-database", "r: windows-registry"],
    ],
  ])("%s", (_, parts, names) => {
    expect(read(parts).sources.map((it) => `${it.name}: ${it.kind}`)).toEqual(names);
  });
});

test("a reason is one line with single blanks", () => {
  const { accepts } = read({ accepts: "[{ risk: page-verify-off, of: ' x  y', because: 'a  b\n\n  c ' }]" });
  expect(accepts).toEqual([{ risk: "page-verify-off", of: "x y", because: "a b c" }]);
});

describe("a database without a server is beside the site's and is reached as that is, unless it says how:", () => {
  const theirs = { as: "login", user: "sk", password: { command: ["D:\\tell.exe", "a"] } };
  const own = { as: "login", user: "me", password: { env: "Q" } };
  const login = "login: { user: me, password: { env: Q } }";
  test.each([
    ["name: X", { server: "sql01", auth: theirs, encrypt: "strict", trustServerCertificate: true }],
    ["name: X, auth: windows", { server: "sql01", encrypt: "strict", auth: { as: "windows" } }],
    [`name: X, ${login}`, { server: "sql01", auth: own, encrypt: "strict" }],
    ["name: X, encrypt: false", { server: "sql01", auth: theirs, encrypt: false }],
    [
      "name: X, server: sql02",
      { server: "sql02", auth: { as: "windows" }, encrypt: true, trustServerCertificate: false },
    ],
    [`name: X, server: sql02, ${login}`, { server: "sql02", auth: own, encrypt: true }],
  ])("%s", (database, address) => {
    const password = "{ command: ['D:\\tell.exe', a] }";
    const how = `encrypt: strict, trustServerCertificate: true, login: { user: sk, password: ${password} }`;
    const { sources } = read({
      site: `{ code: PS1, database: { server: sql01, name: CM_PS1, ${how} } }`,
      sources: `{ x: { kind: sql-database, database: { ${database} } } }`,
    });
    expect(sources.at(-1)).toMatchObject({ name: "x", database: { name: "X", ...address } });
  });

  test("also where the site's says how Windows does", () => {
    const { sources } = read({
      site: "{ code: PS1, database: { server: sql01, name: CM_PS1, auth: windows } }",
      sources: `{ x: { kind: sql-database, database: { name: X, ${login} } } }`,
    });
    expect(sources.at(-1)).toMatchObject({ database: { server: "sql01", auth: own } });
  });
});

describe("a policy lies over its templates:", () => {
  const template = (name: string, body: string) =>
    `---\napiVersion: sitekeep/v1\nkind: PolicyTemplate\nmetadata: { name: ${name} }\n${body}\n`;
  const over = (parts: Parts, ...templates: readonly string[]) => {
    const text = policyText({ extends: "a", ...parts }) + templates.join("");
    return readPolicies([{ path: "a.yaml", text }]).policies[0]!;
  };

  test("what is above wins, key by key, through all of them", () => {
    const policy = over(
      { objectives: "{ notice: 1h }" },
      template("a", "extends: b\nobjectives: { notice: 2h, margin: 2h }"),
      template("b", "objectives: { notice: 3h, margin: 3h, rebuild: 3h }\nthrottle: { concurrency: 7 }"),
    );
    expect(policy.objectives).toMatchObject({ noticeMs: hour, marginMs: 2 * hour, rebuildMs: 3 * hour });
    expect(policy.throttle).toEqual({ concurrency: 7 });
  });

  test("a source of another kind and a reference to a secret are taken whole", () => {
    const policy = over(
      {
        sources:
          "{ x: { kind: folder, root: 'D:\\x' }, sqlKeys: { kind: sql-keys, password: { env: MINE } } }",
      },
      template(
        "a",
        "sources: { x: { kind: site-files, root: 'D:\\y', exclude: [z] }, sqlKeys: { kind: sql-keys, include: [tde], password: { file: 'D:\\theirs' } } }",
      ),
    );
    const named = Object.fromEntries(policy.sources.map((it) => [it.name, it]));
    expect(named["x"]).toEqual({ kind: "folder", name: "x", root: "D:\\x", include: ["**"], exclude: [] });
    expect(named["sqlKeys"]).toMatchObject({ include: ["tde"], password: { env: "MINE" } });
  });
});

function read(parts: Parts): ResolvedPolicy {
  const { metadata, ...others } = parts;
  const text = policyText(others).replace("{ name: ps1 }", metadata ?? "{ name: ps1 }");
  const { policies, problems } = readPolicies([{ path: "a.yaml", text }]);
  expect(problems).toEqual([]);
  return policies[0]!;
}
