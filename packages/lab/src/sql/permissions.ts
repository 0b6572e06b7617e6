import type { LoginDefinition, Permission } from "./instance-definition.ts";

/** Says whether a login may do something; a sysadmin may do everything. */
export function may(login: LoginDefinition, permission: Permission): boolean {
  return login.can.includes("sysadmin") || login.can.includes(permission);
}

/** Catalog views show the rows of databases, keys and change tracking only to who may see them. */
export function seesTracking(login: LoginDefinition): boolean {
  return may(login, "view-change-tracking") || may(login, "create-database");
}

const byName: Readonly<Record<string, Permission>> = {
  "BACKUP DATABASE": "backup",
  "BACKUP LOG": "backup",
  "VIEW CHANGE TRACKING": "view-change-tracking",
  "VIEW DATABASE STATE": "view-server-state",
  "VIEW SERVER STATE": "view-server-state",
  "VIEW SERVER PERFORMANCE STATE": "view-server-state",
  "CREATE DATABASE": "create-database",
  "CREATE ANY DATABASE": "create-database",
  "ALTER ANY DATABASE": "create-database",
};
const forEveryone = new Set(["CONNECT", "CONNECT SQL", "SELECT", "VIEW ANY DATABASE"]);

/** Answers HAS_PERMS_BY_NAME: 1 or 0. */
export function hasPermission(login: LoginDefinition, name: string, database: string | null): 0 | 1 {
  const wanted = name.toUpperCase();
  if (wanted === "SELECT" && database?.toLowerCase() === "msdb") return may(login, "msdb") ? 1 : 0;
  if (forEveryone.has(wanted)) return 1;
  const permission = byName[wanted] ?? "sysadmin";
  return may(login, permission) ? 1 : 0;
}

/** The permissions that `fn_my_permissions` lists for a securable. */
export function listPermissions(login: LoginDefinition, securable: "SERVER" | "DATABASE"): readonly string[] {
  const names =
    securable === "SERVER"
      ? ["CONNECT SQL", "VIEW ANY DATABASE", "VIEW SERVER STATE", "CREATE ANY DATABASE", "CONTROL SERVER"]
      : [
          "CONNECT",
          "SELECT",
          "BACKUP DATABASE",
          "BACKUP LOG",
          "VIEW DATABASE STATE",
          "VIEW CHANGE TRACKING",
          "CONTROL",
        ];
  return names.filter((name) => hasPermission(login, name, null) === 1);
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
