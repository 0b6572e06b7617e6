import { chanceFrom } from "../../seeded-chance.ts";
import { pageBytes } from "../database-file.ts";
import { type FileIdentity, writeFileHeader } from "./own-pages.ts";

const sectorBytes = 512;
const minimumBytes = 1024 * 1024;
const fileCount = 4;
/** The first sequence number of a virtual log file in a new database. */
const firstSequence = 34;
const signature = 0xab;
/** What every sector of a log block starts with in the first round through the file. */
const parity = 0x40;

/**
 * The bytes of a transaction log: the file's header in page 0, then four virtual log files of which the third
 * is being written. Each starts with 8 KiB of its own: signature, sequence number at 4, length at 16
 * ("High level view of log file", Eka Siswanto; lengths as DBCC LOGINFO shows them of a log of 1 MiB). What
 * the log blocks hold is made up.
 */
export function logFile(identity: FileIdentity, databaseBytes: number): Buffer {
  const eighth = Math.floor(databaseBytes / 8 / 65_536) * 65_536;
  const log = Buffer.alloc(Math.max(minimumBytes, eighth));
  writeFileHeader(log.subarray(0, pageBytes), identity, log.length / pageBytes);
  const length = Math.floor((log.length - pageBytes) / fileCount / pageBytes) * pageBytes;
  for (let file = 0; file < fileCount; file++) {
    const start = pageBytes + file * length;
    const end = file === fileCount - 1 ? log.length : start + length;
    writeVirtualFile(log.subarray(start, end), file);
  }
  return log;
}

function writeVirtualFile(bytes: Buffer, file: number): void {
  bytes[0] = signature;
  bytes.writeUInt32LE(file < 3 ? firstSequence + file : 0, 4);
  bytes.writeUInt32LE(bytes.length, 16);
  // The last one has not been written to yet.
  if (file === 3) return;
  const chance = chanceFrom(`virtual log file ${file}`);
  const used = file === 2 ? bytes.length / 2 : bytes.length;
  for (let at = pageBytes; at < used; at += 4 * sectorBytes) {
    const sector = bytes.subarray(at, at + sectorBytes);
    chance.bytes(sector.length).copy(sector);
    sector[0] = parity;
  }
}
