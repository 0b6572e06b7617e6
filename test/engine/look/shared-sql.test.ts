import { expect, test } from "vitest";
import type { DatabaseAddress } from "../../../src/core/model/policy/source.ts";
import type { SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import { shareSql } from "../../../src/engine/look/shared-sql.ts";
import { address } from "../../support/build-site.ts";

const other = { ...address, server: "sqlcas.contoso.com" };

test("a database is connected to once, however many ask, and what one of them closes stays open for the rest", async () => {
  const { shared, calls } = share();
  const [first, second] = await Promise.all([shared.sql(address), shared.sql({ ...address })]);
  await first.close();
  expect(await second.query("SELECT 1")).toEqual([{ on: address.server }]);
  await shared.sql(other);
  expect(calls).toEqual([`open ${address.server}`, `open ${other.server}`]);
  await shared.close();
  expect(calls.slice(2)).toEqual([`close ${address.server}`, `close ${other.server}`]);
});

test("a server that can't be reached is told to each who asks, and hinders no closing", async () => {
  const { shared, calls } = share({ away: other.server });
  for (const _ of [1, 2]) await expect(shared.sql(other)).rejects.toThrow("no server");
  await shared.sql(address);
  await shared.close();
  expect(calls).toEqual([`open ${other.server}`, `open ${address.server}`, `close ${address.server}`]);
});

test("a connection that can't be closed is nobody's fault", async () => {
  const { shared, calls } = share({ stuck: address.server });
  await shared.sql(address);
  await shared.sql(other);
  await shared.close();
  expect(calls.at(-1)).toBe(`close ${other.server}`);
});

function share({ away, stuck }: { readonly away?: string; readonly stuck?: string } = {}) {
  const calls: string[] = [];
  const connect = async ({ server }: DatabaseAddress): Promise<SqlRunner> => {
    calls.push(`open ${server}`);
    if (server === away) throw new Error("no server");
    const query = async () => [{ on: server }];
    const close = async () => {
      calls.push(`close ${server}`);
      if (server === stuck) throw new Error("stuck");
    };
    return { query, batch: query, close };
  };
  return { shared: shareSql(connect), calls };
}
