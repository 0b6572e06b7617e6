import type { DatabaseAddress } from "../../core/model/policy/source.ts";
import type { SqlRunner } from "../../drivers/access/sql/sql-runner.ts";
import type { Means } from "../../drivers/driver.ts";

/** Connections that several looks at one moment share. */
export interface SharedSql {
  readonly sql: Means["sql"];
  /** Closes them all. Call it once, after the last look. */
  close(): Promise<void>;
}

/**
 * Opens one connection for each database, however many sources ask for it: a login and its TLS handshake cost
 * more than everything that a look asks. For looks only: a backup holds its connection for hours.
 */
export function shareSql(connect: Means["sql"]): SharedSql {
  const open = new Map<string, Promise<SqlRunner>>();
  const connectOnce = (database: DatabaseAddress): Promise<SqlRunner> => {
    const key = JSON.stringify(database);
    const known = open.get(key);
    if (known) return known;
    const opening = connect(database);
    open.set(key, opening);
    return opening;
  };
  return {
    // What a look closes is its share.
    sql: async (database) => ({ ...(await connectOnce(database)), close: async () => {} }),
    async close() {
      const opened = await Promise.allSettled(open.values());
      await Promise.allSettled(
        opened.map((it) => (it.status === "fulfilled" ? it.value.close() : undefined)),
      );
    },
  };
}
