import { type Fact, known, unknown } from "../../../core/base/fact.ts";
import { ownerOf } from "../../../core/outside/sql/sql-server.ts";
import { notUnderstood } from "../../../core/model/facts/not-understood.ts";
import type { DatabaseProfile } from "../../../core/model/facts/database-profile.ts";
import {
  databaseSettings,
  instanceOptions,
  instanceSettings,
  optionNames,
} from "../../access/sql/profile-queries.ts";
import { flagCell, numberCell, textCell } from "../../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../../access/sql/sql-runner.ts";
import { ask, type Asking } from "../session/ask.ts";

/**
 * Reads how a database and its instance are set. No backup rests on it: what the server does not tell is
 * unknown, with its cause. Rejects when the session is lost.
 */
export async function readProfile(sql: SqlRunner, asking: Asking): Promise<DatabaseProfile> {
  const database = await ask(sql, databaseSettings, asking);
  const instance = await ask(sql, instanceSettings, asking);
  const options = await ask(sql, instanceOptions, asking);
  const option = (name: string): Fact<readonly SqlRow[]> => {
    if (options.is !== "known") return options;
    const row = options.value.find((it) => textCell(it, "option_name") === name);
    return row === undefined ? unknown(notUnderstood(name)) : known([row]);
  };
  return {
    server: cell(instance, (row) => textCell(row, "server"), "server"),
    edition: cell(instance, (row) => textCell(row, "edition"), "edition"),
    engineVersion: cell(instance, (row) => textCell(row, "version"), "engineVersion"),
    engineLevel: cell(instance, levelOf, "engineLevel"),
    instanceCollation: cell(instance, (row) => textCell(row, "collation"), "instanceCollation"),
    databaseCollation: cell(database, (row) => textCell(row, "collation"), "databaseCollation"),
    recoveryModel: cell(database, (row) => textCell(row, "recovery_model"), "recoveryModel"),
    compatibilityLevel: cell(database, (row) => numberCell(row, "compatibility"), "compatibilityLevel"),
    owner: cell(database, (row) => ownedBy(row), "owner"),
    trustworthy: cell(database, (row) => flagCell(row, "trustworthy"), "trustworthy"),
    broker: cell(database, (row) => flagCell(row, "broker"), "broker"),
    brokerPriority: cell(database, (row) => flagCell(row, "broker_priority"), "brokerPriority"),
    clrEnabled: cell(option(optionNames.clrEnabled), (row) => flagCell(row, "option_value"), "clrEnabled"),
    maxTextReplSize: cell(
      option(optionNames.maxTextReplSize),
      (row) => numberCell(row, "option_value"),
      "maxTextReplSize",
    ),
  };
}

function cell<Value>(
  rows: Fact<readonly SqlRow[]>,
  read: (row: SqlRow) => Value | undefined,
  name: string,
): Fact<Value> {
  if (rows.is !== "known") return rows;
  const value = read(rows.value[0]!);
  return value === undefined ? unknown(notUnderstood(name)) : known(value);
}

function ownedBy(row: SqlRow): string | undefined {
  const sid = textCell(row, "owner_sid");
  return sid === undefined ? undefined : ownerOf(sid);
}

function levelOf(row: SqlRow): string | undefined {
  const level = textCell(row, "level");
  const update = textCell(row, "update_level");
  return level === undefined || update === undefined ? level : `${level} ${update}`;
}
