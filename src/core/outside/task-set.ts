import type { OutsideFact } from "./outside-fact.ts";
import { backupPage, cmHealth, jonas, powerBiTemplate, recordedRun2026 } from "./witnesses.ts";

const setOtherwise = "the set is not adopted, and what is lacking is told";

/** The log of the Backup Site Server task. What was rolled over stands beside it. */
export const taskLogFile = {
  id: "smsbkup.log",
  kind: "file name",
  says: "the task's log: in Logs of the install folder, at the root of the destination, or within the set",
  witnesses: [backupPage, jonas],
  confidence: 90,
  otherwise: "no run of the task is known, and its set is not adopted",
  name: "smsbkup.log",
  rolledOver: "smsbkup.lo_",
} as const satisfies OutsideFact & Record<string, unknown>;

/** Metadata of the set, which the task writes at its end: the components that VSS was asked for. */
export const backupDocument = {
  id: "BackupDocument.xml",
  kind: "file name",
  says: "at the top of the set, written at the end of a run",
  witnesses: [recordedRun2026, cmHealth],
  confidence: 93,
  otherwise: setOtherwise,
  name: "BackupDocument.xml",
} as const satisfies OutsideFact & Record<string, unknown>;

/** Metadata of the database's part, where that is on a server of its own. */
export const sqlBackupDocument = {
  id: "SiteDBServer\\SQLBackupDocument.xml",
  kind: "file name",
  says: "beside the database's files, written at the end of a run",
  witnesses: [recordedRun2026],
  confidence: 90,
  otherwise: setOtherwise,
  name: "SQLBackupDocument.xml",
} as const satisfies OutsideFact & Record<string, unknown>;

/** Metadata of the set in an older form. It is never asked for. */
export const backupControl = {
  id: "ConfigMgrBackup.ini",
  kind: "file name",
  says: "at the top of the set in older versions",
  witnesses: [],
  confidence: 30,
  otherwise: "nothing: the other documents tell the same",
  name: "ConfigMgrBackup.ini",
} as const satisfies OutsideFact & Record<string, unknown>;

/** The last line of a run that went well, beside message 5035. */
export const completedLine = {
  id: "smsbkup.log: Backup completed",
  kind: "log line",
  says: "a run has ended well",
  witnesses: [recordedRun2026],
  confidence: 95,
  otherwise: "message 5035 alone tells it",
} as const satisfies OutsideFact;

/** Messages of the task in its log, by what they mean. */
export const taskLogMessages = {
  id: "smsbkup.log: STATMSG ID=5055, 5035, 5040, 5060",
  kind: "message id",
  says: "5055 begins a run, 5035 ends it without error, 5040 starts AfterBackup.bat, 5060 is a failure",
  witnesses: [backupPage, powerBiTemplate, cmHealth],
  confidence: 75,
  otherwise: "a run without 5035 is not finished, and its set is not adopted",
  begun: 5055,
  finished: 5035,
  afterBackup: 5040,
  failed: 5060,
} as const satisfies OutsideFact & Record<string, unknown>;
