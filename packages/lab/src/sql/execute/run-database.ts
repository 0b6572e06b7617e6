import { rmSync } from "node:fs";
import { join } from "node:path";
import { readChangeTracking, setChangeTracking, stopChangeTracking } from "../change-tracking.ts";
import { forgetDigests } from "../backup/page-digests.ts";
import { addDatabase } from "../create-instance.ts";
import type { Engine } from "../engine.ts";
import { newGuid } from "../guid.ts";
import type { DatabaseState } from "../instance-state.ts";
import type { AlterOption, Statement } from "../language/statement.ts";
import { may } from "../permissions.ts";
import { information, SqlError, unsupported } from "../sql-error.ts";
import { evaluateText, selectRows, type StatementContext } from "./statement-context.ts";

type DatabaseStatement = Extract<
  Statement,
  { kind: "create-database" | "drop-database" | "alter-database" | "change-owner" | "checkdb" }
>;

/** Runs what makes, drops, alters or checks a database. */
export function runDatabaseStatement(context: StatementContext, statement: DatabaseStatement): void {
  switch (statement.kind) {
    case "create-database":
      createDatabase(context, statement.database);
      break;
    case "drop-database":
      for (const name of statement.databases) dropDatabase(context, name, statement.ifExists);
      break;
    case "alter-database":
      alterDatabase(context, statement.database, statement.options);
      break;
    case "change-owner":
      changeOwner(context, statement.database, statement.owner);
      break;
    case "checkdb":
      checkDatabase(context, statement);
  }
  context.sink.done();
}

function createDatabase({ engine, client }: StatementContext, name: string): void {
  if (!may(client.login, "create-database")) {
    throw new SqlError(262, "CREATE DATABASE permission denied in database 'master'.", { class: 14 });
  }
  if (engine.findDatabase(name) !== undefined) {
    throw new SqlError(1801, `Database '${name}' already exists. Choose a different database name.`);
  }
  const definition = { name, recoveryModel: "FULL" as const, seed: () => undefined };
  const id = engine.state.nextDatabaseId++;
  const owner = client.login.user;
  addDatabase(engine.folder, engine.state, { definition, id, nowMs: engine.nowMs(), owner }).close();
  engine.save();
}

function dropDatabase({ engine, client }: StatementContext, name: string, ifExists: boolean): void {
  const database = engine.findDatabase(name);
  if (database === undefined && ifExists) return;
  if (database === undefined || !may(client.login, "create-database")) {
    const text = `Cannot drop the database '${name}', because it does not exist or you do not have permission.`;
    throw new SqlError(3701, text, { class: 11 });
  }
  refuseIfInUse(
    engine,
    database,
    `Cannot drop database "${database.name}" because it is currently in use.`,
    3702,
  );
  forgetDatabase(engine, database);
  engine.save();
}

/** A database that someone uses, or that is being backed up, can't be dropped or replaced. */
export function refuseIfInUse(engine: Engine, database: DatabaseState, text: string, number: number): void {
  const name = database.name.toLowerCase();
  const isInUse = [...engine.clients].some((it) => it.database.toLowerCase() === name);
  if (isInUse || engine.busy.has(name)) throw new SqlError(number, text, { class: 16 });
}

/** Removes a database and its files from the instance. */
export function forgetDatabase(engine: Engine, database: DatabaseState): void {
  engine.attachments.detach(database.id);
  rmSync(join(engine.folder, database.localFile), { force: true });
  rmSync(join(engine.folder, database.localLog), { force: true });
  forgetDigests(engine.folder, database.id);
  engine.state.databases = engine.state.databases.filter((it) => it !== database);
}

function alterDatabase(context: StatementContext, name: string, options: readonly AlterOption[]): void {
  const { engine, client } = context;
  const found = name.toUpperCase() === "CURRENT" ? client.database : name;
  const database = engine.findDatabase(found);
  if (database === undefined || !may(client.login, "create-database")) {
    const text = `User does not have permission to alter database '${name}', the database does not exist, or the database is not in a state that allows access checks.`;
    throw new SqlError(5011, text, { class: 14 });
  }
  for (const option of options) {
    const isWaking = option.set === "online";
    applyOption(context, isWaking ? database : engine.onlineDatabase(database.name), option);
  }
  engine.advance(database, 2);
  engine.save();
}

/** ALTER AUTHORIZATION ON DATABASE: without an owner of its own a database is sa's. */
function changeOwner({ engine, client }: StatementContext, name: string, owner: string): void {
  const database = engine.findDatabase(name);
  const login = engine.state.logins.find((it) => it.user.toLowerCase() === owner.toLowerCase());
  const isKnown = owner.toLowerCase() === "sa" || login !== undefined;
  if (database === undefined || !isKnown || !may(client.login, "sysadmin")) {
    const kind = database === undefined ? "database" : "principal";
    const missing = database === undefined ? name : owner;
    const text = `Cannot find the ${kind} '${missing}', because it does not exist or you do not have permission.`;
    throw new SqlError(15_151, text);
  }
  database.owner = login?.user;
  engine.save();
}

function applyOption({ engine }: StatementContext, database: DatabaseState, option: AlterOption): void {
  switch (option.set) {
    case "recovery":
      return setRecovery(database, option.model);
    case "flag":
      if (option.flag === "broker") database.isBrokerEnabled = option.value;
      if (option.flag === "trustworthy") database.isTrustworthyOn = option.value;
      if (option.flag === "broker-priority") database.isHonorBrokerPriorityOn = option.value;
      if (option.flag === "single-user") database.isSingleUser = option.value;
      return;
    case "new-broker":
      database.brokerGuid = newGuid();
      database.isBrokerEnabled = true;
      return;
    case "online":
      if (!option.value) engine.attachments.detach(database.id);
      database.isOffline = !option.value;
      return;
    case "name":
      return renameDatabase(engine, database, option.name);
    case "change-tracking":
      return setTracking(engine, database, option);
    case "ignored":
  }
}

/** Gives a database another name; its files keep theirs. */
function renameDatabase(engine: Engine, database: DatabaseState, name: string): void {
  if (engine.findDatabase(name) !== undefined)
    throw new SqlError(1801, `Database '${name}' already exists. Choose a different database name.`);
  const text = `The database '${database.name}' could not be exclusively locked to perform the operation.`;
  refuseIfInUse(engine, database, text, 5030);
  database.name = name;
}

function setRecovery(database: DatabaseState, model: string): void {
  if (model !== "FULL" && model !== "SIMPLE") throw unsupported(`the recovery model ${model}`);
  if (model === "SIMPLE") database.logChainLsn = null;
  database.recoveryModel = model;
}

function setTracking(
  engine: Engine,
  database: DatabaseState,
  option: Extract<AlterOption, { set: "change-tracking" }>,
): void {
  const at = engine.open(database);
  if (option.value === "OFF") return stopChangeTracking(at);
  const before = readChangeTracking(at);
  if (before === undefined && option.value === "CHANGE") {
    throw new SqlError(22_115, `Change tracking is not enabled on database '${database.name}'.`);
  }
  if (before !== undefined && option.value === "ON") {
    throw new SqlError(5088, `Change tracking is already enabled for database '${database.name}'.`);
  }
  // Two days are what someone gets who turns it on by hand and says nothing.
  const period = before ?? { retention: 2, units: 3, autoCleanup: true };
  setChangeTracking(
    at,
    {
      retention: option.retention ?? period.retention,
      units: option.units ?? period.units,
      autoCleanup: option.autoCleanup ?? period.autoCleanup,
    },
    engine.nowMs(),
  );
}

function checkDatabase(context: StatementContext, statement: Extract<Statement, { kind: "checkdb" }>): void {
  const { engine, client, sink } = context;
  const name = statement.database === undefined ? client.database : evaluateText(context, statement.database);
  const database = engine.onlineDatabase(name);
  if (!may(client.login, "sysadmin") && database.owner !== client.login.user) {
    const text = `User '${client.login.user}' does not have permission to run DBCC CHECKDB for database '${database.name}'.`;
    throw new SqlError(7983, text, { class: 14 });
  }
  const { alias } = engine.open(database);
  const problems = selectRows(context, `PRAGMA ${alias}.integrity_check`)
    .map((row) => String(row[0]))
    .filter((it) => it !== "ok");
  for (const problem of problems) {
    sink.message({ number: 8928, state: 1, class: 16, text: `Object ID 0, index ID 0: ${problem}.` });
  }
  if (statement.isQuiet && problems.length === 0) return;
  const summary = `CHECKDB found 0 allocation errors and ${problems.length} consistency errors in database '${database.name}'.`;
  sink.message(information(8989, summary));
  const done = "DBCC execution completed. If DBCC printed error messages, contact your system administrator.";
  sink.message(information(2528, done));
}
