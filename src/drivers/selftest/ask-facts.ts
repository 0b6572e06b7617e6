import type { Fact } from "../../core/base/fact.ts";
import type { AskedFact } from "../../core/model/asked-fact.ts";
import { enumerations, expressions, functions, relations } from "../../core/outside/catalogue.ts";
import { factsOfNumbers, type Numbers } from "../../core/outside/facts/numbers.ts";
import type { Column, Relation } from "../../core/outside/facts/relation.ts";
import type { ExpressionFact } from "../../core/outside/sql/server-expressions.ts";
import type { Statement } from "../../core/outside/facts/statement.ts";
import { isOfType, shownValue } from "../access/sql/column-types.ts";
import { textCell } from "../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../access/sql/sql-runner.ts";
import { quoteName, quoteText } from "../access/sql/t-sql-text.ts";
import { ask, type Asking } from "../parts/session/ask.ts";

/** Rows that are read to see whether what a column holds is understood. */
const rowsRead = 20;
/** Different numbers of a column that are looked at. */
const numbersRead = 100;

/**
 * Asks a server for each fact of the register that SQL can be asked for: whether a table is there with its
 * columns, whether what they hold is understood, and which of the numbers occur. Changes nothing. Rejects
 * when the session is lost.
 */
export async function askFacts(sql: SqlRunner, asking: Asking): Promise<readonly AskedFact[]> {
  const send: Send = (statement) => ask(sql, statement, asking);
  const found: AskedFact[] = [];
  for (const it of relations) found.push(...(await askRelation(send, it)));
  for (const it of enumerations) found.push(...(await askNumbers(send, it)));
  for (const { id } of functions) found.push(await askExpression(send, { id, asked: id }));
  for (const it of expressions) found.push(await askExpression(send, it));
  return found;
}

/** Sends one statement in the session that is asked. */
type Send = (statement: Statement) => Promise<Fact<readonly SqlRow[]>>;

async function askRelation(send: Send, of: Relation): Promise<readonly AskedFact[]> {
  const columns = Object.entries(of.columns);
  if (isElsewhere(of)) return [of.name, ...columns.map(([name]) => `${of.name}.${name}`)].map(inNoLook);
  const newest = columns.filter(([, it]) => it.insteadOf === undefined);
  const names = newest.map(([name]) => name);
  const all = await send(reading(of, names));
  const asked: AskedFact[] = [];
  for (const [name, column] of columns)
    asked.push(
      all.is === "known" && names.includes(name)
        ? judgeColumn(of, name, column, all.value)
        : await askColumn(send, of, name, column),
    );
  if (asked.some((it) => it.found === "confirmed")) return [{ id: of.name, found: "confirmed" }, ...asked];
  // With no column of it the table itself is not there, or hidden.
  const absence = { ...asked[0]!, id: of.name };
  return [
    absence,
    ...asked.map(({ id }): AskedFact => ({ id, found: "not-asked", note: notThere(of.name) })),
  ];
}

/** A header is read where a backup has just been taken; a report server is no database of the site. */
function isElsewhere({ at }: Relation): boolean {
  return at === "backup file" || at === "report server";
}

function inNoLook(id: string): AskedFact {
  return { id, found: "not-asked", note: "it is read with a backup, or with a report server" };
}

function notThere(name: string): string {
  return `${name} could not be read`;
}

async function askColumn(send: Send, of: Relation, name: string, column: Column): Promise<AskedFact> {
  const id = `${of.name}.${name}`;
  const answer = await send(reading(of, [name]));
  if (answer.is === "known") return judgeColumn(of, name, column, answer.value);
  const asked = refusal(id, answer);
  // A name that older versions have: that it is not there is no difference.
  return asked.found === "differs" && column.insteadOf !== undefined ? { id, found: "other-name" } : asked;
}

function reading(of: Relation, columns: readonly string[]): Statement {
  return {
    name: `selftest ${of.name}`,
    doing: `read ${of.name}`,
    query: `SELECT TOP (${rowsRead}) ${columns.map(quoteName).join(", ")} FROM ${placeOf(of)};`,
    parameters: [],
    reads: [of],
    answers: Object.fromEntries(columns.map((column) => [column, "judged by row"])),
  };
}

function placeOf({ at, name }: Relation): string {
  return at === "msdb" ? `msdb.${name}` : name;
}

function judgeColumn(of: Relation, name: string, column: Column, rows: readonly SqlRow[]): AskedFact {
  const id = `${of.name}.${name}`;
  const values = rows.map((row) => row[name]);
  const strange = values.find((it) => it !== null && it !== undefined && !isOfType(it, column.type));
  if (strange !== undefined) return { id, found: "differs", note: `it holds ${shownValue(strange)}` };
  const isNull = values.some((it) => it === null) && column.ifNull === undefined;
  return isNull ? { id, found: "differs", note: "it holds NULL" } : { id, found: "confirmed" };
}

async function askNumbers(send: Send, of: Numbers): Promise<readonly AskedFact[]> {
  const found = relations.find(({ name }) => of.of.startsWith(`${name}.`));
  const facts = factsOfNumbers(of);
  if (found === undefined)
    return facts.map(({ id }) => ({ id, found: "not-asked", note: "no table holds it" }));
  if (isElsewhere(found)) return facts.map(({ id }) => inNoLook(id));
  const answer = await send(occurring(found, of));
  if (answer.is !== "known")
    return facts.map(({ id }) => ({ id, found: "not-asked", note: notThere(of.of) }));
  const here = new Set(answer.value.flatMap((row) => textCell(row, "value")?.trim().toLowerCase() ?? []));
  const known = new Set(Object.values(of.values).map(inAnyCase));
  const strangers = of.isOpen ? [] : [...here].filter((it) => !known.has(it));
  return [
    ...Object.values(of.values).map((value): AskedFact => ({
      id: `${of.of} = ${value}`,
      found: here.has(inAnyCase(value)) ? "confirmed" : "not-seen",
    })),
    ...strangers.map((it): AskedFact => ({
      id: `${of.of} = ${it}`,
      found: "differs",
      note: "nobody explains it",
    })),
  ];
}

function inAnyCase(value: number | string): string {
  return String(value).toLowerCase();
}

/** Of a column that holds much else, only what is known is looked for. */
function occurring(of: Relation, { of: column, values, isOpen }: Numbers): Statement {
  const name = quoteName(column.slice(of.name.length + 1));
  const wanted = Object.values(values).map((it) => (typeof it === "string" ? quoteText(it) : it));
  const condition = isOpen ? ` WHERE ${name} IN (${wanted.join(", ")})` : "";
  return {
    name: `selftest ${column}`,
    doing: `read ${column}`,
    query: `SELECT TOP (${numbersRead}) ${name} AS value FROM ${placeOf(of)}${condition} GROUP BY ${name};`,
    parameters: [],
    reads: [of],
    answers: { value: "judged by row" },
  };
}

async function askExpression(
  send: Send,
  { id, asked, mayBeNull }: Pick<ExpressionFact, "id" | "asked" | "mayBeNull">,
): Promise<AskedFact> {
  const answer = await send({
    name: `selftest ${id}`,
    doing: `tell ${id}`,
    query: `SELECT CAST(${asked} AS nvarchar(260)) AS value;`,
    parameters: [],
    reads: [],
    answers: { value: "text or NULL" },
  });
  if (answer.is !== "known") return refusal(id, answer);
  const isNull = textCell(answer.value[0], "value") === undefined;
  return isNull && !mayBeNull ? { id, found: "differs", note: "it gives NULL" } : { id, found: "confirmed" };
}

function refusal(id: string, answer: Fact<unknown>): AskedFact {
  if (answer.is !== "unknown") return { id, found: "not-asked" };
  const { code, message, hint } = answer.why;
  return code === "site-shape-unknown"
    ? { id, found: "differs", note: message }
    : { id, found: "not-asked", note: `${message} ${hint}` };
}
