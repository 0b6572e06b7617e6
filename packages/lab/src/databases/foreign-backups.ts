import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import { hostFolder } from "../lab-folder.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { openDatabase } from "../sql/database-file.ts";
import { readInstanceState, type DatabaseState } from "../sql/instance-state.ts";
import { momentOfClock } from "../sql/runtime/moments.ts";
import { dayMs } from "../windows-formats.ts";
import { join } from "node:path";

/** A file or a tape that a set was written to, or one of the pair that a mirrored set was written to. */
interface Family {
  readonly sequence: number;
  readonly mirror: number;
  readonly device: string;
}

/** A backup that others made, long before this product came: its media are gone, its rows are not. */
interface ForeignSet {
  readonly database: string;
  readonly daysAgo: number;
  readonly user: string;
  readonly isSnapshot: boolean;
  readonly isCopyOnly: boolean;
  /** 2 a disk, 7 a virtual device. */
  readonly deviceType: 2 | 7;
  readonly families: readonly Family[];
}

/** What the SQL Writer enters for a snapshot of the volume: a database after another, on no real device. */
function snapshotOf(databases: readonly string[]): readonly ForeignSet[] {
  const guid = chanceFrom("snapshot of the volume").guid().toUpperCase();
  return databases.map((database, index) => ({
    database,
    daysAgo: 40,
    user: "NT AUTHORITY\\SYSTEM",
    isSnapshot: true,
    isCopyOnly: false,
    deviceType: 7,
    families: [{ sequence: 1, mirror: 0, device: `{${guid}}${index + 1}` }],
  }));
}

/** A copy over two files, and one that was written twice at once. */
function copiesOf(database: string): readonly ForeignSet[] {
  const of = { database, user: "LAB\\dba", isSnapshot: false, isCopyOnly: true, deviceType: 2 } as const;
  const [striped, mirrored] = ["Striped", "Mirrored"].map(
    (folder) => (part: number) => `E:\\${folder}\\${database}_${part}.bak`,
  );
  return [
    { ...of, daysAgo: 33, families: [1, 2].map((it) => ({ sequence: it, mirror: 0, device: striped!(it) })) },
    {
      ...of,
      daysAgo: 30,
      families: [0, 1].map((it) => ({ sequence: 1, mirror: it, device: mirrored!(it + 1) })),
    },
  ];
}

/** Enters into the history of an instance what others backed up before anybody thought of this lab. */
export function recordForeignBackups(lab: string, host: string, nowMs: number): void {
  const folder = hostFolder(lab, host);
  const state = readInstanceState(folder);
  const db = openDatabase(join(folder, "data", "msdb.mdf"));
  const named = (name: string): DatabaseState => state.databases.find((it) => it.name === name)!;
  const user = state.databases.filter(({ id }) => id > 4).map(({ name }) => name);
  const sets = [...snapshotOf(user), ...user.filter((it) => it.startsWith("CM_")).flatMap(copiesOf)];
  db.exec("BEGIN");
  sets.forEach((set, index) => {
    const at = momentOfClock(nowMs - set.daysAgo * dayMs, state.utcOffsetMinutes, 3);
    enter(db, set, { number: index + 1, at, of: named(set.database), server: host });
  });
  db.exec("COMMIT");
  db.close();
}

function enter(
  db: DatabaseSync,
  set: ForeignSet,
  entry: {
    readonly number: number;
    readonly at: string;
    readonly of: DatabaseState;
    readonly server: string;
  },
): void {
  const { number, at, of, server } = entry;
  const mediaId = 1000 + number;
  const chance = chanceFrom(`media ${server} ${number}`);
  const stripes = Math.max(...set.families.map(({ sequence }) => sequence));
  insert(db, "backupmediaset", {
    media_set_id: mediaId,
    media_uuid: set.isSnapshot ? null : chance.guid().toUpperCase(),
    media_family_count: stripes,
    software_name: "Microsoft SQL Server",
    software_vendor_id: 4608,
    mirror_count: set.families.length / stripes,
    is_password_protected: 0,
    is_compressed: 0,
    is_encrypted: 0,
  });
  for (const { sequence, mirror, device } of set.families) {
    insert(db, "backupmediafamily", {
      media_set_id: mediaId,
      family_sequence_number: sequence,
      media_family_id: chance.guid().toUpperCase(),
      media_count: 1,
      physical_device_name: device,
      device_type: set.deviceType,
      physical_block_size: 4096,
      mirror,
    });
  }
  const setGuid = chance.guid().toUpperCase();
  insert(db, "backupset", { ...setColumns(set, at, of), ...numbersOf(number), backup_set_uuid: setGuid,
    backup_set_id: number, media_set_id: mediaId, last_family_number: stripes, server_name: serverName(server),
    machine_name: serverName(server) }); // prettier-ignore
}

function serverName(host: string): string {
  return host.split(".")[0]!.toUpperCase();
}

/** Numbers of a log that had not come far. */
function numbersOf(number: number): Readonly<Record<string, string>> {
  const [first, last] = [number * 10, number * 10 + 4].map(
    (block) => `34${String(block).padStart(10, "0")}00001`,
  );
  return { first_lsn: first!, last_lsn: last!, checkpoint_lsn: first!, database_backup_lsn: "0" };
}

function setColumns(
  { isSnapshot, isCopyOnly, user, database }: ForeignSet,
  at: string,
  of: DatabaseState,
): Readonly<Record<string, SQLInputValue>> {
  return {
    first_family_number: 1,
    first_media_number: 1,
    last_media_number: 1,
    position: 1,
    software_vendor_id: 4608,
    user_name: user,
    time_zone: 4,
    backup_start_date: at,
    backup_finish_date: at,
    type: "D",
    backup_size: "268435456",
    compressed_backup_size: "268435456",
    database_name: database,
    recovery_model: of.recoveryModel,
    is_snapshot: Number(isSnapshot),
    is_copy_only: Number(isCopyOnly),
    is_damaged: 0,
    has_backup_checksums: 0,
    begins_log_chain: 0,
    has_incomplete_metadata: 0,
    is_force_offline: 0,
    first_recovery_fork_guid: of.forkGuid,
    last_recovery_fork_guid: of.forkGuid,
    database_guid: of.familyGuid,
    family_guid: of.familyGuid,
  };
}

function insert(db: DatabaseSync, table: string, row: Readonly<Record<string, SQLInputValue>>): void {
  const names = Object.keys(row);
  const marks = names.map(() => "?").join(", ");
  db.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${marks})`).run(...Object.values(row));
}
