import { sqlType } from "../tds/sql-type.ts";
import { findRelation, findTableFunction } from "./catalog/find-relation.ts";
import type { Client, Engine } from "./engine.ts";
import { versionText } from "./instance-functions.ts";
import { momentOfClock } from "./runtime/moments.ts";
import { SqlError } from "./sql-error.ts";
import type { Surroundings, Variable } from "./translate/scope.ts";
import { literal, type Typed } from "./translate/typed.ts";

/** What changes from statement to statement of one client. */
export interface ClientCounters {
  rowCount: number;
  error: number;
  transactionDepth: number;
}

const name = sqlType("nvarchar", { length: 128 });
const int = sqlType("int");

/** Makes what a translation asks about the client, the clock and the objects. */
export function makeSurroundings(of: {
  readonly engine: Engine;
  readonly client: Client;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly counters: ClientCounters;
}): Surroundings {
  const { engine, client } = of;
  // One instant for the whole statement, as the server does.
  const nowMs = engine.nowMs();
  return {
    relation: (path) => findRelation(engine, client, path),
    tableFunction: (path, args) => findTableFunction(engine, client, { path, args }),
    variable(variable) {
      const found = of.variables.get(variable.toLowerCase());
      if (found !== undefined) return found;
      throw new SqlError(137, `Must declare the scalar variable "${variable}".`, { class: 15 });
    },
    global: (variable) => globalVariable(variable, engine, client, of.counters),
    constant: (functionName) =>
      clockFunction(functionName, engine, nowMs) ?? clientFunction(functionName, client),
  };
}

/** Languages of messages, as `@@LANGUAGE` names them. */
const languageNames = { english: "us_english", spanish: "Español", japanese: "日本語" } as const;

function globalVariable(
  variable: string,
  engine: Engine,
  client: Client,
  counters: ClientCounters,
): Typed | undefined {
  switch (variable) {
    case "@@VERSION":
      return literal(versionText(engine.product), sqlType("nvarchar", { length: 300 }));
    case "@@SERVERNAME":
      return literal(engine.serverName, name);
    case "@@SERVICENAME":
      return literal("MSSQLSERVER", name);
    case "@@SPID":
      return literal(client.spid, sqlType("smallint"));
    case "@@ROWCOUNT":
      return literal(counters.rowCount, int);
    case "@@ERROR":
      return literal(counters.error, int);
    case "@@TRANCOUNT":
      return literal(counters.transactionDepth, int);
    case "@@LANGUAGE":
      return literal(languageNames[engine.settings.language], name);
    case "@@MAX_PRECISION":
      return literal(38, sqlType("tinyint"));
    case "@@MICROSOFTVERSION":
      return literal(0x1000_1050, int);
    default:
      return undefined;
  }
}

function clockFunction(functionName: string, engine: Engine, nowMs: number): Typed | undefined {
  const offset = engine.state.utcOffsetMinutes;
  const sign = offset < 0 ? "-" : "+";
  const size = Math.abs(offset);
  const zone = `${sign}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
  switch (functionName) {
    case "GETDATE":
      return literal(momentOfClock(nowMs, offset, 3), sqlType("datetime"));
    case "GETUTCDATE":
      return literal(momentOfClock(nowMs, 0, 3), sqlType("datetime"));
    case "SYSDATETIME":
      return literal(momentOfClock(nowMs, offset, 7), sqlType("datetime2"));
    case "SYSUTCDATETIME":
      return literal(momentOfClock(nowMs, 0, 7), sqlType("datetime2"));
    case "SYSDATETIMEOFFSET":
      return literal(`${momentOfClock(nowMs, offset, 7)} ${zone}`, sqlType("datetimeoffset"));
    default:
      return undefined;
  }
}

function clientFunction(functionName: string, client: Client): Typed | undefined {
  switch (functionName) {
    case "SUSER_SNAME":
    case "SUSER_NAME":
    case "ORIGINAL_LOGIN":
    case "SYSTEM_USER":
      return literal(client.login.user, name);
    case "USER":
    case "USER_NAME":
    case "CURRENT_USER":
    case "SESSION_USER":
      return literal(client.login.can.includes("sysadmin") ? "dbo" : client.login.user, name);
    case "HOST_NAME":
      return literal(client.hostName, name);
    case "APP_NAME":
      return literal(client.applicationName, name);
    default:
      return undefined;
  }
}
