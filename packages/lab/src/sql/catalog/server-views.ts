import { isSecondary, recoveryModelOf } from "../availability.ts";
import { certificatesOf, masterKeyOf } from "../certificates.ts";
import type { Client, Engine } from "../engine.ts";
import { type DatabaseState, stateOf } from "../instance-state.ts";
import { listPermissions, may, seesCertificate, seesObject } from "../permissions.ts";
import { sidOf } from "../sid.ts";
import { listObjects } from "./user-objects.ts";
import type { GeneratedView } from "./generated-relation.ts";

/** What runs at this moment; without a right on the server's state, what runs in one's own session. */
export function requests(engine: Engine, client: Client): GeneratedView {
  const isAll = may(client.login, "view-server-state");
  const shown = [...engine.tasks].filter((it) => isAll || it.spid === client.spid);
  const nowMs = engine.nowMs();
  return {
    columns: [
      "session_id smallint", "request_id int", "start_time datetime", "status nvarchar(30)", "command nvarchar(32)",
      "database_id smallint", "percent_complete real", "estimated_completion_time bigint", "total_elapsed_time int",
    ], // prettier-ignore
    rows: shown.map((task) => {
      const elapsed = nowMs - task.startedAtMs;
      const left = task.percent > 0 ? Math.round((elapsed * (100 - task.percent)) / task.percent) : 0;
      return [
        task.spid, 0, engine.localTime(task.startedAtMs), "suspended", task.command, task.databaseId, task.percent, left,
        elapsed,
      ]; // prettier-ignore
    }),
  };
}

/** Who is logged in; without a right on the server's state, oneself. */
export function sessions(engine: Engine, client: Client): GeneratedView {
  const isAll = may(client.login, "view-server-state");
  const shown = [...engine.clients].filter((it) => isAll || it === client);
  return {
    columns: [
      "session_id smallint", "login_time datetime", "host_name nvarchar(128)", "program_name nvarchar(128)",
      "login_name nvarchar(128)", "database_id smallint", "status nvarchar(30)", "is_user_process bit",
    ], // prettier-ignore
    rows: shown.map((it) => [
      it.spid, engine.localTime(it.loginAtMs), it.hostName, it.applicationName, it.login.user,
      engine.findDatabase(it.database)?.id ?? 1, "sleeping", 1,
    ]), // prettier-ignore
  };
}

export function systemInformation(engine: Engine): GeneratedView {
  return {
    columns: ["sqlserver_start_time datetime", "cpu_count int", "physical_memory_kb bigint"],
    rows: [[engine.localTime(engine.startedAtMs), 4, 16_777_216]],
  };
}

/** Settings of the instance as a site asks for them; one that was set up anew has the defaults. */
export function configurations(engine: Engine): GeneratedView {
  const isNew = engine.isInForce("site-settings-lost");
  const settings: readonly (readonly [
    id: number,
    name: string,
    value: number,
    most: number,
    text: string,
  ])[] = [
    [518, "show advanced options", 0, 1, "show advanced options"],
    [
      1536,
      "max text repl size (B)",
      isNew ? 65_536 : maxInt,
      maxInt,
      "Maximum size of a text field in replication.",
    ],
    [1539, "max degree of parallelism", 0, 32_767, "maximum degree of parallelism"],
    [1544, "max server memory (MB)", maxInt, maxInt, "Maximum size of server memory (MB)"],
    [1562, "clr enabled", isNew ? 0 : 1, 1, "CLR user code execution enabled in the server"],
    [1579, "backup compression default", 0, 1, "Enable compression of backups by default"],
    [1584, "backup checksum default", 0, 1, "Enable checksum of backups by default"],
    [1587, "clr strict security", 1, 1, "CLR strict security enabled in the server"],
    [16_390, "xp_cmdshell", 0, 1, "Enable or disable command shell"],
  ];
  return {
    columns: [
      "configuration_id int", "name nvarchar(35)", "value sql_variant", "minimum sql_variant", "maximum sql_variant",
      "value_in_use sql_variant", "description nvarchar(255)", "is_dynamic bit", "is_advanced bit",
    ], // prettier-ignore
    rows: settings.map(([id, name, value, most, text]) => [id, name, value, 0, most, value, text, 1, 0]),
  };
}

const maxInt = 2_147_483_647;

/**
 * Logins: sa, those of the lab, and the disabled ones by which sites replicate. Without a right on the server
 * each is shown itself and sa.
 */
export function serverPrincipals(engine: Engine, client: Client): GeneratedView {
  const isAll = may(client.login, "view-any-definition");
  const users = engine.state.logins.map((it) => it.user).filter((it) => isAll || it === client.login.user);
  const endpoints = isAll ? ["CAS", "PS1", "PS2"].map((code) => `ConfigMgrEndpointLogin${code}`) : [];
  const principals = [
    ["sa", "S", "SQL_LOGIN", 0],
    ...users.map((it) => [it, "S", "SQL_LOGIN", 0] as const),
    ...endpoints.map((it) => [it, "C", "CERTIFICATE_MAPPED_LOGIN", 1] as const),
  ] as const;
  return {
    columns: [
      "name sysname", "principal_id int", "sid varbinary(85)", "type char(1)", "type_desc nvarchar(60)", "is_disabled bit",
      "create_date datetime", "default_database_name sysname",
    ], // prettier-ignore
    rows: principals.map(([name, type, text, isDisabled], at) => [
      name, at === 0 ? 1 : 258 + at, sidOf(name), type, text, isDisabled, engine.localTime(engine.state.createdAtMs), "master",
    ]), // prettier-ignore
  };
}

/** The certificates of a database, of which each client is shown those that it has a right on. */
export function certificates(engine: Engine, client: Client, current: DatabaseState): GeneratedView {
  const shown = certificatesOf(engine, current).filter((it) =>
    seesCertificate(client.login, current, it.name),
  );
  return {
    columns: [
      "name sysname", "certificate_id int", "principal_id int", "pvt_key_encryption_type char(2)",
      "pvt_key_encryption_type_desc nvarchar(60)", "is_active_for_begin_dialog bit", "issuer_name nvarchar(442)",
      "cert_serial_number nvarchar(64)", "subject nvarchar(4000)", "start_date datetime", "expiry_date datetime",
      "thumbprint varbinary(32)", "pvt_key_last_backup_date datetime",
    ], // prettier-ignore
    rows: shown.map((it) => [
      it.name, it.id, 1, it.keyEncryption === "PASSWORD" ? "PW" : "MK",
      it.keyEncryption === "PASSWORD" ? "ENCRYPTED_BY_PASSWORD" : "ENCRYPTED_BY_MASTER_KEY", 1, it.subject,
      Buffer.from(it.serialNumber).toString("hex").match(/../g)!.join(" "), it.subject, engine.localTime(it.fromMs),
      engine.localTime(it.untilMs), it.thumbprint,
      it.backedUpAtMs === null ? null : engine.localTime(it.backedUpAtMs),
    ]), // prettier-ignore
  };
}

export function symmetricKeys(engine: Engine, current: DatabaseState, isVisible: boolean): GeneratedView {
  const key = isVisible ? masterKeyOf(engine, current) : undefined;
  return {
    columns: [
      "name sysname", "principal_id int", "symmetric_key_id int", "key_length int", "key_algorithm char(2)",
      "algorithm_desc nvarchar(60)", "create_date datetime", "modify_date datetime", "key_guid uniqueidentifier",
    ], // prettier-ignore
    rows:
      key === undefined
        ? []
        : [
            [
              "##MS_DatabaseMasterKey##", 1, 101, 256, "A3", "AES_256", engine.localTime(key.createdAtMs),
              engine.localTime(key.createdAtMs), key.guid,
            ], // prettier-ignore
          ],
  };
}

/** The endpoint through which the sites of a hierarchy replicate. */
const brokerEndpoint = { name: "ConfigMgrEndpoint", id: 65_536 };
const endpointColumns = [
  "name sysname", "endpoint_id int", "principal_id int", "protocol tinyint", "protocol_desc nvarchar(60)", "type tinyint",
  "type_desc nvarchar(60)", "state tinyint", "state_desc nvarchar(60)", "is_admin_endpoint bit",
]; // prettier-ignore
const brokerRow = [
  brokerEndpoint.name, brokerEndpoint.id, 1, 2, "TCP", 3, "SERVICE_BROKER", 0, "STARTED", 0,
]; // prettier-ignore

/** Endpoints that listen on a port; a login without rights on them is shown none. */
export function tcpEndpoints(engine: Engine, isVisible: boolean): GeneratedView {
  const port = engine.isInForce("broker-port-moved") ? 4023 : 4022;
  return {
    columns: [...endpointColumns, "port int", "is_dynamic_port bit", "ip_address nvarchar(45)"],
    rows: isVisible ? [[...brokerRow, port, 0, null]] : [],
  };
}

export function brokerEndpoints(isVisible: boolean): GeneratedView {
  return {
    columns: [
      ...endpointColumns, "is_message_forwarding_enabled bit", "message_forwarding_size int", "connection_auth tinyint",
      "connection_auth_desc nvarchar(60)", "certificate_id int", "encryption_algorithm tinyint",
      "encryption_algorithm_desc nvarchar(60)",
    ], // prettier-ignore
    rows: isVisible ? [[...brokerRow, 0, 0, 4, "CERTIFICATE", 257, 2, "AES"]] : [],
  };
}

export function schemas(): GeneratedView {
  return {
    columns: ["name sysname", "schema_id int", "principal_id int"],
    rows: [
      ["dbo", 1, 1],
      ["sys", 4, 4],
    ],
  };
}

/** INFORMATION_SCHEMA.TABLES */
export function informationTables(engine: Engine, client: Client, current: DatabaseState): GeneratedView {
  const shown = listObjects(engine.open(current)).filter((it) => seesObject(client.login, current, it.name));
  const rows = shown.map(({ name, kind }) => [
    current.name, "dbo", name, kind === "view" ? "VIEW" : "BASE TABLE",
  ]); // prettier-ignore
  return {
    columns: [
      "TABLE_CATALOG nvarchar(128)",
      "TABLE_SCHEMA nvarchar(128)",
      "TABLE_NAME sysname",
      "TABLE_TYPE varchar(10)",
    ],
    rows,
  };
}

/** `fn_my_permissions` for the server, or for a database. */
export function myPermissions(client: Client, database: DatabaseState | undefined): GeneratedView {
  const entity = database === undefined ? "server" : "database";
  return {
    columns: ["entity_name nvarchar(128)", "subentity_name nvarchar(128)", "permission_name nvarchar(60)"],
    rows: listPermissions(client.login, database).map((name) => [entity, "", name]),
  };
}

/** What SERVERPROPERTY and DATABASEPROPERTYEX answer about a database. */
export function databaseProperty(
  engine: Engine,
  database: DatabaseState,
  property: string,
): string | number | null {
  switch (property.toLowerCase()) {
    case "status":
      return stateOf(database)[1];
    case "recovery":
      return recoveryModelOf(engine, database);
    case "useraccess":
      return database.isSingleUser ? "SINGLE_USER" : "MULTI_USER";
    case "updateability":
      return isSecondary(engine, database) ? "READ_ONLY" : "READ_WRITE";
    case "version":
      return engine.product.databaseVersion;
    default:
      return null;
  }
}
