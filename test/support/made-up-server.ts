import { writeFileSync } from "node:fs";
import {
  type BatchOptions,
  SqlError,
  type SqlRow,
  type SqlRunner,
} from "../../src/drivers/access/sql/sql-runner.ts";

/** What drivers ask a server, and by which words of a statement it is known. */
const questions = {
  rights: /HAS_PERMS_BY_NAME/,
  definitions: /SUBSTRING\(Content/,
  modulePiece: /SUBSTRING\(m\.definition/,
  modules: /sys\.sql_modules/,
  reports: /dbo\.Catalog\b/,
  encryptor: /sys\.dm_database_encryption_keys/,
  bitlocker: /EnableMBAMRecoveryService/,
  encryptedSets: /encryptor_thumbprint IS NOT NULL/,
  settings: /owner_sid/,
  instance: /ProductLevel/,
  options: /sys\.configurations/,
  replica: /updateability/,
  behind: /dm_hadr_database_replica_states/,
  group: /AS group_database\b/,
  replicas: /availability_replicas/,
  database: /sys\.databases/,
  used: /FILEPROPERTY/,
  files: /sys\.database_files/,
  tracking: /CHANGE_TRACKING_CURRENT_VERSION/,
  site: /v_Site\b/,
  clock: /SYSUTCDATETIME/,
  directories: /vSMS_SC_SysResUse_PropertyLists/,
  packages: /dbo\.v_Package\b/,
  contents: /dbo\.v_Content(Info)?\b/,
  probeName: /TOP \(1\) name FROM sys\.certificates/,
  keyBytes: /CERTPRIVATEKEY/,
  certificate: /sys\.certificates/,
  masterKey: /sys\.symmetric_keys/,
  sizes: /compressed_backup_size/,
  currentName: /AS current_name\b/,
  own: /@@SERVERNAME/,
  fulls: /n\.type = 'D'/,
  others: /n\.type <> 'D'/,
  history: /msdb\.dbo\.backupset/,
  stagingFolder: /InstanceDefaultBackupPath/,
  dataFolders: /InstanceDefaultDataPath/,
  probe: /^BACKUP CERTIFICATE \S+ TO FILE = N'[^']+';$/,
  label: /^RESTORE LABELONLY/,
  exportKey: /^BACKUP (MASTER KEY|CERTIFICATE)/,
  backup: /^BACKUP /,
  headers: /^RESTORE HEADERONLY/,
  verify: /^RESTORE VERIFYONLY/,
  fileList: /^RESTORE FILELISTONLY/,
  restore: /^RESTORE (DATABASE|LOG)/,
  check: /^DBCC CHECKDB/,
  drop: /DROP DATABASE/,
} as const;

type Question = keyof typeof questions;

/** Rows, an error that the server refuses with, or what is to be worked out for each statement. */
export type Answer = Said | ((text: string, options: BatchOptions) => Said | Promise<Said>);

type Said = readonly SqlRow[] | SqlError;

export type Answers = { readonly [Asked in Question]?: Answer };

/** A server of which a test says what it answers: no socket, no file but what an answer writes. */
export interface MadeUpServer extends SqlRunner {
  /** Statements that it was sent and that may change something, in their order. */
  readonly batches: readonly string[];
  readonly queries: readonly string[];
  /** Parameters of the last query of each sort. */
  readonly parameters: Partial<Record<Question, unknown>>;
  readonly closed: () => number;
}

/** Answers by their questions. A question without an answer is a fault of the test. */
export function madeUpServer(answers: Answers): MadeUpServer {
  const batches: string[] = [];
  const queries: string[] = [];
  const parameters: Partial<Record<Question, unknown>> = {};
  let closed = 0;
  const answer = async (text: string, options: BatchOptions) => {
    const asked = askedBy(text);
    const said = answers[asked];
    if (said === undefined) throw new Error(`The made-up server has no answer for ${asked}: ${text}`);
    const rows = typeof said === "function" ? await said(text, options) : said;
    if (rows instanceof SqlError) throw rows;
    return rows;
  };
  return {
    batches,
    queries,
    parameters,
    closed: () => closed,
    query(text, given) {
      queries.push(text);
      parameters[askedBy(text)] = given;
      return answer(text, {});
    },
    batch(text, options) {
      batches.push(text);
      return answer(text, options ?? {});
    },
    close: async () => void closed++,
  };
}

function askedBy(text: string): Question {
  const found = Object.entries(questions).find(([, words]) => words.test(text));
  if (!found) throw new Error(`Nothing that a driver asks: ${text}`);
  return found[0] as Question;
}

/** What a server refuses a statement with. */
export function refusal(...messages: readonly (readonly [number: number, text: string])[]): SqlError {
  return new SqlError(
    "statement",
    messages.map(([number, text]) => ({ number, severity: 16, text })),
  );
}

const base = "6F9619FF-8B86-D011-B42D-00C04FC964FF";

/** A site database on a sound server, which writes a backup of four bytes to where `fileOf` says. */
export function soundAnswers(fileOf: (sqlPath: string) => string): Required<Answers> {
  let name = "";
  let type = 1;
  let isCopyOnly = false;
  return {
    definitions: [],
    modules: [],
    modulePiece: [],
    reports: [
      { path: "/ConfigMgr_PS1/Clients", type: 2, modified: "2026-11-20 10:00:00.000" },
      { path: "/ConfigMgr_PS1/Licences", type: 6, modified: "2026-11-21 10:00:00.000" },
    ],
    encryptor: [{ thumbprint: "0xAB12", encryptor: "CERTIFICATE" }],
    bitlocker: [],
    encryptedSets: [],
    currentName: [{ current_name: "SQL01" }],
    own: [ownRow],
    fulls: [],
    others: [],
    rights: [{ backup_database: 1, backup_log: 1, create_any: 1, create_in_master: 0 }],
    settings: [settingsRow],
    instance: [instanceRow],
    options: [
      { option_name: "max text repl size (B)", option_value: 2_147_483_647 },
      { option_name: "clr enabled", option_value: 1 },
    ],
    replica: [{ in_group: 0, updateability: "READ_WRITE", is_preferred: 1 }],
    behind: [{ behind_seconds: 0 }],
    group: [{ group_database: null }],
    replicas: [],
    database: [
      {
        state_desc: "ONLINE",
        recovery_model_desc: "SIMPLE",
        is_broker_enabled: false,
        is_trustworthy_on: false,
        collation_name: "Latin1_General_CI_AS",
        is_encrypted: false,
      },
    ],
    files: [
      { pages: "1000", base },
      { pages: "28", base },
    ],
    used: [
      { type: 0, pages: "1028" },
      { type: 1, pages: "64" },
    ],
    sizes: [],
    tracking: [{ version: "4711" }],
    site: [{ Version: "5.00.9128.1000", BuildNumber: 9128 }],
    clock: [{ utc: "2026-11-22 12:00:05.000" }],
    directories: [],
    packages: [],
    contents: [],
    keyBytes: [],
    certificate: [],
    masterKey: [],
    probeName: [],
    probe: [],
    label: refusal([3241, "The media family on the device is incorrectly formed."]),
    history: () => [
      historyRow({ name, type: Object.entries({ D: 1, L: 2, I: 5 }).find(([, it]) => it === type)![0] }),
    ],
    stagingFolder: [{ folder: "D:\\SQL\\Backup" }],
    dataFolders: [{ data: "F:\\Data", log: "G:\\Log\\" }],
    backup(text, { onMessage }) {
      name = /NAME = N'([^']+)'/.exec(text)![1]!;
      type = text.startsWith("BACKUP LOG") ? 2 : text.includes("DIFFERENTIAL") ? 5 : 1;
      isCopyOnly = text.includes("COPY_ONLY");
      onMessage?.({ number: 3211, severity: 10, text: "50 percent processed." });
      onMessage?.({ number: 4035, severity: 10, text: "Processed 1028 pages." });
      onMessage?.({ number: 3211, severity: 10, text: "100 percent processed." });
      writeFileSync(fileOf(/DISK = N'([^']+)'/.exec(text)![1]!), "BACK");
      return [];
    },
    exportKey: [],
    headers: () => [headerRow({ BackupName: name, BackupType: type, IsCopyOnly: isCopyOnly })],
    verify: [],
    fileList: [
      { LogicalName: "CM_PS1", PhysicalName: "D:\\Old\\CM_PS1.mdf", Type: "D", Size: "8388608" },
      { LogicalName: "CM_PS1_log", PhysicalName: "D:\\Old\\CM_PS1.ldf", Type: "L", Size: "1048576" },
    ],
    restore: [],
    check: [],
    drop: [],
  };
}

/** How a site's database is set. */
export const settingsRow = {
  collation: "Latin1_General_CI_AS",
  recovery_model: "SIMPLE",
  compatibility: 150,
  owner_sid: new Uint8Array([1]),
  trustworthy: true,
  broker: true,
  broker_priority: true,
};

/** What the instance of a site is. */
export const instanceRow = {
  server: "SQL01",
  edition: "Standard Edition (64-bit)",
  version: "16.0.4105.2",
  level: "RTM",
  update_level: "CU10",
  collation: "SQL_Latin1_General_CP1_CI_AS",
};

/** The profile that a sound server's answers make, as facts. */
export const soundProfile = {
  server: "SQL01",
  edition: "Standard Edition (64-bit)",
  engineVersion: "16.0.4105.2",
  engineLevel: "RTM CU10",
  instanceCollation: "SQL_Latin1_General_CP1_CI_AS",
  databaseCollation: "Latin1_General_CI_AS",
  recoveryModel: "SIMPLE",
  compatibilityLevel: 150,
  owner: "sa",
  trustworthy: true,
  broker: true,
  brokerPriority: true,
  clrEnabled: true,
  maxTextReplSize: 2_147_483_647,
};

/** A row of RESTORE HEADERONLY. */
export function headerRow(changes: SqlRow = {}): SqlRow {
  return {
    BackupName: "x.bak",
    DatabaseName: "CM_PS1",
    BackupType: 1,
    BackupSetGUID: `{${base.toLowerCase()}}`,
    DifferentialBaseGUID: null,
    IsCopyOnly: true,
    HasBackupChecksums: true,
    IsDamaged: false,
    CompressedBackupSize: "4",
    BackupSize: "8",
    SoftwareVersionMajor: 16,
    SoftwareVersionMinor: 0,
    SoftwareVersionBuild: 4105,
    ServerName: "SQL01",
    // As one runner has them: rounded.
    FirstLSN: Number("52000000018600001"),
    LastLSN: Number("52000000018800001"),
    CheckpointLSN: Number("52000000018600037"),
    DatabaseBackupLSN: Number("51000000018600001"),
    FamilyGUID: ownRow.family.toLowerCase(),
    FirstRecoveryForkID: ownRow.fork,
    RecoveryForkID: ownRow.fork,
    KeyAlgorithm: null,
    EncryptorThumbprint: null,
    ...changes,
  };
}

/** Whose backups are counted: those of this server, of this database. */
const ownRow = {
  server: "SQL01",
  family: "0E984725-C51C-4BF4-9960-E1C80E27ABA0",
  fork: "11111111-2222-3333-4444-555555555555",
};

/** A row of the question for what msdb knows of a database's backups. The server is two hours before UTC. */
export function historyRow(changes: SqlRow = {}): SqlRow {
  return {
    set_guid: base,
    name: "x.bak",
    type: "D",
    started: "2026-11-22 14:00:00.000",
    finished: "2026-11-22 14:30:00.500",
    time_zone: 8,
    is_copy_only: true,
    is_snapshot: false,
    is_damaged: false,
    first_lsn: "52000000018600001",
    last_lsn: "52000000018800001",
    checkpoint_lsn: "52000000018600037",
    database_backup_lsn: "51000000018600001",
    differential_base_guid: null,
    device: "E:\\stage\\x.bak",
    families: 1,
    user_name: "CONTOSO\\backup$",
    ...ownRow,
    devices: 1,
    device_type: 2,
    ...changes,
  };
}
