import type { OutsideFact, Witness } from "../facts/outside-fact.ts";
import { azureBackupIssue, azureContainerNotes, errorDocs } from "../facts/witnesses.ts";

/** Error numbers of SQL Server that mean one thing to sitekeep, each with what the server says by it. */
interface ErrorGroup {
  readonly says: Readonly<Record<number, string>>;
  readonly confidence: number;
  /** What sitekeep does with a refusal that has another number, or with this one where it means otherwise. */
  readonly otherwise: string;
  /** Who tells of a number that the server's own list does not have. */
  readonly witnesses?: Readonly<Record<number, readonly Witness[]>>;
}

const unexplained = "the server's sentence is told with its number, and the hint to look it up";

/**
 * Error numbers of SQL Server by what they mean to sitekeep. Sentences are in the server's language and
 * differ between versions: numbers are what is compared, and no number is compared that is not here.
 */
export const sqlErrors = {
  "database missing": {
    says: { 911: "the database does not exist" },
    confidence: 98,
    otherwise: unexplained,
  },
  "database closed at login": {
    says: { 4060: "the login can't open the database that it asks for" },
    confidence: 98,
    otherwise: unexplained,
  },
  "login refused": {
    says: {
      18452:
        "the login is from an untrusted domain, or Windows authentication is asked of a SQL Server login",
      18456: "the login failed",
      18470: "the login is disabled",
      18487: "the login's password has expired",
      18488: "the login's password must be changed",
    },
    confidence: 98,
    otherwise: "a refused login is known by the driver too, and gets the same cure",
  },
  "right missing": {
    says: {
      229: "a right on an object is missing",
      230: "a right on a column is missing",
      262: "a right in the database is missing",
      297: "the login may not do this",
      300: "a right on the server is missing",
      371: "the login may not do this (2022 and later)",
      3110: "the login may not restore the database",
      7983: "the login may not check the database",
      15151: "the object does not exist, or the login has no right on it",
      15247: "the login may not do this",
      15406: "the principal can't be impersonated",
    },
    confidence: 98,
    otherwise: unexplained,
  },
  "closed to the login": {
    says: { 916: "the login is no user of the database" },
    confidence: 99,
    otherwise: unexplained,
  },
  "name unknown": {
    says: {
      195: "no function of that name is built in",
      207: "there is no column of that name",
      208: "there is no object of that name, or the login is not shown it",
    },
    confidence: 99,
    otherwise: "another name is not tried, and the refusal is told",
  },
  "statement unknown": {
    says: {
      102: "the statement is not understood",
      156: "a keyword stands where it is not understood",
      40510: "the product has no such statement",
    },
    confidence: 90,
    otherwise: unexplained,
    // The public list of errors leaves it out: who met it tells of it.
    witnesses: { 40510: [azureBackupIssue, azureContainerNotes] },
  },
  "write failed": {
    says: { 3202: "a write to the backup failed; the operating system's reason stands in the sentence" },
    confidence: 97,
    otherwise: unexplained,
  },
  "staging closed": {
    says: {
      3201: "the backup's file can't be opened",
      3206: "there is no such backup device",
      3634: "the operating system refused what the server tried on a file",
      15240: "the file can't be written: its path or the rights on it",
    },
    confidence: 97,
    otherwise: unexplained,
  },
  "disk too small": {
    says: { 3257: "the volume has too little space for the database" },
    confidence: 97,
    otherwise: unexplained,
  },
  "backup at work": {
    says: { 3023: "another backup, or a change of the database's files, is going on" },
    confidence: 97,
    otherwise: unexplained,
  },
  "backup refused on a replica": {
    says: {
      3059: "a secondary replica takes copy-only fulls and logs alone; from 2025 on also others",
    },
    confidence: 98,
    otherwise: unexplained,
  },
  "replica closed": {
    says: {
      976: "the database is in an availability group, and this replica is not open to anybody",
      978: "the database is in an availability group, and this replica is open to who only reads",
      983: "the replica is neither primary nor secondary now",
    },
    confidence: 95,
    otherwise: unexplained,
  },
  "log backup refused": {
    says: {
      4208: "the recovery model is SIMPLE",
      4214: "there is no full backup yet",
    },
    confidence: 97,
    otherwise: unexplained,
  },
  "backup unreadable": {
    says: {
      3183: "a page of the backup is damaged",
      3189: "the backup set is damaged",
      3203: "a read of the backup failed",
      3231: "the backup is one of several media families, and others are missing",
      3234: "a logical file is not part of the backup",
      3239: "the set uses a feature of its format that the server does not know",
      3256: "the backup ended before it was whole",
      3266: "the end of the backup is not formed as one",
      3271: "an error of input or output that can't be mended",
    },
    confidence: 95,
    otherwise: unexplained,
  },
  "no backup": {
    says: {
      3241: "the media family is not formed as one",
      3242: "the file is no backup set",
      3243: "the media family is of another version of the format",
      3254: "the volume is empty",
    },
    confidence: 95,
    otherwise: unexplained,
  },
  "chain broken": {
    says: {
      3035: "there is no full backup that a differential could be made on",
      3116: "the backup is not on the database's recovery path",
      3117: "no file waits to be rolled forward",
      3136: "the full backup that the differential was made on was not restored",
      4305: "the log begins too late",
      4326: "the log ends too early",
      4330: "the log is not on the database's recovery path",
    },
    confidence: 95,
    otherwise: unexplained,
  },
  "would overwrite": {
    says: {
      1834: "the file is used by another database",
      3154: "the backup is one of another database",
      3156: "the file can't be restored to that place",
      3159: "the end of the log was not backed up",
      5133: "the folder of a file could not be looked at",
    },
    confidence: 92,
    otherwise: unexplained,
  },
  "database in use": {
    says: {
      3101: "exclusive access can't be had",
      3702: "the database can't be dropped: it is in use",
    },
    confidence: 97,
    otherwise: unexplained,
  },
  "backup too new": {
    says: {
      3169: "the backup was made by a newer version",
      3255: "the set does not fit this version of SQL Server",
    },
    confidence: 95,
    otherwise: unexplained,
  },
  "edition too small": {
    says: {
      909: "part of the database needs a feature that this edition lacks",
      1827: "the database would be larger than the edition allows",
      1844: "the edition does not support what is asked",
    },
    confidence: 95,
    otherwise: unexplained,
  },
  "key missing": {
    says: {
      15315: "the key is not open",
      15581: "there is no master key, or it is not open",
      33111: "there is no certificate of that thumbprint",
    },
    confidence: 95,
    otherwise: unexplained,
  },
  damaged: {
    says: {
      823: "the operating system refused a read or a write",
      824: "a page is not what its checksum says",
      825: "a read succeeded only when it was tried again",
      2533: "a page of a table was not found",
      8909: "a page has a wrong identity",
      8928: "a page could not be processed",
      8939: "a page failed a test",
      8946: "an allocation page has a wrong header",
      8948: "an extent is marked wrongly",
      8951: "an index lacks a row of its table",
      8964: "data off its row is not referenced",
      8965: "data off its row is referenced, and was not seen",
      8966: "a page could not be read and latched",
      8976: "a page was not seen, and others refer to it",
      8977: "a parent of a page was not met",
      8978: "a page lacks a reference from the one before it",
      8989: "errors were found in a database",
    },
    confidence: 90,
    otherwise: unexplained,
  },
  progress: {
    says: { 3211: "so many percent are done" },
    confidence: 97,
    otherwise: "how far a backup is, is not shown",
  },
  "ended after another error": {
    says: { 3013: "the statement ends, and why was said before" },
    confidence: 99,
    otherwise: "the sentence is told beside the others",
  },
} as const satisfies Readonly<Record<string, ErrorGroup>>;

type ErrorMeaning = keyof typeof sqlErrors;
type NumbersOf<Meaning extends ErrorMeaning> = keyof (typeof sqlErrors)[Meaning]["says"] & number;

/** A number that is in the register: no other is compared. */
export type SqlErrorNumber = { [Meaning in ErrorMeaning]: NumbersOf<Meaning> }[ErrorMeaning];

/** The numbers by which SQL Server says one of several things. */
export function errorNumbers(...meanings: readonly ErrorMeaning[]): readonly SqlErrorNumber[] {
  return meanings.flatMap((it) => Object.keys(sqlErrors[it].says).map(Number) as SqlErrorNumber[]);
}

const errorRanges = [
  [0, 999],
  [1000, 1999],
  [2000, 2999],
  [3000, 3999],
  [4000, 4999],
  [5000, 5999],
  [8000, 8999],
  [15000, 15999],
  [18000, 18999],
  [31000, 41399],
] as const;

/** Each number as a fact. */
export const errorFacts: readonly OutsideFact[] = Object.values<ErrorGroup>(sqlErrors)
  .flatMap(({ says, confidence, otherwise, witnesses }) =>
    Object.entries(says).map(([number, meaning]) => ({
      id: `error ${number}`,
      kind: "error number" as const,
      says: meaning,
      witnesses: witnesses?.[Number(number)] ?? [witnessOf(Number(number))],
      confidence,
      otherwise,
    })),
  )
  .toSorted((left, right) => Number(left.id.slice(6)) - Number(right.id.slice(6)));

/** Microsoft lists all numbers, a page for each of these ranges. */
function witnessOf(number: number): Witness {
  const [first, last] = errorRanges.find(([, end]) => number <= end)!;
  return errorDocs(first, last);
}
