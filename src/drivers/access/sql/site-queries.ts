/**
 * What lint reads a site with, in one place. Names of the site's own views and of role properties are known
 * from community sources only, and are to be corrected here when a site shows others.
 */

export const serverQuery = `SELECT CAST(SERVERPROPERTY('IsClustered') AS int) AS clustered,
CAST(SERVERPROPERTY('InstanceName') AS nvarchar(128)) AS instance,
CAST(SERVERPROPERTY('Collation') AS nvarchar(128)) AS collation;`;

/** A session in the database itself. */
export const filesQuery = "SELECT physical_name AS path FROM sys.database_files;";

/** An endpoint is shown only to who has a right on it. */
export const brokerPortQuery = "SELECT port FROM sys.tcp_endpoints WHERE type_desc = N'SERVICE_BROKER';";

export const certificateQuery = "SELECT name FROM sys.certificates WHERE name = @name;";

/** Backups of the database that are encrypted, and those of them whose certificate is there. */
export const encryptedBackupsQuery = `SELECT COUNT(*) AS encrypted, COUNT(c.name) AS openable
FROM msdb.dbo.backupset AS s LEFT JOIN master.sys.certificates AS c ON c.thumbprint = s.encryptor_thumbprint
WHERE s.database_name = @database AND s.encryptor_thumbprint IS NOT NULL;`;

export const roles = {
  reporting: "SMS SRS Reporting Point",
  update: "SMS Software Update Point",
  stateMigration: "SMS State Migration Point",
  sql: "SMS SQL Server",
} as const;

/** Each role of the site with one row for each of its properties, and one with none. */
export const rolesQuery = `SELECT r.ID AS id, r.RoleName AS role, r.ServerName AS server, p.Name AS name, p.Value2 AS text, p.Value3 AS number
FROM dbo.vSMS_SC_SysResUse AS r LEFT JOIN dbo.vSMS_SC_SysResUse_Properties AS p ON p.ID = r.ID
WHERE r.SiteCode = @siteCode;`;

/** Properties that name the server of a role's database. */
export const databaseServerProperties: readonly string[] = ["DatabaseServerName", "DBServerName"];
export const brokerPortProperty = "SSBPort";

export const packageFoldersQuery = `SELECT PkgSourcePath AS path FROM dbo.v_Package WHERE PkgSourcePath <> N'';`;
export const contentFoldersQuery = `SELECT ContentSource AS path FROM dbo.v_ContentInfo WHERE ContentSource <> N'';`;
