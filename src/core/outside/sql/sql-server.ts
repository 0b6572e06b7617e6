import { numbers } from "../facts/numbers.ts";
import { relation } from "../facts/relation.ts";
import {
  everybody,
  seeTracking,
  viewAnyDatabase,
  viewAnyDefinition,
  viewDefinition,
} from "../facts/right.ts";
import { groupPage, preallocationBlog, sqlDocs } from "../facts/witnesses.ts";

/** The databases of a server. */
export const databases = relation({
  name: "sys.databases",
  at: "server",
  says: "one row for a database that the login may see",
  right: viewAnyDatabase,
  columns: {
    name: { type: "text", says: "the database's name", confidence: 99 },
    database_id: { type: "whole", says: "its number", confidence: 99 },
    state_desc: { type: "text", says: "ONLINE, RESTORING, RECOVERY_PENDING and others", confidence: 99 },
    recovery_model_desc: { type: "text", says: "SIMPLE, FULL or BULK_LOGGED", confidence: 99 },
    collation_name: { type: "text", says: "the collation", confidence: 99, ifNull: "it is not online" },
    page_verify_option_desc: { type: "text", says: "CHECKSUM, TORN_PAGE_DETECTION or NONE", confidence: 99 },
    is_broker_enabled: { type: "bit", says: "Service Broker is on", confidence: 99 },
    is_trustworthy_on: { type: "bit", says: "the database is trusted", confidence: 99 },
    is_honor_broker_priority_on: { type: "bit", says: "priorities of conversations count", confidence: 99 },
    owner_sid: { type: "bytes", says: "its owner's security identifier; 0x01 is sa", confidence: 99 },
    compatibility_level: {
      type: "whole",
      says: "the version that it behaves as: 150 for 2019",
      confidence: 99,
    },
    is_encrypted: {
      type: "bit",
      says: "by transparent data encryption, or on the way to or from it",
      confidence: 99,
    },
    group_database_id: {
      type: "guid",
      says: "its availability group's database",
      confidence: 99,
      since: "2012",
      ifNull: "it is in no group",
    },
    replica_id: {
      type: "guid",
      says: "the server's replica of its availability group",
      confidence: 97,
      since: "2012",
      ifNull: "it is in no group",
    },
  },
  witnesses: [sqlDocs("sys.databases")],
  confidence: 99,
  otherwise: "what rests on it is unknown, and told",
});

/** What the login is called that owns the databases of a site, whatever its name is now. */
export const saName = "sa";

/** The owner of a database by the bytes of its identifier, as either runner gives them. */
export function ownerOf(sid: string): string {
  const digits = sid.replace(/^0x/i, "").toUpperCase();
  return digits === "01" ? saName : `the login 0x${digits}`;
}

/** What the instance is set to. */
export const configurations = relation({
  name: "sys.configurations",
  at: "server",
  says: "one row for an option of the instance; public is shown all of them",
  right: everybody,
  columns: {
    name: { type: "text", says: "the option's name", confidence: 99 },
    value_in_use: { type: "whole", says: "what it is set to now", confidence: 99 },
  },
  witnesses: [sqlDocs("sys.configurations")],
  confidence: 99,
  otherwise: "what the instance was set to is unknown, and told",
});

/** Options of the instance that a site asks for. */
export const siteOptions = numbers({
  of: "sys.configurations.name",
  isOpen: true,
  values: { "code of .NET": "clr enabled", "largest replicated text": "max text repl size (B)" },
  witnesses: [groupPage, sqlDocs("server configuration options")],
  confidence: 97,
  otherwise: "what the instance was set to is unknown, and told",
});

/** What a site has as the largest replicated text, in bytes. */
export const largestText = 2_147_483_647;

/** The files of the database that the session is in. */
export const databaseFiles = relation({
  name: "sys.database_files",
  at: "any database",
  says: "one row for a file of the database; on a readable secondary replica with the primary's paths",
  right: everybody,
  columns: {
    name: { type: "text", says: "its logical name, by which FILEPROPERTY knows it", confidence: 99 },
    type: { type: "whole", says: "0 rows, 1 log, 2 FILESTREAM", confidence: 99 },
    physical_name: { type: "text", says: "its path on the server", confidence: 99 },
    size: { type: "whole", says: "pages of 8 KiB", confidence: 99 },
    differential_base_guid: {
      type: "guid",
      says: "the full that a differential would be made on",
      confidence: 99,
      ifNull: "there is none yet",
    },
  },
  witnesses: [sqlDocs("sys.database_files")],
  confidence: 99,
  otherwise: "the size of the next backup is unknown",
});

/** The setting of change tracking. */
export const changeTrackingDatabases = relation({
  name: "sys.change_tracking_databases",
  at: "server",
  says: "one row for a database that tracks changes",
  right: seeTracking,
  columns: {
    database_id: { type: "whole", says: "the database", confidence: 99 },
    is_auto_cleanup_on: { type: "bit", says: "older changes are cleared away", confidence: 99 },
    retention_period: { type: "whole", says: "how long changes are kept, in units", confidence: 99 },
    retention_period_units: { type: "whole", says: "1 minutes, 2 hours, 3 days", confidence: 99 },
  },
  witnesses: [sqlDocs("change tracking catalog views, sys.change_tracking_databases")],
  confidence: 99,
  otherwise: "the window is not proven",
});

/** The tables that are tracked. */
export const changeTrackingTables = relation({
  name: "sys.change_tracking_tables",
  at: "any database",
  says: "one row for a tracked table that the login may see: a maximum is one of all tables only to whom all are shown",
  right: viewDefinition,
  columns: {
    object_id: { type: "whole", says: "the table", confidence: 99 },
    min_valid_version: { type: "whole", says: "changes from before it are cleared away", confidence: 99 },
    cleanup_version: { type: "whole", says: "how far cleanup has come", confidence: 97 },
  },
  witnesses: [sqlDocs("change tracking catalog views, sys.change_tracking_tables")],
  confidence: 99,
  otherwise: "what is purged is not known, and a copy is not proven to be inside the window",
});

/** The tables and other objects of the database that the session is in, by name. */
export const objects = relation({
  name: "sys.objects",
  at: "any database",
  says: "one row for an object that the login may see",
  right: viewDefinition,
  columns: {
    object_id: { type: "whole", says: "the object", confidence: 99 },
    name: { type: "text", says: "its name, without its schema", confidence: 99 },
  },
  witnesses: [sqlDocs("sys.objects")],
  confidence: 99,
  otherwise: "points are judged by the highest version of all tables",
});

/** The recovery fork of a database: another one after a restore. */
export const recoveryStatus = relation({
  name: "sys.database_recovery_status",
  at: "server",
  says: "one row for a database",
  right: viewAnyDatabase,
  columns: {
    database_id: { type: "whole", says: "the database", confidence: 99 },
    family_guid: {
      type: "guid",
      says: "the database from its making on: a restored copy keeps it",
      confidence: 97,
      ifNull: "the database is not open, or hidden",
    },
    recovery_fork_guid: {
      type: "guid",
      says: "another one after a restore",
      confidence: 99,
      ifNull: "the database is not open, or hidden",
    },
  },
  witnesses: [sqlDocs("sys.database_recovery_status")],
  confidence: 99,
  otherwise: "whether a database was restored is not known, and a copy is not proven to be inside the window",
});

/** Certificates of the database that the session is in. */
export const certificates = relation({
  name: "sys.certificates",
  at: "any database",
  says: "one row for a certificate that the login has a right on: none proves nothing without VIEW DEFINITION",
  right: viewDefinition,
  columns: {
    name: { type: "text", says: "the certificate's name", confidence: 99 },
    certificate_id: { type: "whole", says: "its number", confidence: 99 },
    pvt_key_encryption_type: {
      type: "text",
      says: "NA no private key, MK by the master key, PW by a password of its own, SK by the service's master key",
      confidence: 99,
    },
    thumbprint: { type: "bytes", says: "SHA-1 of the certificate", confidence: 99 },
  },
  witnesses: [sqlDocs("sys.certificates")],
  confidence: 97,
  otherwise: "which keys there are is unknown, and told",
});

/** What gives a certificate and its private key as bytes. */
export const certificateFunctions = {
  id: "CERTENCODED and CERTPRIVATEKEY",
  kind: "built-in",
  says: "the bytes of a certificate, and of its private key under a password that is given, a third argument opening one that is protected by a password; NULL without a right on it",
  versions: "2012 and later",
  witnesses: [sqlDocs("CERTENCODED"), sqlDocs("CERTPRIVATEKEY")],
  confidence: 95,
  otherwise: "the certificate is exported to files in the staging folder",
} as const;

/** What tells how much of a file is in use, which is what a backup of it holds. */
export const spaceUsed = {
  id: "FILEPROPERTY SpaceUsed",
  kind: "built-in",
  says: "pages that are allocated in a file of the current database, a full backup's data or a log's; no right is named",
  witnesses: [sqlDocs("FILEPROPERTY")],
  confidence: 95,
  otherwise: "the whole file is reckoned, and the free space is watched while the backup is written",
} as const;

/** What a compressed backup takes of its volume at once. */
export const preallocatedShare = {
  id: "BACKUP WITH COMPRESSION: pre-allocation",
  kind: "option",
  says: "the file begins with a share of the database's size and is cut at the end; trace flag 3042 has it grow as needed. The share is a third",
  witnesses: [sqlDocs("Backup compression, allocation of space for the backup file"), preallocationBlog],
  confidence: 80,
  otherwise: "the free space is watched while the backup is written",
  share: 1 / 3,
} as const;

/** Units of the retention. */
export const retentionUnits = numbers({
  of: "sys.change_tracking_databases.retention_period_units",
  values: { minutes: 1, hours: 2, days: 3 },
  witnesses: [sqlDocs("change tracking catalog views, sys.change_tracking_databases")],
  confidence: 99,
  otherwise: "the window is not proven",
});

/** Files that hold rows. */
export const databaseFileTypes = numbers({
  of: "sys.database_files.type",
  isOpen: true,
  values: { rows: 0 },
  witnesses: [sqlDocs("sys.database_files")],
  confidence: 99,
  otherwise: "the size of the next backup is unknown",
});

/** What protects the private key of a certificate. */
export const keyProtections = numbers({
  of: "sys.certificates.pvt_key_encryption_type",
  isOpen: true,
  values: { "no private key": "NA", "a password of its own": "PW" },
  witnesses: [sqlDocs("sys.certificates")],
  confidence: 99,
  otherwise: "the export of the key is refused, and told",
});

/** What SQL Server writes as a file without anything of the site's data or keys in it. */
export const publicPart = {
  id: "BACKUP CERTIFICATE without PRIVATE KEY",
  kind: "built-in",
  says: "writes the public part alone, for who has CONTROL on the certificate, with the rights of a file that holds a key",
  witnesses: [sqlDocs("BACKUP CERTIFICATE")],
  confidence: 90,
  otherwise: "whether this account can take away what SQL Server made is told by the key's own file",
} as const;

/** What SQL Server calls the master key of a database. */
export const keyNames = numbers({
  of: "sys.symmetric_keys.name",
  isOpen: true,
  values: { "the master key": "##MS_DatabaseMasterKey##" },
  witnesses: [sqlDocs("sys.symmetric_keys")],
  confidence: 98,
  otherwise: "the master key is not found, and is in no snapshot",
});

/** What endpoints are for. */
export const endpointTypes = numbers({
  of: "sys.tcp_endpoints.type_desc",
  isOpen: true,
  values: { "Service Broker": "SERVICE_BROKER" },
  witnesses: [sqlDocs("sys.tcp_endpoints")],
  confidence: 99,
  otherwise: "the port of Service Broker is not compared, and that is told",
});

/** Keys of the database that the session is in: its master key among them. */
export const symmetricKeys = relation({
  name: "sys.symmetric_keys",
  at: "any database",
  says: "one row for a key that the login has a right on; ##MS_DatabaseMasterKey## is the master key",
  right: viewDefinition,
  columns: { name: { type: "text", says: "the key's name", confidence: 98 } },
  witnesses: [sqlDocs("sys.symmetric_keys")],
  confidence: 98,
  otherwise: "whether there is a master key is unknown, and told",
});

/** Ports that the server listens on. */
export const tcpEndpoints = relation({
  name: "sys.tcp_endpoints",
  at: "server",
  says: "one row for an endpoint that the login has a right on",
  right: viewAnyDefinition,
  columns: {
    endpoint_id: { type: "whole", says: "the endpoint", confidence: 99 },
    port: { type: "whole", says: "the port", confidence: 97 },
    type_desc: { type: "text", says: "SERVICE_BROKER and others", confidence: 99 },
  },
  witnesses: [sqlDocs("sys.tcp_endpoints")],
  confidence: 97,
  otherwise: "the port of Service Broker is not compared, and that is told",
});
