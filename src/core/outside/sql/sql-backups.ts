import { numbers } from "../facts/numbers.ts";
import type { OutsideFact } from "../facts/outside-fact.ts";
import { relation } from "../facts/relation.ts";
import { createDatabase, selectInMsdb } from "../facts/right.ts";
import { sqlDocs } from "../facts/witnesses.ts";

const headerOtherwise = "the backup is not the one that was just taken, and is refused";

/** What SQL Server tells of the backups in a file. */
export const backupHeaders = relation({
  name: "RESTORE HEADERONLY",
  at: "backup file",
  says: "one row for a backup set in the file",
  right: createDatabase,
  columns: {
    BackupName: { type: "text", says: "the name that it was given", confidence: 99, ifNull: "none" },
    DatabaseName: { type: "text", says: "the database", confidence: 99 },
    BackupType: { type: "whole", says: "what sort of backup it is", confidence: 99 },
    BackupSetGUID: { type: "guid", says: "backupset.backup_set_uuid", confidence: 99 },
    DifferentialBaseGUID: {
      type: "guid",
      says: "the full that it was made on",
      confidence: 99,
      ifNull: "it is no differential, or of several bases",
    },
    ServerName: { type: "text", says: "the server that took it, as @@SERVERNAME has it", confidence: 99 },
    FirstLSN: { type: "whole", says: "where its log begins: up to 25 digits", confidence: 99 },
    LastLSN: {
      type: "whole",
      says: "the record behind its log's last one, where the next log begins",
      confidence: 97,
    },
    CheckpointLSN: { type: "whole", says: "of a full, the checkpoint at its begin", confidence: 97 },
    DatabaseBackupLSN: {
      type: "whole",
      says: "CheckpointLSN of the newest full before it that was not copy-only; 0 where there is none",
      confidence: 95,
    },
    FamilyGUID: {
      type: "guid",
      says: "the database from its making on: a restored copy keeps it",
      confidence: 97,
    },
    FirstRecoveryForkID: {
      type: "guid",
      says: "the fork at its begin; of a database backup the one at its end too",
      confidence: 97,
      ifNull: "unknown",
    },
    RecoveryForkID: {
      type: "guid",
      says: "the fork at its end: another one after each restore of the database",
      confidence: 97,
    },
    KeyAlgorithm: {
      type: "text",
      says: "how it is encrypted",
      confidence: 99,
      since: "2014",
      ifNull: "it is not encrypted",
    },
    IsCopyOnly: { type: "bit", says: "it moves no base", confidence: 99 },
    HasBackupChecksums: {
      type: "bit",
      says: "pages were checked, and the backup has a checksum",
      confidence: 99,
    },
    IsDamaged: { type: "bit", says: "damage was found while it was taken", confidence: 99 },
    BackupSize: { type: "whole", says: "bytes", confidence: 99 },
    CompressedBackupSize: { type: "whole", says: "bytes that it takes", confidence: 99, since: "2008" },
    EncryptorThumbprint: {
      type: "bytes",
      says: "the certificate that the backup is encrypted by",
      confidence: 97,
      since: "2014",
      ifNull: "it is not encrypted",
    },
    SoftwareVersionMajor: { type: "whole", says: "of the server that took it", confidence: 99 },
    SoftwareVersionMinor: { type: "whole", says: "of the server that took it", confidence: 99 },
    SoftwareVersionBuild: { type: "whole", says: "of the server that took it", confidence: 99 },
  },
  witnesses: [sqlDocs("RESTORE HEADERONLY")],
  confidence: 99,
  otherwise: headerOtherwise,
});

/** Sorts of backups in a header. */
export const headerTypes = numbers({
  of: "RESTORE HEADERONLY.BackupType",
  isOpen: true,
  values: { full: 1, log: 2, differential: 5 },
  witnesses: [sqlDocs("RESTORE HEADERONLY")],
  confidence: 99,
  otherwise: headerOtherwise,
});

/** What SQL Server tells of the database's files in a backup. */
export const backedUpFiles = relation({
  name: "RESTORE FILELISTONLY",
  at: "backup file",
  says: "one row for a file of the database in the backup",
  right: createDatabase,
  columns: {
    LogicalName: { type: "text", says: "the name within the database", confidence: 99 },
    PhysicalName: { type: "text", says: "where the file was", confidence: 99 },
    Type: {
      type: "text",
      says: "L log, D data, F full-text catalogue, S FILESTREAM and others",
      confidence: 99,
    },
    Size: { type: "whole", says: "bytes", confidence: 99 },
  },
  witnesses: [sqlDocs("RESTORE FILELISTONLY")],
  confidence: 99,
  otherwise: "the restore puts files in wrong places, and SQL Server refuses it",
});

/** Sorts of files that a restore puts elsewhere. */
export const fileTypes = numbers({
  of: "RESTORE FILELISTONLY.Type",
  isOpen: true,
  values: { data: "D", log: "L" },
  witnesses: [sqlDocs("RESTORE FILELISTONLY")],
  confidence: 99,
  otherwise: "the file keeps its name, without an ending",
});

/** Sorts of backups in `msdb`. */
export const historyTypes = numbers({
  of: "dbo.backupset.type",
  isOpen: true,
  values: { full: "D", differential: "I", log: "L" },
  witnesses: [sqlDocs("backupset")],
  confidence: 99,
  otherwise: "the backup counts as another sort, and as none that anything rests on",
});

/** Where `msdb` does not know the server's zone. */
export const zones = numbers({
  of: "dbo.backupset.time_zone",
  isOpen: true,
  values: { unknown: 127 },
  witnesses: [sqlDocs("backupset")],
  confidence: 97,
  otherwise: "times of backups are off by the number, and told so",
});

const msdbOtherwise =
  "what other tools have backed up is unknown, and the next differential becomes a full where that matters";

/** Backups that the server took. */
export const backupSets = relation({
  name: "dbo.backupset",
  at: "msdb",
  says: "one row for a backup that succeeded; those of other servers among them where msdb was moved",
  right: selectInMsdb("dbo.backupset"),
  columns: {
    backup_set_id: { type: "whole", says: "rises with each backup", confidence: 99 },
    backup_set_uuid: { type: "guid", says: "the BackupSetGUID of the header", confidence: 99 },
    media_set_id: { type: "whole", says: "backupmediafamily.media_set_id", confidence: 99 },
    name: { type: "text", says: "the name that it was given", confidence: 99, ifNull: "none" },
    type: { type: "text", says: "D full, I differential, L log and others", confidence: 99 },
    database_name: { type: "text", says: "the database", confidence: 99 },
    backup_start_date: { type: "time", says: "begin, in the server's local time", confidence: 99 },
    backup_finish_date: { type: "time", says: "end, in the server's local time", confidence: 99 },
    time_zone: {
      type: "whole",
      says: "quarters of an hour from UTC at the begin; 127 unknown",
      confidence: 97,
      ifNull: "unknown",
    },
    is_copy_only: { type: "bit", says: "it moves no base", confidence: 99 },
    is_snapshot: { type: "bit", says: "taken through VSS", confidence: 99 },
    is_damaged: { type: "bit", says: "damage was found while it was taken", confidence: 99 },
    backup_size: { type: "whole", says: "bytes that it holds", confidence: 99, ifNull: "unknown" },
    compressed_backup_size: {
      type: "whole",
      says: "bytes that it takes; as many as it holds where it is not compressed",
      confidence: 99,
      ifNull: "unknown",
    },
    first_lsn: { type: "whole", says: "25 digits: read as text", confidence: 99, ifNull: "unknown" },
    last_lsn: { type: "whole", says: "25 digits: read as text", confidence: 99, ifNull: "unknown" },
    checkpoint_lsn: { type: "whole", says: "25 digits: read as text", confidence: 99, ifNull: "unknown" },
    database_backup_lsn: {
      type: "whole",
      says: "25 digits: read as text",
      confidence: 99,
      ifNull: "unknown",
    },
    differential_base_guid: {
      type: "guid",
      says: "the full that it was made on",
      confidence: 99,
      ifNull: "a full",
    },
    user_name: { type: "text", says: "who took it", confidence: 99, ifNull: "unknown" },
    last_family_number: {
      type: "whole",
      says: "the number of the last of its files, so how many there are, mirrors not counted",
      confidence: 85,
      ifNull: "unknown",
    },
    server_name: { type: "text", says: "the server that took it", confidence: 99, ifNull: "unknown" },
    family_guid: {
      type: "guid",
      says: "the database from its making on: a restored copy keeps it",
      confidence: 97,
      ifNull: "unknown",
    },
    last_recovery_fork_guid: {
      type: "guid",
      says: "the fork at its end: another one after each restore",
      confidence: 97,
      ifNull: "unknown",
    },
    encryptor_thumbprint: {
      type: "bytes",
      says: "the certificate that encrypts it",
      confidence: 97,
      since: "2014",
      ifNull: "it is not encrypted",
    },
  },
  witnesses: [sqlDocs("backupset")],
  confidence: 99,
  otherwise: msdbOtherwise,
});

/** What backups are written to. Permanent devices have a name of their own in `sys.backup_devices`. */
export const deviceTypes = numbers({
  of: "dbo.backupmediafamily.device_type",
  isOpen: true,
  values: {
    disk: 2,
    tape: 5,
    "virtual device": 7,
    URL: 9,
    "permanent disk": 102,
    "permanent tape": 105,
  },
  witnesses: [sqlDocs("backupmediafamily")],
  confidence: 95,
  otherwise: "a backup on another sort of device is not counted, and that is told",
});

/** Names of a device that keeps nothing of what is written to it. */
export const nullDevices = {
  id: "BACKUP … TO DISK = 'NUL'",
  kind: "option",
  says: "what is written there is gone, and SQL Server counts it as a backup that succeeded",
  witnesses: [sqlDocs("BACKUP: NUL device")],
  confidence: 99,
  otherwise: "a backup that nobody has is counted",
  form: /(^|[\\/])nul:?(\.[^\\/]*)?$|^\/dev\/null$/i,
} as const satisfies OutsideFact & Record<string, unknown>;

/** The files of backups. */
export const backupMediaFamilies = relation({
  name: "dbo.backupmediafamily",
  at: "msdb",
  says: "one row for each file of a backup, and for each mirror of it",
  right: selectInMsdb("dbo.backupmediafamily"),
  columns: {
    media_set_id: { type: "whole", says: "backupset.media_set_id", confidence: 99 },
    family_sequence_number: { type: "whole", says: "which of several files, from 1", confidence: 99 },
    mirror: { type: "whole", says: "0 for the first of equal files", confidence: 95, ifNull: "0" },
    device_type: { type: "whole", says: "what it was written to", confidence: 97, ifNull: "unknown" },
    physical_device_name: {
      type: "text",
      says: "the file, or a GUID for VSS",
      confidence: 99,
      ifNull: "unknown",
    },
  },
  witnesses: [sqlDocs("backupmediafamily")],
  confidence: 99,
  otherwise: msdbOtherwise,
});
