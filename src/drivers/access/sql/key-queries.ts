import { viewDefinition } from "../../../core/outside/facts/right.ts";
import {
  certificates,
  keyNames,
  keyProtections,
  symmetricKeys,
} from "../../../core/outside/sql/sql-server.ts";
import { databaseEncryptionKeys } from "../../../core/outside/sql/sql-encryption.ts";
import { backupSets } from "../../../core/outside/sql/sql-backups.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";

/** What keys are found and exported with, each in a session of the database that holds them. */

/** Own certificates with a private key; those with ## are SQL Server's and can't be exported. */
export const certificatesStatement: Statement = {
  name: "keyCertificates",
  doing: "list its certificates",
  query: `SELECT name, pvt_key_encryption_type AS protection, CONVERT(varchar(64), thumbprint, 2) AS thumbprint
FROM sys.certificates
WHERE pvt_key_encryption_type <> '${keyProtections.values["no private key"]}' AND name NOT LIKE '##%' ORDER BY name;`,
  parameters: [],
  answers: { name: "text", protection: "text", thumbprint: "bytes or NULL" },
  reads: [certificates],
};

/** A certificate whose public part can be written as a file that holds nothing: one that can be exported. */
export const probeCertificate: Statement = {
  name: "probeCertificate",
  doing: "look for a certificate to write",
  query: "SELECT TOP (1) name FROM sys.certificates WHERE name NOT LIKE '##%' ORDER BY name;",
  parameters: [],
  answers: { name: "text" },
  reads: [certificates],
};

export const masterKeyStatement: Statement = {
  name: "keyMaster",
  doing: "look for its master key",
  query: `SELECT name FROM sys.symmetric_keys WHERE name = '${keyNames.values["the master key"]}';`,
  parameters: [],
  answers: { name: "text" },
  reads: [symmetricKeys],
};

/** Whether the login is shown every key of the database: without it no row proves nothing. */
export const keysShownStatement: Statement = {
  name: "keysShown",
  doing: "tell whether it shows all of its keys",
  query: `SELECT ${viewDefinition.asked} AS shown;`,
  parameters: [],
  answers: { shown: "bit or NULL" },
  reads: [],
};

/**
 * A certificate and its private key as the two files of an export hold them, over the connection: no file is
 * made on the server. NULL: the login may not use the private key.
 */
export const certificateStatement: Statement = exporting({ name: "keyCertificate", arguments: "@password" });

/**
 * A certificate whose private key is protected by a password of its own. NULL also: the password that is
 * given is another one.
 */
export const shutCertificateStatement: Statement = exporting({
  name: "keyOfPassword",
  arguments: "@password, @decryption",
});

/** An export as text, since `sqlcmd` cuts what has no greatest length; the lengths tell whether all came. */
function exporting(how: { readonly name: string; readonly arguments: string }): Statement {
  const privateKey = `CERTPRIVATEKEY(certificate_id, ${how.arguments})`;
  return {
    name: how.name,
    doing: "export the certificate",
    query: `SELECT CONVERT(varchar(8000), CERTENCODED(certificate_id), 2) AS certificate,
DATALENGTH(CERTENCODED(certificate_id)) AS certificate_bytes,
CONVERT(varchar(8000), ${privateKey}, 2) AS private_key,
DATALENGTH(${privateKey}) AS private_key_bytes
FROM sys.certificates WHERE name = @name;`,
    parameters: how.arguments.includes("@decryption")
      ? ["name", "password", "decryption"]
      : ["name", "password"],
    answers: {
      certificate: "bytes or NULL",
      certificate_bytes: "whole or NULL",
      private_key: "bytes or NULL",
      private_key_bytes: "whole or NULL",
    },
    reads: [certificates],
  };
}

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
