import { quoteName } from "./t-sql-text.ts";

/** The login that a statement is for: with Windows authentication it is the account that runs sitekeep. */
export function loginName(user: string | undefined): string {
  return quoteName(user ?? "DOMAIN\\account$");
}

/** Lets a login back one database up. */
export function grantBackup(database: string, user: string | undefined): string {
  return `USE ${quoteName(database)}; ALTER ROLE db_backupoperator ADD MEMBER ${loginName(user)};`;
}

/** Lets a login read the headers of backups and verify them, which SQL Server takes for making a database. */
export function grantCreateDatabase(user: string | undefined): string {
  return `GRANT CREATE ANY DATABASE TO ${loginName(user)};`;
}
