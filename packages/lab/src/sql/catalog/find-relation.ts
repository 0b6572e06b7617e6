import type { SqlValue } from "../../tds/sql-type.ts";
import { demandReadable } from "../availability.ts";
import type { Client, Engine } from "../engine.ts";
import type { DatabaseState } from "../instance-state.ts";
import type { Path } from "../language/syntax.ts";
import { livingTable } from "../living-columns.ts";
import { may, mayRead, seesDefinitions } from "../permissions.ts";
import { SqlError } from "../sql-error.ts";
import type { Relation } from "../translate/scope.ts";
import {
  databaseFiles,
  databases,
  encryptionKeys,
  masterFiles,
  recoveryStatus,
  trackingDatabases,
  trackingTables,
} from "./database-views.ts";
import {
  clusterDatabases,
  databaseReplicaStates,
  groups,
  groupStates,
  listeners,
  replicas,
  replicaStates,
} from "./availability-views.ts";
import { columns, types } from "./column-views.ts";
import { everyType, objects, sqlModules } from "./module-views.ts";
import { type GeneratedView, toRelation } from "./generated-relation.ts";
import {
  certificates,
  brokerEndpoints,
  configurations,
  informationTables,
  myPermissions,
  requests,
  schemas,
  serverPrincipals,
  sessions,
  symmetricKeys,
  systemInformation,
  tcpEndpoints,
} from "./server-views.ts";
import { columnsOf, findObject } from "./user-objects.ts";

interface Place {
  readonly engine: Engine;
  readonly client: Client;
  readonly database: DatabaseState;
}

const views: Readonly<Record<string, (place: Place) => GeneratedView>> = {
  databases: ({ engine, client, database }) => databases(engine, client, database),
  database_files: ({ engine, database }) => databaseFiles(engine, database),
  master_files: ({ engine, client }) => masterFiles(engine, client),
  database_recovery_status: ({ engine, client }) => recoveryStatus(engine, client),
  change_tracking_databases: ({ engine, client }) => trackingDatabases(engine, client),
  change_tracking_tables: ({ engine, client, database }) => trackingTables(engine, client, database),
  certificates: ({ engine, client, database }) => certificates(engine, client, database),
  symmetric_keys: ({ engine, client, database }) => symmetricKeys(engine, database, seesDefinitions(client.login, database)),
  configurations: ({ engine }) => configurations(engine),
  tables: ({ engine, client, database }) => objects(engine, client, { database, types: ["U"] }),
  views: ({ engine, client, database }) => objects(engine, client, { database, types: ["V"] }),
  procedures: ({ engine, client, database }) => objects(engine, client, { database, types: ["P"] }),
  objects: ({ engine, client, database }) => objects(engine, client, { database, types: everyType }),
  all_objects: ({ engine, client, database }) => objects(engine, client, { database, types: everyType }),
  sql_modules: ({ engine, client, database }) => sqlModules(engine, client, database),
  all_sql_modules: ({ engine, client, database }) => sqlModules(engine, client, database),
  schemas: () => schemas(),
  columns: ({ engine, client, database }) => columns(engine, client, database),
  types: () => types(),
  tcp_endpoints: ({ engine, client }) => tcpEndpoints(engine, may(client.login, "view-any-definition")),
  service_broker_endpoints: ({ client }) => brokerEndpoints(may(client.login, "view-any-definition")),
  dm_exec_requests: ({ engine, client }) => requests(engine, client),
  dm_exec_sessions: ({ engine, client }) => sessions(engine, client),
  dm_os_sys_info: ({ engine }) => systemInformation(engine),
  dm_database_encryption_keys: ({ engine }) => encryptionKeys(engine),
  dm_hadr_availability_replica_states: ({ engine }) => replicaStates(engine),
  dm_hadr_availability_group_states: ({ engine }) => groupStates(engine),
  dm_hadr_database_replica_states: ({ engine }) => databaseReplicaStates(engine),
  availability_groups: ({ engine, client }) => groups(engine, client),
  availability_replicas: ({ engine, client }) => replicas(engine, client),
  availability_group_listeners: ({ engine, client }) => listeners(engine, client),
  availability_databases_cluster: ({ engine, client }) => clusterDatabases(engine, client),
  server_principals: ({ engine, client }) => serverPrincipals(engine, client),
}; // prettier-ignore

/** Finds what FROM names: a user's table or view, or one that is made from the instance's state. */
export function findRelation(engine: Engine, client: Client, path: Path): Relation {
  const [name, schema, databaseName] = path.toReversed();
  if (path.length > 3)
    throw new SqlError(7202, `Could not find server '${path[0]}' in sys.servers.`, { class: 11 });
  const database = demandReadable(engine, engine.openTo(client, databaseName ?? client.database));
  const place = { engine, client, database };
  const home = (schema ?? "").toLowerCase();
  if (home === "sys") return systemView(place, name!, path);
  if (home === "information_schema" && name!.toLowerCase() === "tables") {
    return toRelation(informationTables(engine, client, database));
  }
  if (home !== "" && home !== "dbo") throw unknownObject(path);
  return userRelation(place, name!, path);
}

/** Views of the server's state in which everybody is shown what is their own. */
const ownRows = new Set(["dm_exec_requests", "dm_exec_sessions"]);

function systemView(place: Place, name: string, path: Path): Relation {
  const view = views[name.toLowerCase()];
  if (view === undefined) throw unknownObject(path);
  const isOfServer = name.toLowerCase().startsWith("dm_") && !ownRows.has(name.toLowerCase());
  if (isOfServer && !may(place.client.login, "view-server-state")) {
    const text = "VIEW SERVER STATE permission was denied on object 'server', database 'master'.";
    throw new SqlError(300, text, { class: 14 });
  }
  return toRelation(view(place));
}

function userRelation({ engine, client, database }: Place, name: string, path: Path): Relation {
  const at = engine.open(database);
  const object = findObject(at, name);
  if (object === undefined) throw unknownObject(path);
  if (!mayRead(client.login, database, object.name)) {
    const text = `The SELECT permission was denied on the object '${object.name}', database '${database.name}', schema 'dbo'.`;
    throw new SqlError(229, text, { class: 14, state: 5 });
  }
  const columns = columnsOf(at, object.name);
  return { sql: livingTable(at, object.name, { columns, nowMs: engine.nowMs() }), columns };
}

/** Finds a function in FROM. */
export function findTableFunction(
  engine: Engine,
  client: Client,
  call: { readonly path: Path; readonly args: readonly SqlValue[] },
): Relation {
  const { path, args } = call;
  if (path.at(-1)!.toLowerCase() === "fn_my_permissions") {
    const isOfServer = String(args[1]).toUpperCase() === "SERVER";
    return toRelation(myPermissions(client, isOfServer ? undefined : engine.onlineDatabase(client.database)));
  }
  throw unknownObject(path);
}

function unknownObject(path: Path): SqlError {
  return new SqlError(208, `Invalid object name '${path.join(".")}'.`);
}
