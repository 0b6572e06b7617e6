import { numbers } from "../facts/numbers.ts";
import { relation } from "../facts/relation.ts";
import { select } from "../facts/right.ts";
import { backupPage, cmHealth, communityCenter, powerBiTemplate, statusViews } from "../facts/witnesses.ts";
import { afterBackupStarted, runBegun, runFailed, runFinished, snapshotMade } from "./task-set.ts";

/** Status messages. */
export const statusMessageView = relation({
  name: "dbo.v_StatusMessage",
  at: "site database",
  says: "status messages of the site; old ones are deleted, and rules may keep some out",
  right: select("dbo.v_StatusMessage"),
  columns: {
    RecordID: { type: "whole", says: "rises with each message", confidence: 95 },
    MessageID: { type: "whole", says: "which message it is", confidence: 98 },
    Time: { type: "time", says: "when it was made, in UTC", confidence: 98 },
    SiteCode: { type: "text", says: "the code of the site", confidence: 98 },
    Component: { type: "text", says: "`SMS_SITE_BACKUP` for the task", confidence: 95 },
    Severity: {
      type: "whole",
      says: "how much it weighs, as a signed number",
      confidence: 98,
      ifNull: "nobody knows",
    },
  },
  witnesses: [statusViews, communityCenter],
  confidence: 98,
  otherwise: "the last runs of the task are unknown; a message that is not there is no failure",
});

/**
 * Messages of the task that public health checks take for a failure. Their texts are not public: a warning
 * among them is none where the run goes on to its good end.
 */
const failureNumbers = [
  5000, 5002, 5004, 5006, 5008, 5017, 5018, 5019, 5022, 5024, 5025, 5026, 5027, 5032, 5033, 5043, 5044, 5045,
  5046, 5047, 5048, 5049, 5050, 5051, 5052, 5053,
] as const;

/** Messages of a run that failed, where none of its good end comes after. */
export const taskFailureMessages = numbers({
  of: "dbo.v_StatusMessage.MessageID",
  isOpen: true,
  values: Object.fromEntries(failureNumbers.map((it) => [`a failure of the task (${it})`, it])),
  witnesses: [cmHealth, powerBiTemplate],
  confidence: 75,
  otherwise: "messages of severity error, and the log, tell of a failure as well",
});

/** What the backup task says of itself in status messages. */
export const taskMessages = numbers({
  of: "dbo.v_StatusMessage.MessageID",
  isOpen: true,
  values: {
    begun: runBegun.number,
    "snapshot made": snapshotMade.number,
    finished: runFinished.number,
    "AfterBackup.bat started": afterBackupStarted.number,
    failed: runFailed.number,
  },
  witnesses: [backupPage, powerBiTemplate, cmHealth],
  confidence: 85,
  otherwise: "the log tells of runs as well; how long the task takes is unknown",
});

/** How much a status message weighs. */
export const messageSeverities = numbers({
  of: "dbo.v_StatusMessage.Severity",
  isOpen: true,
  values: { information: 1_073_741_824, warning: -2_147_483_648, error: -1_073_741_824 },
  witnesses: [statusViews],
  confidence: 99,
  otherwise: "the number of the message alone tells a failure",
});

/** Who sends them. */
export const messageComponents = numbers({
  of: "dbo.v_StatusMessage.Component",
  isOpen: true,
  values: {
    "the backup task": "SMS_SITE_BACKUP",
    "the task on the database's machine, before the site server's name": "SMS_SITE_SQL_BACKUP_",
  },
  witnesses: [backupPage, cmHealth],
  confidence: 95,
  otherwise: "how long the task takes is unknown",
});
