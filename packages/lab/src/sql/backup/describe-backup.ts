import type { SqlValue } from "../../tds/sql-type.ts";
import { declareColumns } from "../catalog/generated-relation.ts";
import { collationName, type Engine } from "../engine.ts";
import type { StatementContext } from "../execute/statement-context.ts";
import { momentOfClock } from "../runtime/moments.ts";
import { isSince2022 } from "../product.ts";
import type { BackupSet } from "./backup-set.ts";
import { type MediaContents, type SetOnMedia, wholeSet } from "./media-reader.ts";
import { hexBytes, wholeSeconds } from "./record-backup.ts";

/** A row by the names of its columns, each with its declaration. */
type Row = Readonly<Record<string, SqlValue>>;

const headerTypes =
  "BackupName nvarchar(128), BackupDescription nvarchar(255), BackupType smallint, ExpirationDate datetime, Compressed bit, Position smallint, DeviceType tinyint, UserName nvarchar(128), ServerName nvarchar(128), DatabaseName nvarchar(128), DatabaseVersion int, DatabaseCreationDate datetime, BackupSize numeric(20:0), FirstLSN numeric(25:0), LastLSN numeric(25:0), CheckpointLSN numeric(25:0), DatabaseBackupLSN numeric(25:0), BackupStartDate datetime, BackupFinishDate datetime, SortOrder smallint, CodePage smallint, UnicodeLocaleId int, UnicodeComparisonStyle int, CompatibilityLevel tinyint, SoftwareVendorId int, SoftwareVersionMajor int, SoftwareVersionMinor int, SoftwareVersionBuild int, MachineName nvarchar(128), Flags int, BindingID uniqueidentifier, RecoveryForkID uniqueidentifier, Collation nvarchar(128), FamilyGUID uniqueidentifier, HasBulkLoggedData bit, IsSnapshot bit, IsReadOnly bit, IsSingleUser bit, HasBackupChecksums bit, IsDamaged bit, BeginsLogChain bit, HasIncompleteMetaData bit, IsForceOffline bit, IsCopyOnly bit, FirstRecoveryForkID uniqueidentifier, ForkPointLSN numeric(25:0), RecoveryModel nvarchar(60), DifferentialBaseLSN numeric(25:0), DifferentialBaseGUID uniqueidentifier, BackupTypeDescription nvarchar(60), BackupSetGUID uniqueidentifier, CompressedBackupSize bigint, containment tinyint, KeyAlgorithm nvarchar(32), EncryptorThumbprint varbinary(20), EncryptorType nvarchar(32)";
/** Since SQL Server 2022. */
const laterHeaderTypes =
  "LastValidRestoreTime datetime, TimeZone smallint, CompressionAlgorithm nvarchar(32)";
const fileTypes =
  "LogicalName nvarchar(128), PhysicalName nvarchar(260), Type char(1), FileGroupName nvarchar(128), Size numeric(20:0), MaxSize numeric(20:0), FileID bigint, CreateLSN numeric(25:0), DropLSN numeric(25:0), UniqueID uniqueidentifier, ReadOnlyLSN numeric(25:0), ReadWriteLSN numeric(25:0), BackupSizeInBytes bigint, SourceBlockSize int, FileGroupID int, LogGroupGUID uniqueidentifier, DifferentialBaseLSN numeric(25:0), DifferentialBaseGUID uniqueidentifier, IsReadOnly bit, IsPresent bit, TDEThumbprint varbinary(32), SnapshotURL nvarchar(360)";
const labelTypes =
  "MediaName nvarchar(128), MediaSetId uniqueidentifier, FamilyCount int, FamilySequenceNumber int, MediaFamilyId uniqueidentifier, MediaSequenceNumber int, MediaLabelPresent tinyint, MediaDescription nvarchar(255), SoftwareName nvarchar(128), SoftwareVendorId int, MediaDate datetime, Mirror_Count int, IsCompressed bit";

/** RESTORE HEADERONLY: one row for each set on the media. */
export function sendHeaders(context: StatementContext, sets: readonly SetOnMedia[]): void {
  const isLater = isSince2022(context.engine.product);
  const types = isLater ? `${headerTypes}, ${laterHeaderTypes}` : headerTypes;
  send(context, types, sets.map((it) => headerRow(context.engine, it))); // prettier-ignore
}

/** RESTORE FILELISTONLY: the files of the database in a set. */
export function sendFileList(context: StatementContext, set: SetOnMedia): void {
  send(context, fileTypes, fileRows(set));
}

/** RESTORE LABELONLY: what the media header says. */
export function sendLabel(context: StatementContext, { label }: MediaContents): void {
  const written = momentOfClock(Date.parse(label.writtenAt), context.engine.state.utcOffsetMinutes, 3);
  send(context, labelTypes, [
    {
      MediaName: label.mediaName,
      MediaSetId: label.mediaSetGuid,
      FamilyCount: 1,
      FamilySequenceNumber: 1,
      MediaFamilyId: label.mediaFamilyGuid,
      MediaSequenceNumber: 1,
      MediaLabelPresent: 0,
      MediaDescription: label.mediaDescription,
      SoftwareName: "Microsoft SQL Server",
      SoftwareVendorId: 4608,
      MediaDate: wholeSeconds(written),
      Mirror_Count: 1,
      IsCompressed: Number(label.isCompressed),
    },
  ]);
}

function send({ sink }: StatementContext, types: string, rows: readonly Row[]): void {
  const columns = declareColumns(types.split(", ").map((it) => it.replace(":", ",")));
  sink.columns(columns);
  for (const row of rows) sink.row(columns.map(({ name }) => row[name] ?? null));
  sink.done(rows.length);
}

const kinds = {
  D: { number: 1, text: "Database" },
  L: { number: 2, text: "Transaction Log" },
  I: { number: 5, text: "Database Differential" },
};

function headerRow(engine: Engine, onMedia: SetOnMedia): Row {
  const set = wholeSet(onMedia);
  const { start } = onMedia;
  if (set === undefined) {
    return {
      BackupName: "*** INCOMPLETE ***",
      BackupType: kinds[start.type].number,
      Position: start.position,
    };
  }
  return { ...sameForAll(engine), ...whatAndWhen(set), ...chainAndFlags(set) };
}

function whatAndWhen(set: BackupSet): Row {
  const { database, type } = set;
  const local = (ms: number): string => wholeSeconds(momentOfClock(ms, set.utcOffsetMinutes, 3));
  return {
    BackupName: set.name,
    BackupDescription: set.description,
    BackupType: kinds[type].number,
    Compressed: Number(set.isCompressed),
    Position: set.position,
    UserName: set.userName,
    ServerName: set.serverName,
    DatabaseName: database.name,
    DatabaseCreationDate: local(database.createdAtMs),
    BackupSize: String(set.backupBytes),
    FirstLSN: set.firstLsn,
    LastLSN: set.lastLsn,
    CheckpointLSN: set.checkpointLsn,
    DatabaseBackupLSN: set.databaseBackupLsn ?? "0",
    BackupStartDate: local(set.startedAtMs),
    BackupFinishDate: local(set.finishedAtMs),
    BackupTypeDescription: kinds[type].text,
    BackupSetGUID: set.setGuid,
    CompressedBackupSize: set.compressedBytes,
    TimeZone: set.utcOffsetMinutes / 15,
    CompressionAlgorithm: set.isCompressed ? "MS_XPRESS" : null,
  };
}

function chainAndFlags(set: BackupSet): Row {
  const { database } = set;
  return {
    Flags: set.hasChecksums ? 528 : 512,
    BindingID: database.familyGuid,
    RecoveryForkID: database.forkGuid,
    FamilyGUID: database.familyGuid,
    IsSingleUser: Number(database.isSingleUser),
    HasBackupChecksums: Number(set.hasChecksums),
    BeginsLogChain: Number(set.beginsLogChain),
    IsCopyOnly: Number(set.isCopyOnly),
    FirstRecoveryForkID: database.forkGuid,
    RecoveryModel: database.recoveryModel,
    DifferentialBaseLSN: set.differentialBaseLsn,
    DifferentialBaseGUID: set.differentialBaseGuid,
    KeyAlgorithm: set.encryption?.algorithm ?? null,
    EncryptorThumbprint: set.encryption === undefined ? null : hexBytes(set.encryption.thumbprint),
    EncryptorType: set.encryption === undefined ? null : "CERTIFICATE",
  };
}

function sameForAll(engine: Engine): Row {
  return {
    DeviceType: 2,
    DatabaseVersion: engine.product.databaseVersion,
    SortOrder: 52,
    CodePage: 0,
    UnicodeLocaleId: 1033,
    UnicodeComparisonStyle: 196_609,
    CompatibilityLevel: engine.product.compatibilityLevel,
    SoftwareVendorId: 4608,
    SoftwareVersionMajor: engine.product.version[0],
    SoftwareVersionMinor: engine.product.version[1],
    SoftwareVersionBuild: engine.product.version[2],
    MachineName: engine.serverName,
    Collation: collationName,
    HasBulkLoggedData: 0,
    IsSnapshot: 0,
    IsReadOnly: 0,
    IsDamaged: 0,
    HasIncompleteMetaData: 0,
    IsForceOffline: 0,
    containment: 0,
  };
}

function fileRows({ start, end }: SetOnMedia): readonly Row[] {
  const { database } = start;
  const TDEThumbprint = database.tdeThumbprint === undefined ? null : hexBytes(database.tdeThumbprint);
  // prettier-ignore
  const common = { TDEThumbprint, CreateLSN: "0", DropLSN: "0", ReadOnlyLSN: "0", ReadWriteLSN: "0", SourceBlockSize: 4096, IsReadOnly: 0, IsPresent: 1 };
  return [
    {
      ...common,
      LogicalName: database.logicalData,
      PhysicalName: database.dataFile,
      Type: "D",
      FileGroupName: "PRIMARY",
      Size: String((end?.databasePages ?? 0) * 8192),
      MaxSize: "35184372080640",
      FileID: 1,
      UniqueID: database.fileGuid,
      BackupSizeInBytes: (end?.dataPages ?? 0) * 8192,
      FileGroupID: 1,
      DifferentialBaseLSN: start.differentialBaseLsn,
      DifferentialBaseGUID: start.differentialBaseGuid,
    },
    {
      ...common,
      LogicalName: database.logicalLog,
      PhysicalName: database.logFile,
      Type: "L",
      Size: "65536",
      MaxSize: "2199023255552",
      FileID: 2,
      UniqueID: database.forkGuid,
      BackupSizeInBytes: 0,
      FileGroupID: 0,
    },
  ];
}
