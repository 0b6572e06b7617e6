import type { SqlErrorNumber } from "../../../core/outside/sql/sql-errors.ts";
import { SqlError, type SqlRow, type SqlRunner } from "./sql-runner.ts";

/** What is asked, and the errors by which SQL Server says that it is not there, or not for this login. */
export interface Asked {
  readonly query: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly absentOrHidden: readonly SqlErrorNumber[];
}

/** The rows of a question that may be answered to nobody like us; `undefined` where that is so. */
export async function rowsIfShown(
  sql: SqlRunner,
  { query, parameters = {}, absentOrHidden }: Asked,
): Promise<readonly SqlRow[] | undefined> {
  try {
    return await sql.query(query, parameters);
  } catch (thrown) {
    if (thrown instanceof SqlError && absentOrHidden.some((number) => thrown.has(number))) return undefined;
    throw thrown;
  }
}
