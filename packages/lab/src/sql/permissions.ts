import type { LoginDefinition, Permission } from "./instance-definition.ts";
import type { DatabaseState } from "./instance-state.ts";

/** Rights by the names under which SQL Server grants and denies them, server and database alike. */
const byName: Readonly<Record<string, Permission>> = {
  "BACKUP DATABASE": "backup",
  "BACKUP LOG": "backup",
  "VIEW CHANGE TRACKING": "view-change-tracking",
  "VIEW DATABASE STATE": "view-server-state",
  "VIEW SERVER STATE": "view-server-state",
  "VIEW SERVER PERFORMANCE STATE": "view-server-state",
  "VIEW DEFINITION": "view-definition",
  "VIEW ANY DEFINITION": "view-any-definition",
  "VIEW ANY DATABASE": "view-any-database",
  "CREATE DATABASE": "create-database",
  "CREATE ANY DATABASE": "create-database",
  "ALTER ANY DATABASE": "create-database",
  CONTROL: "control",
  "CONTROL SERVER": "sysadmin",
};

/** The rights that a login can be stripped of by name alone. */
export const rightNames: readonly string[] = Object.keys(byName);

function isDenied(login: LoginDefinition, right: string): boolean {
  return login.denied?.some((it) => it.toLowerCase() === right.toLowerCase()) ?? false;
}

/** Says whether a login may do something; a sysadmin may do everything. */
export function may(login: LoginDefinition, permission: Permission): boolean {
  if (login.can.includes("sysadmin")) return true;
  const names = rightNames.filter((name) => byName[name] === permission);
  return login.can.includes(permission) && !names.some((name) => isDenied(login, name));
}

/** Whether a login may back up a database; the right may be taken away on one of them alone. */
export function mayBackUp(login: LoginDefinition, { name }: DatabaseState): boolean {
  if (login.can.includes("sysadmin")) return true;
  return may(login, "backup") && !isDenied(login, `BACKUP DATABASE ON DATABASE::${name}`);
}

/** Whether a login is a user of a database; without that it is refused with 916. */
export function mayEnter(login: LoginDefinition, database: DatabaseState): boolean {
  return login.can.includes("sysadmin") || !isDenied(login, `CONNECT ${database.name}`);
}

/** Whether a login may read a table or view. Those of msdb take a right of their own. */
export function mayRead(login: LoginDefinition, database: DatabaseState, object: string): boolean {
  if (login.can.includes("sysadmin")) return true;
  if (database.name === "msdb" && !may(login, "msdb")) return false;
  const names = [`dbo.${object}`, `${database.name}.dbo.${object}`];
  return !names.some((name) => isDenied(login, `SELECT ON ${name}`));
}

/** Whether a login is shown all that a database consists of, by a right on the database or the server. */
export function seesDefinitions(login: LoginDefinition, database: DatabaseState): boolean {
  if (login.can.includes("sysadmin")) return true;
  if (isDenied(login, "VIEW DEFINITION")) return false;
  if (may(login, "view-any-definition")) return true;
  return !isSystem(database) && (may(login, "view-definition") || may(login, "control"));
}

/** Tables, views, and what hangs on them, are shown to who has a right on them. */
export function seesObject(login: LoginDefinition, database: DatabaseState, object: string): boolean {
  return seesDefinitions(login, database) || mayRead(login, database, object);
}

/** Certificates are shown one by one. */
export function seesCertificate(
  login: LoginDefinition,
  database: DatabaseState,
  certificate: string,
): boolean {
  if (login.can.includes("sysadmin")) return true;
  const isHidden = isDenied(login, `VIEW DEFINITION ON CERTIFICATE::${certificate}`);
  return !isHidden && seesDefinitions(login, database);
}

/**
 * A private key is for who has CONTROL on its certificate, by itself or on the database. It is taken away
 * alone: the certificate is still shown to who may see it.
 */
export function opensPrivateKey(login: LoginDefinition, certificate: string): boolean {
  if (login.can.includes("sysadmin")) return true;
  return may(login, "control") && !isDenied(login, `CONTROL ON CERTIFICATE::${certificate}`);
}

/** Rows about a database are shown to its owner and to who may see or make any; two are everybody's. */
export function seesDatabase(login: LoginDefinition, database: DatabaseState): boolean {
  const isCommon = database.name === "master" || database.name === "tempdb";
  const isOwn = database.owner === login.user;
  return isCommon || isOwn || may(login, "view-any-database") || may(login, "create-database");
}

function isSystem({ id }: DatabaseState): boolean {
  return id <= 4;
}

const ofServer = new Set([
  "CONNECT SQL",
  "VIEW SERVER STATE",
  "VIEW SERVER PERFORMANCE STATE",
  "VIEW ANY DEFINITION",
  "VIEW ANY DATABASE",
  "CREATE ANY DATABASE",
  "ALTER ANY DATABASE",
  "CONTROL SERVER",
]);

/** Answers HAS_PERMS_BY_NAME about the server: 1, 0, or NULL for a right that there is not. */
export function hasServerRight(login: LoginDefinition, name: string): 0 | 1 | null {
  if (!ofServer.has(name)) return null;
  return name === "CONNECT SQL" || may(login, byName[name]!) ? 1 : 0;
}

const ofDatabase = new Set([
  "CONNECT",
  "SELECT",
  "BACKUP DATABASE",
  "BACKUP LOG",
  "CREATE DATABASE",
  "VIEW DATABASE STATE",
  "VIEW DEFINITION",
  "VIEW CHANGE TRACKING",
  "CONTROL",
]);

/** Answers HAS_PERMS_BY_NAME about a database. */
export function hasDatabaseRight(
  login: LoginDefinition,
  database: DatabaseState,
  name: string,
): 0 | 1 | null {
  if (!ofDatabase.has(name) || !mayEnter(login, database)) return null;
  if (name === "CONNECT") return 1;
  if (name === "SELECT") return database.name !== "msdb" || may(login, "msdb") ? 1 : 0;
  if (name === "VIEW DEFINITION") return seesDefinitions(login, database) ? 1 : 0;
  if (byName[name] === "backup") return mayBackUp(login, database) ? 1 : 0;
  return may(login, byName[name]!) ? 1 : 0;
}

/** Answers HAS_PERMS_BY_NAME about a table or view that exists. */
export function hasObjectRight(
  login: LoginDefinition,
  of: { readonly database: DatabaseState; readonly object: string },
  name: string,
): 0 | 1 | null {
  if (name === "SELECT") return mayRead(login, of.database, of.object) ? 1 : 0;
  if (name === "VIEW DEFINITION") return seesObject(login, of.database, of.object) ? 1 : 0;
  if (name === "VIEW CHANGE TRACKING") return may(login, "view-change-tracking") ? 1 : 0;
  return /^(INSERT|UPDATE|DELETE|ALTER|CONTROL)$/.test(name) ? (may(login, "sysadmin") ? 1 : 0) : null;
}

/** The permissions that `fn_my_permissions` lists for the server or for a database. */
export function listPermissions(
  login: LoginDefinition,
  database: DatabaseState | undefined,
): readonly string[] {
  return database === undefined
    ? [...ofServer].filter((name) => hasServerRight(login, name) === 1)
    : [...ofDatabase].filter((name) => hasDatabaseRight(login, database, name) === 1);
}

const roles: Readonly<Record<string, Permission>> = {
  sysadmin: "sysadmin",
  dbcreator: "create-database",
  db_owner: "sysadmin",
  db_backupoperator: "backup",
};

/** Answers IS_SRVROLEMEMBER and IS_ROLEMEMBER: NULL for a role that does not exist. */
export function isMember(login: LoginDefinition, role: string): 0 | 1 | null {
  const name = role.toLowerCase();
  if (name === "public") return 1;
  const permission = roles[name];
  return permission === undefined ? null : may(login, permission) ? 1 : 0;
}
