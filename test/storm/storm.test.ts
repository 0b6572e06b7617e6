import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import type { Plan } from "../../src/core/model/plan.ts";
import type { Machine } from "../../src/core/model/policy/machine.ts";
import { connectSql } from "../../src/cli/world/connect-sql.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { openMssql } from "../../src/drivers/access/sql/mssql/mssql-runner.ts";
import { SqlError, type SqlRow, type SqlRunner } from "../../src/drivers/access/sql/sql-runner.ts";
import * as windowQueries from "../../src/drivers/access/sql/window-queries.ts";
import { engineSite } from "../support/engine-site.ts";
import { labSources } from "../support/lab-sources.ts";
import { type Fault, type Recorded, recorder, replaying, type Spoilt } from "../support/replayed-sql.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { withRunningLab } from "../support/running-lab.ts";
import { type Manner, withUnendingServer } from "../support/unending-server.ts";

/**
 * A site's answers are recorded once. Then each is spoilt, one at a time and in each way, and the site is
 * planned for: whatever a server says in place of what we take it to say, either all is judged as before, or
 * something is told. Never *inside* by an answer that was not had, never silence, never a fault of our own.
 */
const lab = withRunningLab();
const unending = withUnendingServer();
const kinds = ["site-database", "package-sources", "user-state", "site-files", "task-backup"] as const;
const recorded = recorder();
let site: ReturnType<typeof engineSite>;
let connect: (database: { readonly name: string }) => Promise<SqlRunner>;
let sound: Seen;

/** What a plan tells: the window, and everything that is wrong. */
interface Seen {
  readonly window: string;
  readonly told: ReadonlySet<string>;
  readonly codes: readonly string[];
}

beforeAll(async () => {
  const machine = parse(readFileSync(join(lab.folder, "machine.yaml"), "utf8")) as Machine;
  const of = labSources(lab.folder);
  const central = { ...of.site.database, server: "sqlcas.lab", name: "CM_CAS" };
  const real = async (database: typeof of.site.database) => {
    const file = (database.auth as { password: { file: string } }).password.file;
    return recorded.wrap(database, await connectSql(machine, database, readFileSync(file, "utf8").trim()));
  };
  connect = real as never;
  site = engineSite({
    policy: {
      site: { ...of.site, servers: [] },
      partners: { CAS: central },
    },
    sources: kinds.map((kind) => of.sources[kind]),
    world: {
      cacheFolder: join(lab.folder, "cache"),
      machine: { ...machine, identity: "cm01.lab" },
      connect: (database) => connect(database),
      driverOf: (kind) => ({
        ...driverOf(kind),
        capture: async ({ mode, source }, _, sink) => {
          const bytes = Buffer.from(source.name);
          await sink.offer({
            type: "file",
            path: "a",
            size: bytes.length,
            modifiedAt: 0,
            locator: { bytes },
          });
          return { mode, asOf: Date.now(), facts: {}, problems: [] };
        },
      }),
    },
  });
  site.clock.now = Date.now();
  await site.run();
  // What the captures had asked is not asked by a look.
  recorded.all.clear();
  site.clock.now = Date.now();
  await look();
  connect = async (database) => replaying(recorded.all)(database as never);
  sound = await look();
}, 120_000);

test("the site that was recorded is inside, and was asked many things", () => {
  expect(sound.window).toBe("inside");
  expect(recorded.all.size).toBeGreaterThan(20);
  expect(existsSync(lab.folder)).toBe(true);
});

const errors = [
  [156, "Incorrect syntax near the keyword 'x'."],
  [207, "Invalid column name 'x'."],
  [208, "Invalid object name 'dbo.x'."],
  [229, "The SELECT permission was denied on the object 'x', database 'CM_PS1', schema 'dbo'."],
  [297, "The user does not have permission to perform this action."],
  [300, "VIEW SERVER STATE permission was denied on object 'server', database 'master'."],
  [916, 'The server principal "sitekeep" is not able to access the database "msdb".'],
] as const;

const cells: readonly (readonly [string, SqlRow[string]])[] = [
  ["NULL", null],
  ["a word", "strange"],
  ["a number that nobody explains", 987_654],
];

/** Ways to spoil an answer, by what they do. */
const faults: readonly (readonly [string, Fault])[] = [
  ...errors.map(([number, text]): readonly [string, Fault] => [
    `error ${number}`,
    () => {
      throw new SqlError("statement", [{ number, severity: 14, text }]);
    },
  ]),
  ["no row", () => []],
  ["columns of other names", ({ rows }) => rows.map(renamed)],
  ...cells.map(([name, value]): readonly [string, Fault] => [
    `${name} in every cell`,
    ({ rows }) => rows.map((row) => filled(row, value)),
  ]),
];

/** What may be said of an answer without a word of it in the plan, and why. */
const legal: readonly (readonly [why: string, statement: RegExp, fault: RegExp])[] = [
  ["the policy names the site, and the partners", /fnGetSiteCode/, /./],
  [
    "the partner's own keeping decides, and it is read",
    /^CM_PS1: .*(change_tracking_|AS counted|AS fork|AS shown)/,
    /./,
  ],
  ["both sides show the link, and one is enough", /RCM_ReplicationLinkStatus/, /^no row/],
  ["no group was copied as a whole", /RCM_DrsInit/, /^no row/],
  [
    "points without the record are judged by age and by the versions of the tables",
    /ArticleData|DRS_MessageActivity_Send/,
    /./,
  ],
  ["such a number may be true", /AS counted|AS version|AS shown/, /^a number/],
  ["change tracking is off", /AS version/, /^NULL/],
  ["a right that can't be asked for is left to the backup", /backup_database/, /^(no row|columns|NULL|a )/],
  ["no state migration point has a folder", /PropertyLists/, /^no row/],
  ["there is none", /v_Package|v_Content|v_StatusMessage|SSBPort|backupset AS s INNER/, /^no row/],
  ["no other product's backup is known, which a cluster would harm", /IsClustered/, /./],
  [
    "how large the next backup is, is not known then: the free space is watched while it is written",
    /'SpaceUsed'|compressed_backup_size/,
    /./,
  ],
  ["the task writes to no volume of the database", /physical_name|group_database_id/, /./],
];

/** What may be said of one cell without a word, and why: the reasons above count as well. */
const legalCells: typeof legal = [
  ["a name that is shown, and decides nothing", /v_Package|v_Content/, /in (package|title|content)$/],
  ["a collation that is noted; lint asks for it by itself", /collation_name/, /in collation_name$/],
  ["a package that is no image is a folder", /v_Package/, /^a number .* in type$/],
  ["the list of folders is empty", /PropertyLists/, /^NULL in value$/],
  [
    "such a number may be true",
    /./,
    /^a number .* in (retention_period|pages|openable|found|id|BuildNumber)$/,
  ],
  ["any number but none says that the task is on", /vSMS_SC_SQL_Task/, /^a number .* in enabled$/],
  ["the task has no place, or one that is no path", /vSMS_SC_SQL_Task/, /in location$/],
  ["what was cleaned is shown; the minimum valid version decides", /cleanup_version/, /in cleaned$/],
  ["no full was taken yet", /differential_base_guid/, /^NULL in base$/],
  ["a link counts whatever its group is called", /RCM_ReplicationLinkStatus/, /in group_/],
  ["a copy that can't be put in order counts as the newest", /RCM_DrsInit/, /in created$/],
  [
    "what others backed up is shown, and no run rests on it where each takes a full",
    /backupset AS s INNER/,
    /^(a word in (name|device|user_name)|NULL in \w+|a number .* in (\w+_lsn|families|time_zone))$/,
  ],
  ["it is found, so it is shown", /BitLockerManagement_CERT/, /^NULL in sees$/],
  ["it is found, whatever the site has set", /BitLockerManagement_CERT/, /^a number .* in enabled$/],
  [
    "such a name or owner may be true: they are compared with those of the newest copy, which has none here",
    /SERVERPROPERTY|is_honor_broker_priority_on/,
    /^(a (word|number .*) in (server|edition|level|update_level|collation|recovery_model)|a number .* in (owner_sid|compatibility)|NULL in (server|update_level))$/,
  ],
  [
    "a message is of a run that ends badly only with a number or a severity that says so",
    /AS severity/,
    /^(a number .* in (message|severity|part)|NULL in severity)$/,
  ],
];

/** How many pairs of answers are spoilt: `npm run storm` takes many. */
const pairs = Number(process.env["SITEKEEP_STORM"] ?? 300);

/** Answers that were spoilt, by what was said of them. */
const counts = { told: 0, legal: 0, "as before": 0, unending: 0 };

afterAll(() => {
  const { told, legal: inOrder, unending: ended } = counts;
  process.stdout.write(
    `storm: ${told} spoilt answers told, ${inOrder} that say nothing wrong (${ended} of both without end, and ended), ${counts["as before"]} of many rows judged as before; no green lie where these tests pass\n`,
  );
});

describe.each(faults)("%s", (name, fault) => {
  test("is told, whatever statement it befalls, and proves nothing", async () => {
    const wrong: string[] = [];
    for (const of of recorded.all.values())
      if (of.refused === undefined && (of.rows.length > 0 || name.startsWith("error")))
        wrong.push(...(await spoilt(of, name, fault)));
    expect(wrong).toEqual([]);
  });
});

test("a cell that holds something else is told, whichever it is", async () => {
  const wrong: string[] = [];
  for (const of of recorded.all.values())
    for (const column of Object.keys(of.rows[0] ?? {}))
      for (const [name, value] of cells) {
        const fault: Fault = ({ rows }) => rows.map((row) => ({ ...row, [column]: value }));
        wrong.push(...(await spoilt(of, `${name} in ${column}`, fault)));
      }
  expect(wrong).toEqual([]);
}, 60_000);

/** A server that breaks breaks in several places. */
test("two answers that are spoilt at once are told, or both may go without a word", async () => {
  const random = new SeededRandom(pairs);
  const all = [...recorded.all.values()].filter(
    ({ refused, rows }) => refused === undefined && rows.length > 0,
  );
  const wrong: string[] = [];
  for (let at = 0; at < pairs; at++) {
    const both = [0, 1].map(() => ({ of: random.pick(all), ...named(random.pick(faults)) }));
    // One answer can be spoilt in one way.
    if (both[0]!.of === both[1]!.of) continue;
    wrong.push(...(await verdictOn(both)));
  }
  expect(wrong).toEqual([]);
}, 1_800_000);

/** An answer that is spoilt, with the name of what befell it. */
interface Named extends Spoilt {
  readonly name: string;
}

function named([name, fault]: (typeof faults)[number]): { readonly name: string; readonly fault: Fault } {
  return { name, fault };
}

function spoilt(of: Recorded, name: string, fault: Fault): Promise<readonly string[]> {
  return verdictOn([{ of, name, fault }]);
}

/** Plans with spoilt answers: what is wrong with the plan, and nothing where all is told that has to be. */
async function verdictOn(all: readonly Named[]): Promise<readonly string[]> {
  connect = async (database) => replaying(recorded.all, all)(database as never);
  const seen = await look();
  const grave = all.filter((it) => !isLegal(it));
  const verdict = judge(seen, grave);
  if (verdict !== undefined) return [`${all.map(wordsOf).join("; and ")}: ${verdict}`];
  counts[grave.length === 0 ? "legal" : "told"]++;
  return [];
}

function isLegal(it: Named): boolean {
  return [...legal, ...legalCells].some(
    ([, statement, fault]) => fault.test(it.name) && statement.test(asked(it.of)),
  );
}

function asked({ database, text }: Recorded): string {
  return `${database}: ${text.replaceAll(/\s+/g, " ")}`;
}

function wordsOf({ name, of }: Named): string {
  return `${name}: ${asked(of)}`;
}

/** What the window rests on: without one of these nothing is inside. */
const windowTexts = new Set(
  Object.values(windowQueries)
    .flat()
    .map(({ query }) => query),
);

function judge(seen: Seen, grave: readonly Spoilt[]): string | undefined {
  if (seen.codes.includes("internal-fault")) return "a fault of our own";
  if (grave.length === 0) return undefined;
  if (seen.window === "inside" && grave.some(({ of }) => windowTexts.has(of.text)))
    return "inside, by an answer that was not had";
  const isTold = [...seen.told].some((it) => !sound.told.has(it)) || seen.window !== sound.window;
  return isTold ? undefined : "silence";
}

test("ten thousand rows are judged as a few are, and soon", async () => {
  const wrong: string[] = [];
  for (const of of recorded.all.values()) {
    if (of.rows.length === 0) continue;
    // Requests that the look at the copy had not seen: a group was copied as a whole since.
    if (of.text.includes("RCM_DrsInitializationTracking")) continue;
    const many = Array.from({ length: 10_000 }, (_, at) => of.rows[at % of.rows.length]!);
    connect = async (database) => replaying(recorded.all, [{ of, fault: () => many }])(database as never);
    const began = performance.now();
    const seen = await look();
    if (seen.window !== "inside" || seen.codes.includes("internal-fault"))
      wrong.push(`${of.text}: ${seen.window} ${seen.codes.join(" ")}`);
    else counts["as before"]++;
    if (performance.now() - began > 20_000) wrong.push(`${of.text}: too slow`);
  }
  expect(wrong).toEqual([]);
});

/** Answers that come over a real socket, and never to their end. */
describe.each<Manner>(["rows", "a row every half second"])("%s without end", (manner) => {
  test("are ended and told, whatever statement they answer, and prove nothing", async () => {
    const limits = { rows: 300, bytes: 1024 * 1024, messages: 100 };
    const sql = await openMssql({ ...unending.target, queryTimeoutMs: 700 }, limits);
    unending.manner = manner;
    const before = counts.told + counts.legal;
    const wrong: string[] = [];
    for (const of of recorded.all.values())
      if (of.refused === undefined)
        wrong.push(...(await spoilt(of, `without end: ${manner}`, ({ text }) => sql.query(text))));
    counts.unending += counts.told + counts.legal - before;
    await sql.close();
    expect(wrong).toEqual([]);
    await vi.waitFor(() => expect(unending.seen.open).toBe(0));
  }, 300_000);
});

async function look(): Promise<Seen> {
  const plan = await site.plan();
  const problems = problemsIn(plan);
  return {
    window: plan.sites[0]!.window.state,
    told: new Set(problems.map(({ code, message }) => `${code}: ${message}`)),
    codes: problems.map(({ code }) => code),
  };
}

interface Told {
  readonly code: string;
  readonly message: string;
}

function problemsIn(plan: Plan): readonly Told[] {
  const found: Told[] = [];
  JSON.stringify(plan, (_, value: unknown) => {
    if (typeof value === "object" && value !== null && "code" in value && "severity" in value)
      found.push(value as unknown as Told);
    return value;
  });
  return found;
}

function filled(row: SqlRow, value: SqlRow[string]): SqlRow {
  return Object.fromEntries(Object.keys(row).map((column) => [column, value]));
}

function renamed(row: SqlRow): SqlRow {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [`${column}_`, value]));
}
