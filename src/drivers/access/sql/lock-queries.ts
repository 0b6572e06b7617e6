import { databaseEncryptionKeys } from "../../../core/outside/sql/sql-encryption.ts";
import { backupSets } from "../../../core/outside/sql/sql-backups.ts";
import { certificates } from "../../../core/outside/sql/sql-server.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";

/** By which certificate a database is encrypted. */
export const encryptorStatement: Statement = {
  name: "encryptor",
  doing: "tell by which certificate the database is encrypted",
  query: `SELECT CONVERT(varchar(64), encryptor_thumbprint, 2) AS thumbprint, encryptor_type AS encryptor
FROM sys.dm_database_encryption_keys WHERE database_id = DB_ID(@database);`,
  parameters: ["database"],
  reads: [databaseEncryptionKeys],
  answers: { thumbprint: "bytes or NULL", encryptor: "text or NULL" },
  always: true,
};

/** One certificate of the database that the session is in. */
export const namedCertificate: Statement = {
  name: "named certificate",
  doing: "look for a certificate",
  query: "SELECT CONVERT(varchar(64), thumbprint, 2) AS thumbprint FROM sys.certificates WHERE name = @name;",
  parameters: ["name"],
  reads: [certificates],
  answers: { thumbprint: "bytes or NULL" },
};

/**
 * Backups of a database that are encrypted by themselves, asked apart from all others: servers before 2014
 * know no such column, and no such backup.
 */
export const encryptedSets: Statement = {
  name: "encrypted sets",
  doing: "look in msdb for encrypted backups",
  query: `SELECT TOP (500) CAST(backup_set_uuid AS nvarchar(36)) AS set_guid,
CONVERT(varchar(64), encryptor_thumbprint, 2) AS thumbprint
FROM msdb.dbo.backupset WHERE database_name = @database AND encryptor_thumbprint IS NOT NULL
ORDER BY backup_set_id DESC;`,
  parameters: ["database"],
  reads: [backupSets],
  answers: { set_guid: "guid", thumbprint: "bytes" },
};
