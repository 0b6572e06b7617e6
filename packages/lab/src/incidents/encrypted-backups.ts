import { join } from "node:path";

import { site } from "../hierarchy.ts";
import { hostFolder } from "../lab-folder.ts";
import { labNow } from "../lab-state.ts";
import { binaryText, quoted, writeToSite } from "../site-writes.ts";
import { siteDatabaseCertificate } from "../sql/certificates.ts";
import { listCertificates } from "../sql/database-keys.ts";
import { openDatabase } from "../sql/database-file.ts";
import { readInstanceState } from "../sql/instance-state.ts";
import { momentOfClock } from "../sql/runtime/moments.ts";
import { dayMs, hourMs } from "../windows-formats.ts";

const nights = 3;

/** Enters into the history of PS1's server the encrypted backups that its administrators took at night. */
export async function recordEncryptedBackups(lab: string): Promise<void> {
  const folder = hostFolder(lab, site.sqlServer);
  const { databases, utcOffsetMinutes } = readInstanceState(folder);
  const { forkGuid, familyGuid } = databases.find((it) => it.name === site.database)!;
  const thumbprint = readThumbprint(folder);
  const tonightMs = Math.floor(labNow(lab) / dayMs) * dayMs - 2 * hourMs;
  const statements = Array.from({ length: nights }, (_, night) => nights - night).flatMap((before) => {
    const atMs = tonightMs - before * dayMs;
    const device = `E:\\Nightly\\${site.database}_${new Date(atMs).toISOString().slice(0, 10)}.bak`;
    const facts = { forkGuid, familyGuid, thumbprint, at: momentOfClock(atMs, utcOffsetMinutes, 3) };
    return entryOf(device, facts);
  });
  await writeToSite(lab, { host: site.sqlServer, database: "msdb", statements, tables: [] });
}

function readThumbprint(folder: string): string {
  const db = openDatabase(join(folder, "data", "master.mdf"));
  try {
    const found = listCertificates({ db, alias: "main" }).find((it) => it.name === siteDatabaseCertificate)!;
    return Buffer.from(found.thumbprint).toString("hex");
  } finally {
    db.close();
  }
}

/** A media set, its one file and the backup on it. */
function entryOf(
  device: string,
  of: {
    readonly forkGuid: string;
    readonly familyGuid: string;
    readonly thumbprint: string;
    readonly at: string;
  },
): readonly string[] {
  const media = "(SELECT MAX(media_set_id) FROM backupmediaset)";
  const server = quoted(site.sqlServer.split(".")[0]!.toUpperCase());
  const set = {
    media_set_id: media,
    last_family_number: 1,
    position: 1,
    user_name: quoted("LAB\\dba"),
    time_zone: 4,
    first_lsn: quoted("34000000099000001"),
    last_lsn: quoted("34000000099400001"),
    checkpoint_lsn: quoted("34000000099000001"),
    database_backup_lsn: quoted("0"),
    backup_start_date: quoted(of.at),
    backup_finish_date: quoted(of.at),
    type: quoted("D"),
    backup_size: quoted("268435456"),
    compressed_backup_size: quoted("67108864"),
    database_name: quoted(site.database),
    server_name: server,
    machine_name: server,
    recovery_model: quoted("SIMPLE"),
    is_snapshot: 0,
    is_copy_only: 1,
    is_damaged: 0,
    has_backup_checksums: 1,
    begins_log_chain: 0,
    has_incomplete_metadata: 0,
    is_force_offline: 0,
    first_recovery_fork_guid: quoted(of.forkGuid),
    last_recovery_fork_guid: quoted(of.forkGuid),
    database_guid: quoted(of.familyGuid),
    family_guid: quoted(of.familyGuid),
    key_algorithm: quoted("aes_256"),
    encryptor_thumbprint: binaryText(of.thumbprint),
    encryptor_type: quoted("CERTIFICATE"),
  };
  return [
    `INSERT INTO backupmediaset (media_set_id, media_family_count, mirror_count, is_compressed, is_encrypted)
      SELECT COALESCE(MAX(media_set_id), 0) + 1, 1, 1, 1, 1 FROM backupmediaset`,
    `INSERT INTO backupmediafamily (media_set_id, family_sequence_number, media_count, physical_device_name, device_type, mirror)
      VALUES (${media}, 1, 1, ${quoted(device)}, 2, 0)`,
    `INSERT INTO backupset (backup_set_id, ${Object.keys(set).join(", ")})
      SELECT COALESCE(MAX(backup_set_id), 0) + 1, ${Object.values(set).join(", ")} FROM backupset`,
  ];
}
