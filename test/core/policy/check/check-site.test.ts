import { describe, expect, test } from "vitest";
import { policyText, toldOf, type Parts } from "../policy-text.ts";

/** One problem, or several. */
type Told = readonly [] | readonly [string] | readonly [string, string] | readonly [string, string, string];

const siteOf = (more: string, database = "server: localhost, name: CM") =>
  `{ code: PS1, ${more}database: { ${database} } }`;
const partner = "{ server: a, name: b }";
const login = "login: { user: u, password: { env: P } }";

const server =
  "Add `server`: the name of a SQL Server such as `sql01.contoso.com` or `sql01\\CM` or `sql01,1434`.";
const name = "Add `name`: the name of a database such as `CM_PS1`.";
const code = "Add `code`: a site code of three capital letters or digits such as `PS1`.";
const cron = "Add `cron`: a cron expression of five fields such as `30 1 * * *`.";
const repository = "Add `repository`: the name of a repository such as `main`.";

describe("what a policy must have in the end is missed at the nearest key that somebody wrote:", () => {
  test.each<readonly [string, Parts, ...Told]>([
    ["nothing", {}],
    [
      "all of it",
      { site: undefined, repository: undefined, schedule: undefined },
      "3:19 missing-key: The document lacks `site`. / Add `site`: a map.",
      `3:19 missing-key: The document lacks \`repository\`. / ${repository}`,
      "3:19 missing-key: The document lacks `schedule`. / Add `schedule`: a map.",
    ],
    [
      "a site's code",
      { site: "{ database: { server: localhost, name: CM } }" },
      `4:9 missing-key: \`site\` lacks \`code\`. / ${code}`,
    ],
    [
      "a site's database",
      { site: "{ code: PS1 }" },
      "4:9 missing-key: `site` lacks `database`. / Add `database`: a map.",
    ],
    [
      "all of an empty site",
      { site: "{}" },
      `4:7 missing-key: \`site\` lacks \`code\`. / ${code}`,
      "4:7 missing-key: `site` lacks `database`. / Add `database`: a map.",
    ],
    [
      "both of an empty database",
      { site: siteOf("", "") },
      `4:30 missing-key: \`site.database\` lacks \`server\`. / ${server}`,
      `4:30 missing-key: \`site.database\` lacks \`name\`. / ${name}`,
    ],
    [
      "one of a database",
      { site: siteOf("", "name: x") },
      `4:32 missing-key: \`site.database\` lacks \`server\`. / ${server}`,
    ],
    [
      "a schedule's start",
      { schedule: "{ timeZone: UTC }" },
      `6:13 missing-key: \`schedule\` lacks \`cron\`. / ${cron}`,
    ],
    [
      "not what is null: it was written",
      { schedule: "{ cron: null }" },
      "6:19 wrong-type: `schedule.cron` must be a cron expression of five fields such as `30 1 * * *`, not `null`. / Write a cron expression of five fields such as `30 1 * * *`.",
    ],
    [
      "not what is below null",
      { schedule: "null" },
      "6:11 wrong-type: `schedule` must be a map, not `null`. / Write a map.",
    ],
    [
      "not a site that is null",
      { site: "null" },
      "4:7 wrong-type: `site` must be a map, not `null`. / Write a map.",
    ],
    [
      "not a site that is text",
      { site: "x" },
      "4:7 wrong-type: `site` must be a map, not `x`. / Write a map.",
    ],
    [
      "not a database that is null",
      { site: "{ code: PS1, database: null }" },
      "4:30 wrong-type: `site.database` must be a map, not `null`. / Write a map.",
    ],
    [
      "not a database that is text",
      { site: "{ code: PS1, database: x }" },
      "4:30 wrong-type: `site.database` must be a map, not `x`. / Write a map.",
    ],
    [
      "not what is beside a mistyped key",
      { site: "{ kode: PS1, database: { server: localhost, name: CM } }" },
      "4:9 unknown-key: The key `kode` is not known in `site`. / Did you mean `code`?",
    ],
    [
      "a name of another database",
      { sources: "{ x: { kind: sql-database, database: { encrypt: true } } }" },
      `7:49 missing-key: \`sources.x.database\` lacks \`name\`. / ${name}`,
    ],
    [
      "a name of an empty one",
      { sources: "{ x: { kind: sql-database, database: {} } }" },
      `7:47 missing-key: \`sources.x.database\` lacks \`name\`. / ${name}`,
    ],
    [
      "another database that nobody wrote, once",
      { sources: "{ x: { kind: sql-database } }" },
      "7:17 missing-key: `sources.x` lacks `database`. / Add `database`: a map.",
    ],
    [
      "not a database of files",
      { sources: "{ x: { kind: task-backup, site: 'D:\\x', database: 'D:\\y' } }" },
    ],
    [
      "half of a partner's",
      { site: siteOf("parent: CAS, "), partners: "{ CAS: { name: b } }" },
      `7:20 missing-key: \`partners.CAS\` lacks \`server\`. / ${server}`,
    ],
    [
      "all of a partner's",
      { site: siteOf("parent: CAS, "), partners: "{ CAS: {} }" },
      `7:18 missing-key: \`partners.CAS\` lacks \`server\`. / ${server}`,
      `7:18 missing-key: \`partners.CAS\` lacks \`name\`. / ${name}`,
    ],
  ])("%s", (_, parts, ...told) => {
    expect(toldOf(policyText(parts))).toEqual(told);
  });

  test("a template may say it, and is pointed at where it says a part", () => {
    const template = (body: string) =>
      `---\napiVersion: sitekeep/v1\nkind: PolicyTemplate\nmetadata: { name: base }\n${body}\n`;
    const policy = policyText({ schedule: undefined, extends: "base" });
    expect(toldOf(policy + template("schedule: { cron: '0 2 * * *' }"))).toEqual([]);
    expect(toldOf(policy + template("schedule: { timeZone: UTC }"))).toEqual([
      `17:13 missing-key: \`schedule\` lacks \`cron\`. / ${cron}`,
    ]);
  });
});

describe("a site code that Configuration Manager keeps for itself", () => {
  test.each(["AUX", "CON", "NUL", "PRN", "SMS"])("%s", (reserved) => {
    expect(toldOf(policyText({ site: siteOf("").replace("PS1", reserved) }))).toEqual([
      `4:15 site-code-reserved: \`${reserved}\` can't be a site code: Configuration Manager reserves it. / Write the code that the console shows under Sites.`,
    ]);
  });
});

describe("a site's place in its hierarchy", () => {
  const central = (more = "") =>
    `{ code: CAS, type: central-administration, ${more}database: { server: localhost, name: CM } }`;
  const notParent = (it: string) =>
    `hierarchy-conflict: \`${it}\` is not the parent of this site: a primary replicates with \`CAS\` alone. / Name \`CAS\`, or remove the partner.`;
  test.each<readonly [string, Parts, ...Told]>([
    ["a primary with its parent", { site: siteOf("parent: CAS, "), partners: `{ CAS: ${partner} }` }],
    ["a primary whose parent is removed", { site: siteOf("parent: null, ") }],
    ["a partner that is removed", { partners: "{ CAS: null }" }],
    [
      "a central site with its primaries",
      { site: central(), partners: `{ PS1: ${partner}, PS2: ${partner} }` },
    ],
    [
      "primaries beside a primary",
      { site: siteOf("parent: CAS, "), partners: `{ PS2: ${partner}, CAS: ${partner}, PS3: ${partner} }` },
      `7:13 ${notParent("PS2")}`,
      `7:71 ${notParent("PS3")}`,
    ],
    [
      "a partner of a primary that stands alone",
      { partners: `{ CAS: ${partner} }` },
      "7:13 hierarchy-conflict: `CAS` can't be a partner: without `site.parent` this is a stand-alone primary, which replicates with nobody. / Add `parent: CAS` to `site`, or remove the partner.",
    ],
    [
      "a central site that is its own partner",
      { site: central(), partners: `{ CAS: ${partner} }` },
      "7:13 hierarchy-conflict: `CAS` is this site itself. / Name the primary sites below this one as partners.",
    ],
    [
      "a central site with a parent",
      { site: central("parent: XYZ, "), partners: `{ CAS: ${partner} }` },
      "4:58 hierarchy-conflict: A central administration site has no parent. / Remove `parent`, or write `type: primary`.",
    ],
    [
      "a site that is its own parent",
      { site: siteOf("parent: PS1, "), partners: `{ CAS: ${partner} }` },
      "4:28 hierarchy-conflict: A site can't be its own parent. / Write the code of the central administration site, or remove `parent` for a stand-alone primary.",
    ],
  ])("%s", (_, parts, ...told) => {
    expect(toldOf(policyText(parts))).toEqual(told);
  });
});

describe("how a database is logged in to", () => {
  const two =
    "database-two-logins: `auth: windows` and `login` exclude each other. / Keep one. A policy removes the login of its template with `login: null`.";
  const plain =
    "database-plain-text: With `encrypt: false` the password of this login crosses the network readably. / Remove `encrypt: false`, and name the certificate's authority in the machine file if it isn't trusted.";
  const site = (how: string) => ({ site: siteOf("", `server: localhost, name: CM, ${how}`) });
  test.each<readonly [string, Parts, ...Told]>([
    ["without encryption as Windows does", site("encrypt: false")],
    ["with a login and encryption", site(`encrypt: strict, ${login}`)],
    ["with a login and the usual encryption", site(login)],
    ["with a login in plain sight", site(`encrypt: false, ${login}`), `4:70 ${plain}`],
    ["in two ways", site(`auth: windows, ${login}`), `4:67 ${two}`],
    [
      "in two ways, in plain sight",
      site(`auth: windows, encrypt: false, ${login}`),
      `4:67 ${two}`,
      `4:85 ${plain}`,
    ],
    [
      "a partner's, in two ways",
      { site: siteOf("parent: CAS, "), partners: `{ CAS: { server: a, name: b, auth: windows, ${login} } }` },
      `7:46 ${two}`,
    ],
    [
      "another database's, in plain sight",
      { sources: `{ x: { kind: sql-database, database: { name: y, encrypt: false, ${login} } } }` },
      `7:67 ${plain}`,
    ],
    [
      "another database's that is inherited is told once",
      {
        ...site(`encrypt: false, ${login}`),
        sources: "{ x: { kind: sql-database, database: { name: SUSDB } } }",
      },
      `4:70 ${plain}`,
    ],
  ])("%s", (_, parts, ...told) => {
    expect(toldOf(policyText(parts))).toEqual(told);
  });
});
