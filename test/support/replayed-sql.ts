import type { DatabaseAddress } from "../../src/core/model/policy/source.ts";
import { SqlError, type SqlRow, type SqlRunner } from "../../src/drivers/access/sql/sql-runner.ts";

/** One statement with what it was given, as a server was asked it, and its answer. */
export interface Recorded {
  readonly database: string;
  readonly text: string;
  readonly rows: readonly SqlRow[];
  /** Set where the server refused. */
  readonly refused?: Error;
}

/** What is put in the place of an answer: other rows, or an error that is thrown. */
export type Fault = (recorded: Recorded) => readonly SqlRow[] | Promise<readonly SqlRow[]>;

/** Writes down each answer that a session gives. */
export function recorder() {
  const all = new Map<string, Recorded>();
  const wrap = (database: DatabaseAddress, sql: SqlRunner): SqlRunner => ({
    ...sql,
    async query(text, parameters) {
      const key = keyOf(database.name, text, parameters);
      const common = { database: database.name, text };
      try {
        const rows = await sql.query(text, parameters);
        all.set(key, { ...common, rows });
        return rows;
      } catch (thrown) {
        all.set(key, { ...common, rows: [], refused: thrown as Error });
        throw thrown;
      }
    },
  });
  return { all, wrap };
}

/** One answer, and what is put in its place. */
export interface Spoilt {
  readonly of: Recorded;
  readonly fault: Fault;
}

/** A session that gives the recorded answers again, but for those that faults take the place of. */
export function replaying(
  all: ReadonlyMap<string, Recorded>,
  spoilt: readonly Spoilt[] = [],
): (database: DatabaseAddress) => SqlRunner {
  return ({ name }) => ({
    async query(text, parameters) {
      const recorded = all.get(keyOf(name, text, parameters));
      const inPlace = spoilt.find(({ of }) => of.text === text && of.database === name);
      if (inPlace !== undefined) return inPlace.fault(inPlace.of);
      // A second choice of names, which the server that was recorded was never asked.
      if (recorded === undefined) throw unknownName();
      if (recorded.refused !== undefined) throw recorded.refused;
      return recorded.rows;
    },
    batch: () => Promise.reject(new Error("Only looks are replayed.")),
    close: async () => undefined,
  });
}

function keyOf(database: string, text: string, parameters: unknown): string {
  return JSON.stringify([database, text, parameters ?? {}]);
}

function unknownName(): SqlError {
  return new SqlError("statement", [{ number: 208, severity: 16, text: "Invalid object name 'dbo.x'." }]);
}
