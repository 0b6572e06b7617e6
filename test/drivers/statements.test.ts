import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { questionsFor } from "../../src/core/lint/asked.ts";
import type { Snapshot } from "../../src/core/model/repository/snapshot.ts";
import type { SourceKind } from "../../src/core/model/policy/source.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { askFacts } from "../../src/drivers/selftest/ask-facts.ts";
import { readSiteLook } from "../../src/drivers/parts/site-look.ts";
import { readSiteTask } from "../../src/drivers/parts/task/site-task-facts.ts";
import { readWindowFacts } from "../../src/drivers/parts/window-facts.ts";
import { withSql } from "../../src/drivers/parts/session/sql-session.ts";
import { policyOf } from "../support/build-site.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { labMeans } from "../support/lab-means.ts";
import { labDatabase, labSources } from "../support/lab-sources.ts";
import { recordingSql } from "../support/recording-sql.ts";
import { withRunningLab } from "../support/running-lab.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const lab = withRunningLab();
const seen = new Set<string>();
const withSqlKinds = [
  "site-database",
  "sql-database",
  "reporting-server",
  "sql-keys",
  "package-sources",
  "user-state",
] as const satisfies readonly SourceKind[];

/** What SQL Server's reference tells of BACKUP and RESTORE, as far as sitekeep goes: no grammar here knows them. */
const text = String.raw`N'(?:[^']|'')*'`;
const name = String.raw`\[(?:[^\]]|\]\])+\]`;
const options = String.raw`WITH [A-Z_]+(?: = (?:[A-Z_0-9]+|${text}))?(?:, (?:[A-Z_]+(?: = (?:[A-Z_0-9]+|${text}))?|MOVE ${text} TO ${text}))*`;
const secret = String.raw`ENCRYPTION BY PASSWORD = ${text}`;
const administration: readonly RegExp[] = [
  String.raw`BACKUP (DATABASE|LOG) ${name} TO DISK = ${text} ${options};`,
  String.raw`RESTORE (HEADERONLY|FILELISTONLY|VERIFYONLY|LABELONLY) FROM DISK = ${text}( WITH CHECKSUM)?;`,
  String.raw`RESTORE (DATABASE|LOG) ${name} FROM DISK = ${text} ${options};`,
  String.raw`RESTORE DATABASE ${name} WITH RECOVERY;`,
  String.raw`BACKUP MASTER KEY TO FILE = ${text} ${secret};`,
  String.raw`BACKUP CERTIFICATE ${name} TO FILE = ${text}( WITH PRIVATE KEY \(FILE = ${text}, ${secret}\))?;`,
  String.raw`DBCC CHECKDB \(${text}\) WITH NO_INFOMSGS, ALL_ERRORMSGS;`,
].map((pattern) => new RegExp(`^${pattern}$`));

const hasGrammar = spawnSync("sqlfluff", ["--version"]).status === 0;

beforeAll(async () => {
  const means = recordingSql(labMeans(lab.folder), seen);
  const { site, sources } = labSources(lab.folder);
  for (const kind of withSqlKinds) await captureWith(kind);
  const external = { ...sources["site-database"], method: "external" } as const;
  await driverOf("site-database").observe({ source: external, site }, means);
  const { database } = site;
  const where = "PS1/CM_PS1";
  const task = { database, where, doing: "look", siteCode: "PS1", questions: questionsFor(policyOf()) };
  await withSql(means, task, async (sql) => {
    await askFacts(sql, { task, values: {} });
    await readSiteLook(sql, task);
    await readSiteTask(sql, { siteCode: "PS1", task }).catch(() => undefined);
    await readWindowFacts(sql, { database, where, siteCode: "PS1" }, Date.now);
  });

  async function captureWith(kind: SourceKind): Promise<void> {
    const driver = driverOf(kind);
    const source = sources[kind] as never;
    const folder = join(lab.folder, `captured-${kind}`);
    mkdirSync(folder);
    await driver.observe({ source, site }, means);
    const captured = await driver.capture({ source, site, mode: "full" }, means, collectingSink(folder));
    if (kind === "site-database") await giveBack(folder, { ...captured, kind } as unknown as Snapshot);
    await captured.cleanUp?.();
  }

  async function giveBack(folder: string, snapshot: Snapshot): Promise<void> {
    const source = sources["site-database"];
    const target = { database: labDatabase(lab.folder, "CM_PS1_back"), staging: source.staging! };
    const order = { source, folders: [folder], snapshots: [snapshot], target, replace: false };
    await driverOf("site-database").giveBack!(order, means);
  }
}, 120_000);

describe("every statement that reaches a server", () => {
  test("was written down: those that read and those that back up", () => {
    expect(seen.size).toBeGreaterThan(60);
    expect([...seen].filter(isAdministration).length).toBeGreaterThan(5);
  });

  test.skipIf(!hasGrammar)(
    "is understood by a grammar of T-SQL that is none of ours",
    () => {
      const statements = [...seen].filter((it) => !isAdministration(it));
      expect(notUnderstood(statements)).toEqual([]);
    },
    300_000,
  );

  test.skipIf(!hasGrammar)("would be refused by that grammar, were a reserved word its name", () => {
    expect(notUnderstood(["SELECT 1 AS clustered;"])).toEqual(["SELECT 1 AS clustered;"]);
  });

  test("has the form of SQL Server's reference, where it backs up or restores", () => {
    const strange = [...seen]
      .filter(isAdministration)
      .filter((it) => !administration.some((form) => form.test(it)));
    expect(strange).toEqual([]);
  });
});

function isAdministration(statement: string): boolean {
  return /^(BACKUP|RESTORE|DBCC)\b/.test(statement);
}

/** Statements with a part that the grammar can't parse. Each is a file: a long one takes it for ever. */
function notUnderstood(statements: readonly string[]): readonly string[] {
  const folder = temporaryFolder();
  for (const [at, it] of statements.entries()) writeFileSync(join(folder, `${at}.sql`), `${it}\n`);
  const options = ["--dialect", "tsql", "--rules", "L001", "--format", "json", "--processes", "2"];
  const { stdout } = spawnSync("sqlfluff", ["lint", ...options, folder], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  const judged = JSON.parse(stdout) as readonly Judged[];
  return judged
    .filter(({ violations }) => violations.some(({ code }) => code === "PRS"))
    .map(({ filepath }) => statements[Number(/(\d+)\.sql$/.exec(filepath)![1])]!);
}

interface Judged {
  readonly filepath: string;
  readonly violations: readonly { readonly code: string }[];
}
