import type { OutsideFact } from "../facts/outside-fact.ts";
import {
  backupProcedure,
  batchCallTrials,
  batchCodePages,
  contentLibraryScripts,
  localAccountsPage,
  localServiceLog,
  moduleOfSites,
  registryFilePage,
  registryTypes,
  regExportPage,
  regQueryPage,
  robocopyCodes,
  systemErrorDocs,
  tlsErrorDocs,
} from "../facts/witnesses.ts";

/** A key, or a value of one, that another product writes. */
export interface RegistryFact extends OutsideFact {
  readonly kind: "registry path";
  readonly key: string;
  /** Absent: the key itself. */
  readonly value?: string;
  /** What the value is. Absent: one text. */
  readonly holds?: "strings";
}

const keyOtherwise = "that a key is not there or closed is told, and the others are captured";
const libraryOtherwise = "the library is not found by itself: the policy has to name its folders";

/** The site server's own key. */
export const siteKey = {
  id: "HKLM\\SOFTWARE\\Microsoft\\SMS",
  kind: "registry path",
  says: "what a site server notes of itself and of its components",
  witnesses: [backupProcedure, contentLibraryScripts],
  confidence: 99,
  otherwise: keyOtherwise,
  key: "HKLM\\SOFTWARE\\Microsoft\\SMS",
} as const satisfies RegistryFact;

/** Paths to servers. */
export const networkKey = {
  id: "HKLM\\SOFTWARE\\Microsoft\\NAL",
  kind: "registry path",
  says: "connections of a site server to others",
  witnesses: [backupProcedure],
  confidence: 93,
  otherwise: keyOtherwise,
  key: "HKLM\\SOFTWARE\\Microsoft\\NAL",
} as const satisfies RegistryFact;

const distributionKey = "HKLM\\SOFTWARE\\Microsoft\\SMS\\DP";

/** Where a site server notes its content library. */
export const libraryPath = {
  id: `${distributionKey}: ContentLibraryPath`,
  kind: "registry path",
  says: "text: the folder of the content library with its lists",
  witnesses: [contentLibraryScripts],
  confidence: 95,
  otherwise: libraryOtherwise,
  key: distributionKey,
  value: "ContentLibraryPath",
} as const satisfies RegistryFact;

/** The drives that the library may spread to. */
export const libraryDrives = {
  id: `${distributionKey}: ContentLibUsableDrives`,
  kind: "registry path",
  says: "text: drives with commas between them, on which the library has a folder of the same name",
  witnesses: [contentLibraryScripts],
  confidence: 93,
  otherwise: libraryOtherwise,
  key: distributionKey,
  value: "ContentLibUsableDrives",
} as const satisfies RegistryFact;

/** The servers of the site, as one of them notes. */
export const siteServersValue = {
  id: "HKLM\\SOFTWARE\\Microsoft\\SMS\\Identification: Site Servers",
  kind: "registry path",
  says: "texts: the servers of the site, one where it has no passive one",
  witnesses: [moduleOfSites],
  confidence: 70,
  otherwise: "which server is active is unknown, and the task is not started",
  key: "HKLM\\SOFTWARE\\Microsoft\\SMS\\Identification",
  value: "Site Servers",
  holds: "strings",
} as const satisfies RegistryFact;

/** How reg.exe is asked for a key. */
export const registryQuery = {
  id: "reg query KEY",
  kind: "option",
  says: "shows a key; it can be asked for where the login may read it",
  witnesses: [regQueryPage],
  confidence: 99,
  otherwise: keyOtherwise,
  verb: "query",
} as const satisfies OutsideFact & Record<string, unknown>;

/** How reg.exe is told to write a key to a file. */
export const registryExport = {
  id: "reg export KEY FILE /y",
  kind: "option",
  says: "writes a key with all below it to a file, over one that is there, and asks nothing",
  witnesses: [regExportPage],
  confidence: 99,
  otherwise: "the export is not whole, which is told",
  verb: "export",
  overwrite: "/y",
} as const satisfies OutsideFact & Record<string, unknown>;

/** How reg.exe ends. */
export const registryEnd = {
  id: "reg 0",
  kind: "exit code",
  says: "it was done; 1 is a failure, whatever the cause",
  witnesses: [regExportPage, regQueryPage],
  confidence: 99,
  otherwise: keyOtherwise,
  good: 0,
} as const satisfies OutsideFact & Record<string, unknown>;

/** The first line of what reg.exe writes. */
export const registryFileHeader = {
  id: "reg export: Windows Registry Editor Version 5.00",
  kind: "log line",
  says: "the first line of an export, which is UTF-16LE with its mark; then keys in brackets with their values",
  witnesses: [registryFilePage],
  confidence: 99,
  otherwise: "the export is not whole, which is told",
  line: "Windows Registry Editor Version 5.00",
} as const satisfies OutsideFact & Record<string, unknown>;

/** The roots of the registry, short and long. */
export const registryRoots = {
  id: "HKLM, HKCU, HKCR, HKU, HKCC",
  kind: "registry path",
  says: "short names of the roots, which an export writes out",
  witnesses: [regExportPage, registryFilePage],
  confidence: 99,
  otherwise: "the key that was exported is not the one that was asked for, which is told",
  long: {
    HKLM: "HKEY_LOCAL_MACHINE",
    HKCU: "HKEY_CURRENT_USER",
    HKCR: "HKEY_CLASSES_ROOT",
    HKU: "HKEY_USERS",
    HKCC: "HKEY_CURRENT_CONFIG",
  },
} as const satisfies OutsideFact & Record<string, unknown>;

/** Types of values by their numbers. */
export const registryValueTypes = {
  id: "REG_NONE 0, REG_SZ 1, REG_EXPAND_SZ 2, REG_BINARY 3, REG_DWORD 4, REG_MULTI_SZ 7, REG_QWORD 11",
  kind: "setting",
  says: "what the bytes behind `hex(n):` of an export are",
  witnesses: [registryTypes],
  confidence: 99,
  otherwise: "the bytes are kept as they are",
  none: 0,
  string: 1,
  expandable: 2,
  binary: 3,
  strings: 7,
  qword: 11,
} as const satisfies OutsideFact & Record<string, unknown>;

/** Errors of Windows that a disk is full: they stand in the sentence of SQL Server, as `112(…)`. */
export const diskFull = {
  id: "Windows errors 112, 39",
  kind: "error number",
  says: "there is not enough space on the disk; the disk is full",
  witnesses: [systemErrorDocs],
  confidence: 97,
  otherwise: "the cure for a write that failed is told, and the sentence",
  numbers: [112, 39],
} as const satisfies OutsideFact & Record<string, unknown>;

/** Errors of Windows that a file or its folder is not there, as SQL Server passes them on. */
export const fileNotFound = {
  id: "Windows errors 2, 3",
  kind: "error number",
  says: "there is no such file; there is no such folder",
  witnesses: [systemErrorDocs],
  confidence: 97,
  otherwise: "the cure for a folder that is closed to SQL Server is told, and the sentence",
  numbers: [2, 3],
} as const satisfies OutsideFact & Record<string, unknown>;

/** Errors of Windows about a server's certificate, as drivers print them. */
export const certificateRefused = {
  id: "Windows errors 0x80090325, 0x80090322",
  kind: "error number",
  says: "the certificate's authority is not trusted; the server's name is not the certificate's",
  witnesses: [tlsErrorDocs],
  confidence: 95,
  otherwise: "the server counts as one that can't be reached, and the driver's sentence is told",
  codes: ["0x80090325", "0x80090322", "-2146893019", "-2146893022"],
} as const satisfies OutsideFact & Record<string, unknown>;

/** What SQL Server calls the local system where it asks for its own machine. */
export const localSystemAccount = {
  id: "NT AUTHORITY\\SYSTEM",
  kind: "account",
  says: "the local system to a SQL Server on its own machine; to another it is the machine's account, DOMAIN\\HOST$",
  witnesses: [localAccountsPage, localServiceLog],
  confidence: 93,
  otherwise:
    "the grant that is proposed names an account that the server does not know, and says so when it is run",
  name: "NT AUTHORITY\\SYSTEM",
} as const satisfies OutsideFact & Record<string, unknown>;

/** The least of robocopy's exit codes that tells of a failure: those below it tell of what was copied. */
export const robocopyFailsFrom = 8;

export const robocopyExit: OutsideFact = {
  id: "robocopy exit codes",
  kind: "exit code",
  says: `a sum: 1 copied, 2 extra files, 4 mismatches; from ${robocopyFailsFrom} on something was not copied`,
  witnesses: [robocopyCodes],
  confidence: 97,
  otherwise: "a script that was there before the hand-over is called failed, or not, by the wrong codes",
};

export const batchEncoding: OutsideFact = {
  id: "cmd.exe code page",
  kind: "layout",
  says: "a batch file is read by the code page of the moment: the OEM one of the system, or what chcp has set",
  witnesses: [batchCodePages],
  confidence: 95,
  otherwise: "nothing: a hand-over holds ASCII alone, and a path that is not ASCII is refused",
};

export const batchExit: OutsideFact = {
  id: "cmd.exe /c call SCRIPT",
  kind: "exit code",
  says: "ends with the code of the script's `exit` or `exit /b`, which is lost at times without `call`",
  witnesses: [batchCallTrials],
  confidence: 90,
  otherwise: "what the script before the hand-over ended with is told wrong; sitekeep's own code is not",
};
