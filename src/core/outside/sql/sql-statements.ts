import type { OutsideFact } from "../facts/outside-fact.ts";
import { sqlDocs } from "../facts/witnesses.ts";

const refused = "SQL Server refuses the statement, and its sentence is told";

/** What a backup is told beside where it goes. */
export const backupOptions = {
  id: "BACKUP … WITH DIFFERENTIAL, COPY_ONLY, COMPRESSION, NO_COMPRESSION, NAME, CHECKSUM, FORMAT, INIT, STATS",
  kind: "option",
  says: "COPY_ONLY moves no base and no log; CHECKSUM looks at every page; FORMAT and INIT make a file of one set; STATS tells progress",
  witnesses: [sqlDocs("BACKUP")],
  confidence: 99,
  otherwise: refused,
  differential: "DIFFERENTIAL",
  copyOnly: "COPY_ONLY",
  compressed: "COMPRESSION",
  uncompressed: "NO_COMPRESSION",
  always: ["CHECKSUM", "FORMAT", "INIT", "STATS = 5"],
} as const satisfies OutsideFact & Record<string, unknown>;

/** What a restore is told beside where it comes from. */
export const restoreOptions = {
  id: "RESTORE … WITH FILE, NORECOVERY, RECOVERY, CHECKSUM, MOVE, REPLACE, STATS",
  kind: "option",
  says: "NORECOVERY lets more backups follow, RECOVERY ends it; MOVE puts files elsewhere; REPLACE overwrites a database",
  witnesses: [sqlDocs("RESTORE")],
  confidence: 99,
  otherwise: refused,
  always: ["FILE = 1", "NORECOVERY", "CHECKSUM", "STATS = 5"],
  replace: "REPLACE",
  last: "RECOVERY",
} as const satisfies OutsideFact & Record<string, unknown>;

/** How a backup is read again without a restore. */
export const verifyStatement = {
  id: "RESTORE VERIFYONLY … WITH CHECKSUM",
  kind: "option",
  says: "reads a whole backup and checks it by its checksums, and restores nothing",
  witnesses: [sqlDocs("RESTORE VERIFYONLY")],
  confidence: 99,
  otherwise: refused,
  statement: "RESTORE VERIFYONLY",
  option: "CHECKSUM",
} as const satisfies OutsideFact & Record<string, unknown>;

/** How every page of a database is looked at. */
export const checkStatement = {
  id: "DBCC CHECKDB … WITH NO_INFOMSGS, ALL_ERRORMSGS",
  kind: "option",
  says: "checks a database as a whole, and says nothing where nothing is wrong",
  witnesses: [sqlDocs("DBCC CHECKDB")],
  confidence: 99,
  otherwise: refused,
  statement: "DBCC CHECKDB",
  options: "NO_INFOMSGS, ALL_ERRORMSGS",
} as const satisfies OutsideFact & Record<string, unknown>;

/** How keys leave a server as files. */
export const keyExports = {
  id: "BACKUP CERTIFICATE … WITH PRIVATE KEY, BACKUP MASTER KEY",
  kind: "option",
  says: "write a certificate with its private key, or a master key, to files that belong to the server's account",
  witnesses: [sqlDocs("BACKUP CERTIFICATE"), sqlDocs("BACKUP MASTER KEY")],
  confidence: 97,
  otherwise: refused,
  certificate: "BACKUP CERTIFICATE",
  masterKey: "BACKUP MASTER KEY",
} as const satisfies OutsideFact & Record<string, unknown>;
