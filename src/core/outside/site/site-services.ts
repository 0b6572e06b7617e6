import type { OutsideFact } from "../facts/outside-fact.ts";
import {
  backupPage,
  localAccountsPage,
  recordedRun2026,
  recordedSc,
  scPage,
  serviceErrorsPage,
  serviceStatePage,
  vssadminPage,
  vssStatePage,
} from "../facts/witnesses.ts";

const untold = "the state of the service is told to be unknown, with what the tool said";

/** The service that is the task: it is stopped between two runs, and starting it runs the task at once. */
export const backupService = {
  id: "sc query SMS_SITE_BACKUP",
  kind: "option",
  says: "the service that is the backup task: stopped between runs, and started it runs the task at once",
  witnesses: [recordedRun2026, backupPage],
  confidence: 92,
  otherwise: untold,
  name: "SMS_SITE_BACKUP",
} as const satisfies OutsideFact & Record<string, unknown>;

/** The SMS Writer. */
export const writerService = {
  id: "sc query SMS_SITE_VSS_WRITER",
  kind: "option",
  says: "the SMS Writer, without which the task has no snapshot; it runs as the local system",
  witnesses: [backupPage, recordedRun2026],
  confidence: 95,
  otherwise: untold,
  name: "SMS_SITE_VSS_WRITER",
} as const satisfies OutsideFact & Record<string, unknown>;

/** What the SMS Writer stops while the snapshot is made, and starts again. */
export const siteServices = {
  id: "sc query SMS_EXECUTIVE, SMS_SITE_COMPONENT_MANAGER",
  kind: "option",
  says: "services of the site that run at all times, but while the SMS Writer has stopped them for the snapshot",
  witnesses: [backupPage, recordedRun2026],
  confidence: 95,
  otherwise: untold,
  names: ["SMS_SITE_COMPONENT_MANAGER", "SMS_EXECUTIVE"],
} as const satisfies OutsideFact & Record<string, unknown>;

/** How sc.exe is asked. */
export const serviceControl = {
  id: "sc [\\\\SERVER] query | qc | start NAME",
  kind: "option",
  says: "shows a service's state, shows its settings, starts it; on another machine where that is named first",
  witnesses: [scPage],
  confidence: 99,
  otherwise: untold,
  state: "query",
  settings: "qc",
  start: "start",
} as const satisfies OutsideFact & Record<string, unknown>;

/**
 * What sc.exe prints. Its labels and sentences are in the language of Windows; the order of the lines and
 * their numbers are not.
 */
export const serviceAnswer = {
  id: "sc query: TYPE, STATE; sc qc: … SERVICE_START_NAME",
  kind: "option",
  says: "of a state the second indented line with a colon begins with its number; of settings the last line is the account",
  witnesses: [scPage, recordedSc],
  confidence: 93,
  otherwise: untold,
} as const satisfies OutsideFact;

/** States of a service by their numbers. */
export const serviceStates = {
  id: "SERVICE_STATUS.dwCurrentState 1 to 7",
  kind: "property",
  says: "1 stopped, 2 starting, 3 stopping, 4 running, 5 continuing, 6 pausing, 7 paused",
  witnesses: [serviceStatePage],
  confidence: 99,
  otherwise: untold,
  stopped: 1,
  running: 4,
  words: ["stopped", "starting", "stopping", "running", "continuing", "pausing", "paused"],
} as const satisfies OutsideFact & Record<string, unknown>;

/** How sc.exe ends: with the number of Windows' error, which its first line holds as well. */
export const serviceErrors = {
  id: "sc 0, 5, 1056, 1058, 1060, 1722",
  kind: "exit code",
  says: "done; access is denied; it runs already; it is disabled; there is no such service; the machine does not answer",
  witnesses: [serviceErrorsPage, recordedSc],
  confidence: 97,
  otherwise: untold,
  done: 0,
  denied: 5,
  running: 1056,
  disabled: 1058,
  absent: 1060,
  unreachable: 1722,
} as const satisfies OutsideFact & Record<string, unknown>;

/** The account of the local system as a service's settings show it. */
export const localSystemService = {
  id: "LocalSystem",
  kind: "account",
  says: "the local system, as the settings of a service name it in every language",
  witnesses: [localAccountsPage, recordedSc],
  confidence: 97,
  otherwise: "the account is shown as it is, and told to be another one",
  name: "LocalSystem",
} as const satisfies OutsideFact & Record<string, unknown>;

/** How the writers of VSS are asked for. */
export const writerList = {
  id: "vssadmin list writers",
  kind: "option",
  says: "writers one by one: a name, an id in braces, an instance's id in braces, a state with its number in brackets; on this machine only, for administrators",
  witnesses: [vssadminPage],
  confidence: 98,
  otherwise: "the state of the writers is told to be unknown",
  args: ["list", "writers"],
} as const satisfies OutsideFact & Record<string, unknown>;

/** How vssadmin ends. */
export const writerListEnd = {
  id: "vssadmin 0",
  kind: "exit code",
  says: "it was done",
  witnesses: [vssadminPage],
  confidence: 90,
  otherwise: "the state of the writers is told to be unknown",
  good: 0,
} as const satisfies OutsideFact & Record<string, unknown>;

/** The two writers that a snapshot of the task asks. */
export const writerIds = {
  id: "VSS writers 03ba67dd-…, a65faa63-…",
  kind: "property",
  says: "the SMS Writer, {03ba67dd-dc6d-4729-a038-251f7018463b}, and SQL Server's, {a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}",
  witnesses: [backupPage, vssadminPage],
  confidence: 95,
  otherwise: "the writer is told not to be among those that VSS lists",
  site: "03ba67dd-dc6d-4729-a038-251f7018463b",
  sql: "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a",
} as const satisfies OutsideFact & Record<string, unknown>;

/** States of a writer: a number of these tells a failure, and any other none. */
export const writerFailures = {
  id: "VSS_WRITER_STATE 6 to 15",
  kind: "property",
  says: "the writer failed at a step; 1 is stable, and 2 to 5 are steps of a snapshot, after which a sound writer may stay at 5",
  witnesses: [vssStatePage],
  confidence: 99,
  otherwise: "a writer that failed is told by the task's next run",
  first: 6,
  last: 15,
} as const satisfies OutsideFact & Record<string, unknown>;

/** The console's warning that the task has failed. */
export const taskAlert = {
  id: "Enable alerts for backup task failures",
  kind: "property",
  says: "a box of the task in the console, and -EnableAlert of Set-CMSiteMaintenanceTask; where the site keeps it nobody tells in public",
  witnesses: [],
  confidence: 60,
  otherwise: "that it could not be checked is told, with its place in the console",
  place: "Administration > Site Configuration > Sites > Settings > Site Maintenance > Backup Site Server",
} as const satisfies OutsideFact & Record<string, unknown>;

/** A service's state in words; one that nobody explains by its number. */
export function stateWords(state: number): string {
  return serviceStates.words[state - 1] ?? `in state ${state}`;
}
