import type { Fact } from "../../../core/base/fact.ts";
import { groupReplicas } from "../../access/sql/backup-witnesses.ts";
import { currentName } from "../../access/sql/profile-queries.ts";
import { textCell } from "../../access/sql/sql-row.ts";
import type { SqlRunner } from "../../access/sql/sql-runner.ts";
import { ask, type Asking } from "../session/ask.ts";
import { isSame } from "./judge-header.ts";

/**
 * Why a backup was taken by another server than the one that was asked for it, in words that follow "it is
 * not the backup that was just taken: ". `undefined` where it was taken by this one, by a replica of its
 * group, which a failover has put in this one's place, or where the server does not tell what it is called.
 */
export async function whyOfOtherServer(
  taker: string | undefined,
  own: Fact<string>,
  { sql, asking }: { readonly sql: SqlRunner; readonly asking: Asking },
): Promise<string | undefined> {
  if (taker === undefined || own.is !== "known" || isSame(taker, own.value)) return undefined;
  const renamed = await ask(sql, currentName, asking);
  if (renamed.is === "known" && isSame(taker, textCell(renamed.value[0], "current_name") ?? ""))
    return undefined;
  const group = await ask(sql, groupReplicas, asking);
  const replicas = group.is === "known" ? group.value.map((row) => textCell(row, "replica")) : [];
  if (replicas.some((it) => it !== undefined && isSame(it, taker))) return undefined;
  const isHidden = group.is === "unknown" || replicas.includes(undefined);
  const but = isHidden ? ", whose replicas are not shown to the login" : "";
  return `it was taken by ${taker}, and the server that was asked is ${own.value}${but}`;
}
