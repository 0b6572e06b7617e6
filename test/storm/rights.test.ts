import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import type { ServerLanguage } from "../../packages/lab/src/sql/server-settings.ts";
import { ProblemError } from "../../src/core/base/problem.ts";
import type { SqlKeys } from "../../src/core/model/policy/source.ts";
import type { Machine } from "../../src/core/model/policy/machine.ts";
import { relations } from "../../src/core/outside/catalogue.ts";
import {
  createDatabase,
  enterDatabase,
  everybody,
  exportCertificate,
  exportMasterKey,
  ownDatabase,
  type Right,
  takeBackups,
  viewAnyDatabase,
  viewServerState,
} from "../../src/core/outside/facts/right.ts";
import type * as statements from "../../src/core/outside/facts/statement.ts";
import { rightsOf, type Statement, type StatementValues } from "../../src/core/outside/facts/statement.ts";
import { reportCatalogue } from "../../src/core/outside/site/report-server.ts";
import { grantsOf } from "../../src/drivers/access/sql/grants.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import type { Driver } from "../../src/drivers/driver.ts";
import { ask } from "../../src/drivers/parts/session/ask.ts";
import { withSql } from "../../src/drivers/parts/session/sql-session.ts";
import { selftest } from "../../src/engine/selftest.ts";
import { collectingSink, listingSink } from "../support/collecting-sink.ts";
import { engineSite } from "../support/engine-site.ts";
import { labMeans } from "../support/lab-means.ts";
import { labSources } from "../support/lab-sources.ts";
import { withRunningLab } from "../support/running-lab.ts";

/** Every statement that was sent, with what it was given: noted where each of them gets its values. */
const sent = vi.hoisted(() => new Map<string, { statement: Statement; values: StatementValues }>());
vi.mock("../../src/core/outside/facts/statement.ts", async (original) => {
  const real = await original<typeof statements>();
  return {
    ...real,
    valuesFor(statement: Statement, values: StatementValues) {
      sent.set(statement.name, { statement, values });
      return real.valuesFor(statement, values);
    },
  };
});

/**
 * Each right that a statement needs is taken from the login, one at a time, in each language that the lab's
 * servers speak, over the real driver and a real socket. Then the statement that gives the right back has to
 * stand in a hint, to be pasted as it is.
 */
const lab = withRunningLab();
const languages: readonly ServerLanguage[] = ["english", "spanish", "japanese"];
const kinds = ["site-database", "package-sources", "user-state", "task-backup", "sql-keys"] as const;
const counts = { statements: 0, asked: 0, looks: 0, actions: 0 };
let backup: string;
let site: ReturnType<typeof engineSite>;

beforeAll(async () => {
  const of = labSources(lab.folder);
  const means = labMeans(lab.folder);
  const machine = parse(readFileSync(join(lab.folder, "machine.yaml"), "utf8")) as Machine;
  const central = { ...of.site.database, server: "sqlcas.lab", name: "CM_CAS" };
  site = engineSite({
    policy: { site: { ...of.site, servers: [] }, partners: { CAS: central } },
    sources: kinds.map((kind) => of.sources[kind]),
    world: {
      cacheFolder: join(lab.folder, "cache"),
      machine: { ...machine, identity: "cm01.lab" },
      connect: (database) => means.sql(database),
      driverOf: (kind) =>
        kind === "site-database" ? driverOf(kind) : ({ ...driverOf(kind), capture: captured } as never),
    },
  });
  site.clock.now = Date.now();
  // A window is judged where there is a point.
  await site.run();
  site.clock.now = Date.now();
  await site.plan();
  await site.inSession((session) => selftest(session, site.policy));
  await capture("sql-keys");
  await capture("reporting-server");
  backup = join(lab.folder, "backup");
  const { site: of2, sources } = of;
  await driverOf("site-database").capture(
    { source: sources["site-database"], site: of2, mode: "full" } as never,
    means,
    collectingSink(backup),
  );
}, 120_000);

afterAll(() => {
  const { statements, asked, looks, actions } = counts;
  process.stdout.write(
    `storm of rights: ${statements} statements, ${asked} asked without one of their rights, ${looks} looks and ${actions} actions without one, in ${languages.length} languages\n`,
  );
});

/** How the lab takes a right away: by the names that DENY knows, all of those that would do as well. */
function deniedFor({ title }: Right): readonly string[] {
  const name = title.replace(/ on the (server|database)$/, "").replace(/^SELECT on /, "SELECT ON ");
  return name === "VIEW ANY DATABASE" ? [name, "CREATE ANY DATABASE"] : [name];
}

/** Each way in which a login is without a right: in msdb it may also be no user. */
function waysToLose(right: Right): readonly (readonly [Right, readonly string[]])[] {
  if (right === everybody) return [];
  const isInMsdb = right.grant.startsWith("USE msdb;");
  return [[right, deniedFor(right)], ...(isInMsdb ? [[right, ["CONNECT msdb"]] as const] : [])];
}

/** Rights without which a look says nothing else than before, and why that is in order. */
const legal: readonly (readonly [why: string, titles: RegExp])[] = [
  [
    "points are judged by age and by the versions of all tables then, which proves less and never more",
    /ArticleData|DRS_MessageActivity_Send/,
  ],
  ["asked by captures alone: among the actions below", /^VIEW SERVER STATE|dbo\.Catalog$/],
  ["asked only where the newer name is not there", /RCMSQlControl|vRcmSqlControlProperties|v_ContentInfo/],
];

/** Whether a hint holds each statement that gives a right, for one of the databases that were asked. */
function holdsCure(hint: string, right: Right): boolean {
  return ["CM_PS1", "CM_CAS", "ReportServer"].some((database) =>
    grantsOf([right], { server: "sql01.lab", database, user: "sitekeep" })
      .split(/(?<=;) /)
      .every((statement) => hint.includes(statement)),
  );
}

const exportBitLocker = exportCertificate("BitLockerManagement_CERT");

/** What is done rather than read, the right that it takes, and how. */
const actions: readonly (readonly [string, Right, () => Promise<unknown>])[] = [
  ["a session in the database", enterDatabase, () => check()],
  ["BACKUP DATABASE", takeBackups, () => capture("site-database")],
  ["RESTORE HEADERONLY and VERIFYONLY", createDatabase, () => capture("site-database")],
  ["the export of a certificate", exportBitLocker, () => capture("sql-keys")],
  ["the export of a master key", exportMasterKey, () => capture("sql-keys", { include: ["master-key"] })],
  [
    "the certificate of an encrypted database",
    viewServerState,
    () => lab.during(["database-encrypted"], () => capture("site-database")),
  ],
  ["the list of reports", reportCatalogue.right, () => capture("reporting-server")],
  ["RESTORE FILELISTONLY", createDatabase, () => restore()],
  ["DBCC CHECKDB, of another's database,", ownDatabase, () => check()],
];

/** Rights on what is done, as DENY names them. */
function deniedAction(right: Right): readonly string[] {
  if (right === ownDatabase) return [];
  if (right === enterDatabase) return ["CONNECT CM_PS1"];
  if (right === takeBackups) return ["BACKUP DATABASE"];
  return right === exportMasterKey ? ["CONTROL"] : deniedFor(right);
}

/** Rights that statements need, each once: those of relations. */
const rights = [...new Set(relations.map(({ right }) => right))].filter((it) => it !== everybody);

/**
 * Statements that are answered without a row, or with fewer, where a right is missing. Whoever sends them asks
 * whether the login has it, which the looks below hold them to.
 */
const silent = new Set<string>();
const silentRights = new Set<Right>();

test("a look, the selftest and an export send many statements, each with its rights", () => {
  counts.statements = sent.size;
  expect(sent.size).toBeGreaterThan(60);
  expect([...sent.values()].filter(({ statement }) => rightsOf(statement).length > 0).length).toBeGreaterThan(
    40,
  );
});

describe.each(languages)("a server that speaks %s", (language) => {
  test("refuses each statement without its right, and the hint says how it is given", async () => {
    const wrong: string[] = [];
    const { database: own } = site.policy.site;
    const reports = { ...own, name: "ReportServer" };
    const [ofSite, ofReports] = [
      await labMeans(lab.folder).sql(own),
      await labMeans(lab.folder).sql(reports),
    ];
    for (const { statement, values } of sent.values()) {
      const isOfReports = statement.reads.includes(reportCatalogue);
      const [sql, database] = isOfReports ? [ofReports, reports] : [ofSite, own];
      for (const [right, denied] of rightsOf(statement).flatMap(waysToLose)) {
        const asking = { task: { database, where: "PS1" }, values };
        const answer = await lab.without(denied, language, () => ask(sql, statement, asking));
        counts.asked++;
        if (answer.is === "known") {
          silent.add(`${statement.name} without ${right.title}`);
          silentRights.add(right);
        } else if (answer.is !== "unknown" || !holdsCure(answer.why.hint, right))
          wrong.push(`${statement.name} without ${right.title}: ${JSON.stringify(answer)}`);
      }
    }
    await ofSite.close();
    await ofReports.close();
    expect(wrong).toEqual([]);
  });

  test("hides nothing from a look that is not told", async () => {
    const wrong: string[] = [];
    // What is refused is refused by number, whatever the language: of that, one language is enough.
    const taken = language === "english" ? rights : rights.filter((it) => silentRights.has(it));
    for (const right of taken.filter(({ title }) => !legal.some(([, titles]) => titles.test(title)))) {
      const told = await lab.without(deniedFor(right), language, async () => hintsIn(await site.plan()));
      counts.looks++;
      // Where two rights do the same, and both were taken, either one is the cure.
      const cures = right === viewAnyDatabase ? [right, createDatabase] : [right];
      const isTold = cures.some((it) => told.some((hint) => holdsCure(hint, it)));
      if (!isTold) wrong.push(right.title);
    }
    expect(wrong).toEqual([]);
  });

  test.each(actions)(
    "%s is refused without its right, and the hint gives it back",
    async (_, right, work) => {
      const denied =
        right === exportBitLocker
          ? ["CONTROL ON CERTIFICATE::BitLockerManagement_CERT"]
          : deniedAction(right);
      const told = await lab.without(denied, language, async () => hintsIn(await work().catch(problemOf)));
      counts.actions++;
      expect(told.filter((hint) => holdsCure(hint, right))).not.toEqual([]);
    },
  );
});

/** Keeps next to nothing: what is captured is looked at elsewhere. */
const captured: Driver["capture"] = async ({ mode, source }, _, sink) => {
  const bytes = Buffer.from(source.name);
  await sink.offer({ type: "file", path: "a", size: bytes.length, modifiedAt: 0, locator: { bytes } });
  return { mode, asOf: Date.now(), facts: {}, problems: [] };
};

async function capture(
  kind: "sql-keys" | "site-database" | "reporting-server",
  change: Partial<SqlKeys> = {},
) {
  const { site: of, sources } = labSources(lab.folder);
  const source = { ...sources[kind], ...change };
  return driverOf(kind).capture(
    { source, site: of, mode: "full" } as never,
    labMeans(lab.folder),
    listingSink(),
  );
}

/** Restores a backup that was taken before the storm, beside the database that it is of. */
async function restore() {
  const { sources } = labSources(lab.folder);
  const source = sources["site-database"];
  const target = { database: { ...source.database, name: "CM_PS1_back" }, staging: source.staging! };
  const snapshots = [{ mode: "full", facts: { database: "CM_PS1" }, site: "PS1" }];
  const request = { source, folders: [backup], snapshots, target, replace: false };
  return driverOf("site-database").giveBack!(request as never, labMeans(lab.folder));
}

/** Checks a database that the login does not own, as it does one that it has restored. */
async function check() {
  const { database } = site.policy.site;
  const task = { database, where: "PS1", doing: "check CM_PS1", needs: [ownDatabase] };
  return withSql(labMeans(lab.folder), task, (sql) =>
    sql.batch("DBCC CHECKDB (N'CM_PS1') WITH NO_INFOMSGS, ALL_ERRORMSGS;"),
  );
}

function problemOf(thrown: unknown): unknown {
  if (thrown instanceof ProblemError) return { hint: thrown.problem.hint };
  throw thrown;
}

/** Every hint of a value, however deep it lies. */
function hintsIn(value: unknown): readonly string[] {
  const found: string[] = [];
  JSON.stringify(value, (name, it: unknown) => {
    if (name === "hint" && typeof it === "string") found.push(it);
    return it;
  });
  return found;
}
