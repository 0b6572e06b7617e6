import { content, file } from "../facts/file-fact.ts";
import { logsFolder } from "./install-folder.ts";
import type { OutsideFact } from "../facts/outside-fact.ts";
import {
  backupPage,
  backupProcedure,
  collectionLog,
  cmHealth,
  deletionArticle,
  executiveLog,
  jonas,
  powerBiTemplate,
  recordedRun2026,
} from "../facts/witnesses.ts";

const at = "the task's set";
const setOtherwise = "the set is not adopted, and what is lacking is told";
const logOtherwise = "no run of the task is known, and its set is not adopted";

/** The folder of a set, below the destination: `PS1Backup`. */
export const setFolder = {
  id: "<site code>Backup",
  kind: "file name",
  says: "the folder that the task makes in its destination, anew in each run",
  witnesses: [backupPage, backupProcedure, recordedRun2026],
  confidence: 97,
  otherwise: setOtherwise,
  suffix: "Backup",
} as const satisfies OutsideFact & Record<string, unknown>;

/** What the task copied of the site server. */
export const siteServerFolder = file(at, ["SiteServer"], {
  says: "files and registry of the site server",
  witnesses: [backupProcedure, recordedRun2026],
  confidence: 97,
  otherwise: setOtherwise,
});

/** What the task copied of the site's database. */
export const siteDatabaseFolder = file(at, ["SiteDBServer"], {
  says: "the files of the site's database; in a place of its own where the task has two",
  witnesses: [backupProcedure, recordedRun2026],
  confidence: 97,
  otherwise: setOtherwise,
});

/** Metadata of the set, which the task writes at its end: the components that VSS was asked for. */
export const backupDocument = file(at, ["BackupDocument.xml"], {
  says: "at the top of the set, written at the end of a run",
  witnesses: [recordedRun2026, cmHealth],
  confidence: 93,
  otherwise: setOtherwise,
});

/** Metadata of the database's part, where that is on a server of its own. */
export const sqlBackupDocument = file(at, ["SiteDBServer", "SQLBackupDocument.xml"], {
  mayLack: true,
  says: "beside the database's files, written at the end of a run, where SQL Server is on a machine of its own",
  witnesses: [recordedRun2026],
  confidence: 90,
  otherwise: setOtherwise,
});

/** Metadata of the set in an older form. It is never asked for. */
export const backupControl = file(at, ["ConfigMgrBackup.ini"], {
  mayLack: true,
  says: "at the top of the set in older versions",
  witnesses: [],
  confidence: 30,
  otherwise: "nothing: the other documents tell the same",
});

/** The log of the Backup Site Server task. What was rolled over stands beside it. */
export const taskLogFile = {
  ...file("the install folder", ["Logs", "smsbkup.log"], {
    ...(logsFolder.alsoWritten !== undefined && { alsoWritten: logsFolder.alsoWritten }),
    orAt: [
      { at: "the task's destination", path: ["smsbkup.log"] },
      { at, path: ["smsbkup.log"] },
    ],
    says: "the task's log; it is looked for at the root of the destination and within the set as well",
    witnesses: [backupPage, jonas],
    confidence: 90,
    otherwise: logOtherwise,
  }),
  name: "smsbkup.log",
} as const;

/** What was rolled over of the log. */
export const taskLogBefore = {
  ...file("the install folder", ["Logs", "smsbkup.lo_"], {
    ...(logsFolder.alsoWritten !== undefined && { alsoWritten: logsFolder.alsoWritten }),
    mayLack: true,
    says: "the log from before it grew too large; not there before that",
    witnesses: [jonas],
    confidence: 88,
    otherwise: "a run whose beginning is there is not known",
  }),
  name: "smsbkup.lo_",
} as const;

/** A mark on a drive that may stand in a destination, hidden, and can't be deleted. */
export const hiddenMarker = file("the task's destination", ["skpswi.dat"], {
  mayLack: true,
  says: "marks a drive and is no part of a set; it is hidden, and may be closed to whoever reads one",
  witnesses: [recordedRun2026],
  confidence: 85,
  otherwise: "a set with another file that can't be read is not adopted as a whole",
});

/** The mark by which the site leaves a drive alone. */
export const driveMarker = file("the task's destination", ["NO_SMS_ON_DRIVE.SMS"], {
  mayLack: true,
  says: "marks a drive that the site is to leave alone, and is no part of a set",
  witnesses: [recordedRun2026],
  confidence: 85,
  otherwise: "a set with another file that can't be read is not adopted as a whole",
});

/** The form of a status message in a log. */
export const statusLine = content("STATMSG: ID=… SEV=… COMP=… GMTDATE=…", {
  kind: "log line",
  within: taskLogFile,
  shows: /STATMSG: ID=(\d+) SEV=([A-Z]).*GMTDATE=\w{3} (\w{3}) +(\d+) (\d+:\d+:\d+(?:\.\d+)?) (\d{4})/,
  says: "a status message between the other lines, with its time in UTC: `Wed Aug 22 09:16:19.253 2012`",
  witnesses: [executiveLog, backupPage],
  confidence: 97,
  otherwise: logOtherwise,
});

/** The component in it. */
export const statusComponent = content('COMP="…"', {
  kind: "log line",
  within: taskLogFile,
  shows: /\bCOMP="(\w+)"/,
  says: "the component that speaks",
  witnesses: [executiveLog],
  confidence: 97,
  otherwise: "the message is of no component",
});

/** The parts of its sentence. */
export const statusInsertions = content('ISTR0="…" to ISTR9="…"', {
  kind: "log line",
  within: taskLogFile,
  shows: /ISTR\d="([^"]+)"/g,
  says: "names and numbers that belong into the message's sentence",
  witnesses: [executiveLog],
  confidence: 97,
  otherwise: "a failure is told by its number alone",
});

/**
 * What stands behind the words of a line: `$$<SMS_SITE_BACKUP><11-30-2026 01:03:34.174-60>…`. UTC is the
 * local time and the minutes behind it: minus 60 in Madrid in winter.
 */
export const lineEnd = content("$$<component><MM-DD-YYYY hh:mm:ss.mmm±minutes>", {
  kind: "log line",
  within: taskLogFile,
  shows: /\$\$<([^<>]*)><(\d{1,2})-(\d{1,2})-(\d{4}) (\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?([+-]\d{1,4})>/,
  says: "the component and the local time of a line; UTC is the time and the minutes behind it",
  witnesses: [collectionLog],
  confidence: 97,
  otherwise: "lines without a time of their own are told, and end no run",
});

/** The other form of a line, of components that are managed code. */
export const clientLine = content("<![LOG[…]LOG]!><time=… date=…", {
  kind: "log line",
  within: taskLogFile,
  shows:
    /^<!\[LOG\[(.*?)\]LOG\]!><time="(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?([+-]\d{1,4})" date="(\d{1,2})-(\d{1,2})-(\d{4})"/,
  says: "a line with its local time; UTC is the time and the minutes behind it",
  witnesses: [jonas],
  confidence: 90,
  otherwise: "lines without a time of their own are told, and end no run",
});

/** A run begins. */
export const runBegun = {
  ...content("STATMSG: ID=5055", {
    kind: "message id",
    within: taskLogFile,
    shows: /STATMSG: ID=5055 /,
    says: "a run of the task begins",
    witnesses: [backupProcedure, powerBiTemplate, cmHealth],
    confidence: 85,
    otherwise: logOtherwise,
  }),
  number: 5055,
} as const;

/** A run has ended without error. */
export const runFinished = {
  ...content("STATMSG: ID=5035", {
    kind: "message id",
    within: taskLogFile,
    shows: /STATMSG: ID=5035 /,
    says: "a run of the task has ended without error",
    witnesses: [backupPage, powerBiTemplate, cmHealth],
    confidence: 97,
    otherwise: "a run without it is not finished, and its set is not adopted",
  }),
  number: 5035,
} as const;

/** The script was started. */
export const afterBackupStarted = {
  ...content("STATMSG: ID=5040", {
    kind: "message id",
    within: taskLogFile,
    shows: /STATMSG: ID=5040 /,
    says: "AfterBackup.bat was started; a site without the script has no such message",
    witnesses: [backupPage],
    confidence: 90,
    otherwise: "that the script was started is not known",
  }),
  number: 5040,
} as const;

/** A run has failed. */
export const runFailed = {
  ...content("STATMSG: ID=5060", {
    kind: "message id",
    within: taskLogFile,
    shows: /STATMSG: ID=5060 /,
    says: "a run of the task has failed",
    witnesses: [cmHealth],
    confidence: 75,
    otherwise: "messages of severity E and lines of failure tell it as well",
  }),
  number: 5060,
} as const;

/** The snapshot was made. */
export const snapshotMade = {
  ...content("STATMSG: ID=5056", {
    kind: "message id",
    within: taskLogFile,
    shows: /STATMSG: ID=5056 /,
    says: "the snapshot of all volumes was made: the services of the site run again from here on",
    witnesses: [backupProcedure],
    confidence: 70,
    otherwise: "how far a run has come is not told",
  }),
  number: 5056,
} as const;

/** How a run tells in words that it went well; in English in every language. */
export const completionLine = content("Backup completed", {
  kind: "log line",
  within: taskLogFile,
  shows: /^(?:<!\[LOG\[)?~?Backup completed[.~]*\s*(?:\$\$<|\]LOG|$)/im,
  says: "a run has ended without error: a second witness beside message 5035",
  witnesses: [recordedRun2026],
  confidence: 95,
  otherwise: "message 5035 tells it as well",
});

/** How the part of the database tells that it went well, where it has a place of its own. */
export const databaseCompletionLine = content("SQL Backup task completed successfully", {
  kind: "log line",
  within: taskLogFile,
  shows: /^(?:<!\[LOG\[)?~?SQL Backup task completed successfully[.~]*\s*(?:\$\$<|\]LOG|$)/im,
  says: "the part of the database has ended without error, where SQL Server is on a machine of its own",
  witnesses: [recordedRun2026],
  confidence: 90,
  otherwise: "nothing: the documents tell of which run each part is",
});

/** The service ends: of a run that has not said that it went well, that is its end. */
export const stopLine = content("SMS site backup service is stopping.", {
  kind: "log line",
  within: taskLogFile,
  shows: /^(?:<!\[LOG\[)?~?SMS site backup service is stopping[.~]*\s*(?:\$\$<|\]LOG|$)/im,
  says: "the task's service ends, after a run that failed and after any other",
  witnesses: [deletionArticle],
  confidence: 90,
  otherwise: "a run that ended without a message of it is taken for one that is still at work",
});

/** How a run tells in words that it went wrong: by fixed parts, which are in English in every language. */
export const failureLines = content("FAILED, Win32 Error = …; Error: …; Failed to …", {
  kind: "log line",
  within: taskLogFile,
  shows: /FAILED, Win32 Error = \d+|^~?(?:Error:|Failed to|Backup failed)|Site Backup failed/im,
  says: "something of a run has failed; a run that went well has none of them",
  witnesses: [deletionArticle],
  confidence: 80,
  otherwise: "a run that failed without a message of it is taken for one that is not finished",
});
