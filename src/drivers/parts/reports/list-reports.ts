import { type Fact, known } from "../../../core/base/fact.ts";
import { meaningOf } from "../../../core/outside/facts/numbers.ts";
import { catalogueTypes } from "../../../core/outside/site/report-server.ts";
import { reportList } from "../../access/sql/report-queries.ts";
import { numberCell, textCell } from "../../access/sql/sql-row.ts";
import type { Means } from "../../driver.ts";
import { ask } from "../session/ask.ts";
import { type SqlTask, withSql } from "../session/sql-session.ts";

/** Something that somebody has written for a report server. */
export interface ListedReport {
  readonly path: string;
  readonly kind: string;
  /** The time of its last change, as its database tells it. */
  readonly modified: string;
}

/** Lists what the catalogue database of a report server holds: content and all lie in its backup. */
export function listReports(means: Means, task: SqlTask): Promise<Fact<readonly ListedReport[]>> {
  return withSql(means, task, async (sql) => {
    const rows = await ask(sql, reportList, { task, values: {} });
    if (rows.is !== "known") return rows;
    return known(
      rows.value.map((row) => ({
        path: textCell(row, "path") ?? "",
        kind: meaningOf(catalogueTypes, numberCell(row, "type")) ?? "report",
        modified: textCell(row, "modified") ?? "",
      })),
    );
  });
}

/** When each was changed, by its path: what a later look is compared with. */
export function changesOf(
  reports: Fact<readonly ListedReport[]>,
): Readonly<Record<string, string>> | undefined {
  if (reports.is !== "known") return undefined;
  return Object.fromEntries(reports.value.map(({ path, modified }) => [path, modified]));
}
