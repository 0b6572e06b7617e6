import { afterEach, expect, test, vi } from "vitest";
import { type AnswerLimits, answerLimits } from "../../../../../src/drivers/access/sql/answer-limits.ts";
import type { MssqlTarget } from "../../../../../src/drivers/access/sql/mssql/mssql-config.ts";
import { openMssql } from "../../../../../src/drivers/access/sql/mssql/mssql-runner.ts";
import { sqlProblem } from "../../../../../src/drivers/access/sql/sql-problems.ts";
import type { SqlError, SqlRunner } from "../../../../../src/drivers/access/sql/sql-runner.ts";
import { type Manner, withUnendingServer } from "../../../../support/unending-server.ts";

const server = withUnendingServer();
const place = { where: "PS1/database", server: "sql01", database: "CM_PS1", doing: "look", user: "sitekeep" };
const small: AnswerLimits = { rows: 1000, bytes: 4 * 1024 * 1024, messages: 500 };

const opened: SqlRunner[] = [];
afterEach(async () => {
  for (const runner of opened.splice(0)) await runner.close();
});

const cases: readonly (readonly [Manner, string, string])[] = [
  ["rows", "answer-too-large", "has more than 1,000 rows"],
  ["wide cells", "answer-too-large", "is larger than 4,096 KiB"],
  ["one cell", "answer-too-large", "is larger than 4,096 KiB"],
  ["messages", "answer-too-large", "holds more than 500 messages"],
  ["errors", "database-damaged", "(error 8928)"],
];

test.each([
  ...cases.map((it) => ["query", ...it] as const),
  ...cases.map((it) => ["batch", ...it] as const),
  ["query", "a row every half second", "answer-too-slow", "No whole answer came within 1.2 s"],
  ["query", "nothing", "answer-too-slow", "No whole answer came within 1.2 s"],
  ["query", "a message, then nothing", "answer-too-slow", "No whole answer came within 1.2 s"],
] as const)(
  "a %s that is answered with %s without end is %s, and its connection is gone",
  async (how, manner, code, text) => {
    const sql = await open(small, { queryTimeoutMs: code === "answer-too-slow" ? 1200 : 30_000 });
    const before = process.memoryUsage().rss;
    server.manner = manner;
    const began = performance.now();
    const failure = await sql[how]("SELECT 1;").then(
      (rows) => `${rows.length} rows`,
      (error: unknown) => sqlProblem(error as SqlError, place),
    );
    expect(failure).toMatchObject({
      code,
      message: expect.stringContaining(text),
      hint: expect.stringMatching(/\.$/),
    });
    if (code === "answer-too-slow") expect(performance.now() - began).toBeLessThan(8000);
    await vi.waitFor(() => expect(server.seen.open).toBe(0), 5000);
    expect(process.memoryUsage().rss - before).toBeLessThan(700 * 1024 * 1024);
    server.manner = "three rows";
    expect(await sql.query("SELECT 1;")).toHaveLength(3);
  },
);

test("no more is remembered of rows that never end than is taken", async () => {
  const sql = await open(answerLimits, { queryTimeoutMs: 30_000 });
  server.manner = "rows";
  await expect(sql.query("SELECT 1;")).rejects.toMatchObject({ stage: "answer", excess: "rows" });
  await vi.waitFor(() => expect(server.seen.open).toBe(0), 5000);
}, 60_000);

test("a batch may say nothing for longer than a query may take, and is heard to its end", async () => {
  const sql = await open();
  server.manner = "nothing for two seconds";
  expect(await sql.batch("BACKUP DATABASE x;")).toEqual([]);
  await expect(sql.query("BACKUP DATABASE x;")).rejects.toMatchObject({ excess: "time" });
});

async function open(limits = small, change: Partial<MssqlTarget> = {}): Promise<SqlRunner> {
  const sql = await openMssql({ ...server.target, queryTimeoutMs: 1200, ...change }, limits);
  opened.push(sql);
  return sql;
}
