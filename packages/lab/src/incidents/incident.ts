import { labAt } from "../create-lab.ts";
import { LabError } from "../lab-error.ts";
import { labNow, readState, updateState } from "../lab-state.ts";
import { site } from "../hierarchy.ts";
import {
  failSiteBackupTask,
  loseSiteBackup,
  runSiteBackupTask,
  setAfterBackup,
} from "../site/site-backup-task.ts";
import { stoppedMeanwhile } from "../site/task-now.ts";
import { failedRunFrom, taskRunThatEnds, type TaskRun } from "../site/task-run.ts";
import { everyDay } from "../databases/site-tasks.ts";
import { recordBegun, recordFailure, recordTaskRun, setTaskDays } from "../task-record.ts";
import { publisherDatabase } from "../site/updates-publisher.ts";
import { changeService } from "../windows/services.ts";
import { dayMs, minuteMs } from "../windows-formats.ts";
import { incidents, isIncident, type IncidentName } from "./catalogue.ts";
import { damageEntries, mendEntries } from "./datalib-damage.ts";
import { recordEncryptedBackups } from "./encrypted-backups.ts";
import { findObject, flipBit, loseObject, unflipBit } from "./library-damage.ts";
import { renameUpdates, renewCertificate, takeForeignFull, turnUpdates } from "./others-at-work.ts";
import { damagePage, mendPage } from "./set-damage.ts";
import { setLinkStatus } from "./replication-trouble.ts";
import {
  findReportServer,
  lockReportSettings,
  loseReportServer,
  renewReportKey,
  turnReportService,
  unlockReportSettings,
} from "./report-server-trouble.ts";
import { setUpdateState } from "./site-update.ts";
import { lockFile, unlockFile } from "./unreadable-file.ts";

/** Says in a sentence what was done, where the catalogue's sentence does not say it. */
type Deed = (lab: string) => string | void | Promise<string | void>;

interface Effect {
  readonly on: Deed;
  readonly off: Deed;
}

/**
 * What is done beyond noting the incident down, which alone is enough for what the servers do by themselves.
 */
const effects: Partial<Record<IncidentName, Effect>> = {
  "link-down": { on: (lab) => setLinkStatus(lab, 9), off: (lab) => setLinkStatus(lab, 2) },
  "clock-jumps": { on: (lab) => movePartnerClock(lab, 3 * dayMs), off: (lab) => movePartnerClock(lab, 0) },
  "task-failed": { on: (lab) => failTask(lab, failSiteBackupTask), off: runTaskAgain },
  "task-leaves-nothing": { on: (lab) => failTask(lab, loseSiteBackup), off: runTaskAgain },
  "writer-account": {
    on: (lab) => setWriterAccount(lab, "LAB\\svc-cm"),
    off: (lab) => setWriterAccount(lab, "LocalSystem"),
  },
  "services-stay-down": { on: (lab) => turnServices(lab, false), off: (lab) => turnServices(lab, true) },
  "task-set-damaged-page": { on: damagePage, off: mendPage },
  "task-on-sundays": { on: (lab) => setTaskDays(lab, 1), off: (lab) => setTaskDays(lab, everyDay) },
  "update-ready": {
    on: (lab) => setUpdateState(lab, "ready"),
    off: (lab) => setUpdateState(lab, "applicable"),
  },
  "update-installing": {
    on: (lab) => setUpdateState(lab, "installing"),
    off: (lab) => setUpdateState(lab, "applicable"),
  },
  "script-after-task": {
    on: (lab) => setAfterBackup(lab, "@echo off\r\necho %DATE% >> E:\\CMBackup\\runs.txt\r\n"),
    off: (lab) => setAfterBackup(lab, undefined),
  },
  "foreign-full": {
    on: (lab) => takeForeignFull(lab, "foreign-full", site.database),
    off: () => undefined,
  },
  "updates-foreign-full": {
    on: (lab) => takeForeignFull(lab, "updates-foreign-full", "SUSDB"),
    off: () => undefined,
  },
  "certificate-renewed": { on: renewCertificate, off: () => undefined },
  "backups-encrypted": { on: recordEncryptedBackups, off: () => undefined },
  "updates-offline": { on: (lab) => turnUpdates(lab, false), off: (lab) => turnUpdates(lab, true) },
  "updates-renamed": {
    on: (lab) => renameUpdates(lab, "SUSDB", "SUSDB_old"),
    off: (lab) => renameUpdates(lab, "SUSDB_old", "SUSDB"),
  },
  "report-service-down": {
    on: (lab) => turnReportService(lab, false),
    off: (lab) => turnReportService(lab, true),
  },
  "report-key-renewed": { on: renewReportKey, off: () => undefined },
  "report-config-locked": { on: lockReportSettings, off: unlockReportSettings },
  "report-server-away": { on: loseReportServer, off: findReportServer },
  "locked-scupdb": {
    on: (lab) => lockFile(lab, "locked-scupdb", publisherDatabase(lab, "ben")),
    off: (lab) => unlockFile(lab, "locked-scupdb", publisherDatabase(lab, "ben")),
  },
  "flipped-bit": { on: flipBit, off: unflipBit },
  "datalib-damaged": { on: damageEntries, off: mendEntries },
  "missing-object": { on: loseObject, off: findObject },
};

/** Lets an incident happen, or ends it. Returns a sentence that says what is now so. */
export async function incident(folder: string, name: string, options: { off?: true } = {}): Promise<string> {
  const lab = labAt(folder);
  if (!isIncident(name)) throw new LabError(`There is no incident ${name}. There are: ${names()}.`);
  const on = readState(lab).incidents;
  if (on.includes(name) === (options.off === undefined)) {
    return options.off ? `${name} was not on.` : `${name} is on already.`;
  }
  const description = incidents.find((it) => it.name === name)!;
  if (options.off) {
    const said = await effects[name]?.off(lab);
    updateState(lab, { incidents: readState(lab).incidents.filter((it) => it !== name) });
    return said ?? description.off ?? `${name} is over.`;
  }
  const said = await effects[name]?.on(lab);
  updateState(lab, { incidents: [...readState(lab).incidents, name] });
  return said ?? description.happens;
}

function names(): string {
  return incidents.map((it) => it.name).join(", ");
}

function movePartnerClock(lab: string, aheadMs: number): void {
  const { hostClockOffsetMs } = readState(lab);
  updateState(lab, { hostClockOffsetMs: { ...hostClockOffsetMs, "sqlcas.lab": aheadMs } });
}

async function failTask(lab: string, fail: (lab: string, run: TaskRun) => void): Promise<void> {
  // Long enough ago that a retry, which takes 41 minutes, can come after it.
  const run = failedRunFrom(labNow(lab) - 50 * minuteMs);
  fail(lab, run);
  await recordBegun(lab, run);
  await recordFailure(lab, run);
}

function setWriterAccount(lab: string, account: string): void {
  changeService(lab, site.server, "SMS_SITE_VSS_WRITER", { account });
}

function turnServices(lab: string, isRunning: boolean): void {
  for (const name of stoppedMeanwhile) changeService(lab, site.server, name, { isRunning });
}

/** Restarting the service SMS_SITE_BACKUP runs the task at once; it has just finished. */
async function runTaskAgain(lab: string): Promise<void> {
  const run = taskRunThatEnds(labNow(lab) - minuteMs);
  runSiteBackupTask(lab, run);
  await recordTaskRun(lab, run);
}
