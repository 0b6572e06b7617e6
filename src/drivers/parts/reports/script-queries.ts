import { type Fact, known } from "../../../core/base/fact.ts";
import type { Sink } from "../../../core/model/offer.ts";
import { definitionText, namesIn, queriesIn } from "../../access/formats/report-definition.ts";
import {
  definitionLayer,
  layerBytes,
  layerParts,
  moduleList,
  modulePiece,
  pieceLetters,
} from "../../access/sql/report-queries.ts";
import { textCell } from "../../access/sql/sql-row.ts";
import type { SqlRunner } from "../../access/sql/sql-runner.ts";
import type { Means } from "../../driver.ts";
import { ask, type Asking } from "../session/ask.ts";
import { type SqlTask, withSql } from "../session/sql-session.ts";

/** Views, procedures and functions of the site database that reports name. */
export interface ScriptedQueries {
  /** Names of what was scripted. */
  readonly held: readonly string[];
  /** Names of what has an encrypted text, or one that is hidden from the login. */
  readonly hidden: readonly string[];
}

/** No definition of a report is longer. */
const definitionMax = 16 * 1024 * 1024;
/** No view is longer. */
const moduleMax = 4 * 1024 * 1024;

/**
 * Scripts what reports ask of the site database, a file each: an update of the site may drop what somebody
 * has made there, and a restored report server asks for it.
 */
export async function scriptQueries(
  { catalogue, site }: { readonly catalogue: SqlTask; readonly site: SqlTask },
  means: Means,
  sink: Sink,
): Promise<Fact<ScriptedQueries>> {
  const named = await withSql(means, catalogue, (sql) =>
    namesInReports(sql, { task: catalogue, values: {} }),
  );
  if (named.is !== "known") return named;
  return withSql(means, site, async (sql) => {
    const modules = await ask(sql, moduleList, { task: site, values: {} });
    if (modules.is !== "known") return modules;
    const used = modules.value
      .flatMap((row) => textCell(row, "name") ?? [])
      .filter((name) => named.value.has(name.toLowerCase()));
    const held: string[] = [];
    const hidden: string[] = [];
    for (const name of used) {
      means.signal.throwIfAborted();
      const text = await textOf(sql, { task: site, values: { name } });
      if (text === undefined) hidden.push(name);
      else {
        const bytes = new TextEncoder().encode(text);
        const path = `queries/${name.replace(/[^\p{L}\p{N}_$-]/gu, "_")}.sql`;
        await sink.offer({
          type: "file",
          path,
          modifiedAt: means.now(),
          size: bytes.length,
          locator: { bytes },
        });
        held.push(name);
      }
    }
    return known({ held, hidden });
  });
}

async function namesInReports(sql: SqlRunner, asking: Asking): Promise<Fact<ReadonlySet<string>>> {
  const definitions = new Map<string, string>();
  for (let from = 0; from < definitionMax; from += layerBytes) {
    const rows = await ask(sql, definitionLayer(from), asking);
    if (rows.is !== "known") return rows;
    if (rows.value.length === 0) break;
    for (const row of rows.value) {
      const path = textCell(row, "path") ?? "";
      const hex = layerParts.map((part) => textCell(row, part)?.replace(/^0x/i, "") ?? "").join("");
      definitions.set(path, `${definitions.get(path) ?? ""}${hex}`);
    }
  }
  const texts = [...definitions.values()].map((hex) => definitionText(Buffer.from(hex, "hex")));
  return known(new Set(texts.flatMap(queriesIn).flatMap((query) => [...namesIn(query)])));
}

/** The statement that makes one of them; nothing where it is not shown. */
async function textOf(sql: SqlRunner, asking: Asking): Promise<string | undefined> {
  let text = "";
  for (let from = 0; from < moduleMax; from += pieceLetters) {
    const rows = await ask(sql, modulePiece(from), asking);
    const piece = rows.is === "known" ? textCell(rows.value[0], "piece") : undefined;
    if (piece === undefined) return from === 0 ? undefined : text;
    if (piece === "") return text === "" ? undefined : text;
    text += piece.replace(/\\(.)/gs, (_, letter: string) => letters[letter] ?? letter);
  }
  return text;
}

const letters: Readonly<Record<string, string>> = { r: "\r", n: "\n", t: "\t" };
