import { content, file } from "../facts/file-fact.ts";
import {
  backupPage,
  backupProcedure,
  controlFileAppendix,
  executiveLog,
  latestMediaPage,
  setupPage,
  tokensArticle,
} from "../facts/witnesses.ts";

const at = "the install folder";
const notCaptured = "what is there under another name is captured only where the policy includes it";

/** Work on its way between the components of a site. */
export const inboxesFolder = file(at, ["inboxes"], {
  says: "the folders through which the components of a site hand work to each other",
  witnesses: [backupPage, backupProcedure],
  confidence: 99,
  otherwise: notCaptured,
});

/** What a site server knows beside its database. */
export const dataFolder = file(at, ["data"], {
  says: "data of the site server that the task backs up",
  witnesses: [backupProcedure],
  confidence: 93,
  otherwise: notCaptured,
});

/** Accounts of the site server. */
export const accountsFolder = file(at, ["srvacct"], {
  says: "accounts of the site server that the task backs up",
  witnesses: [backupProcedure],
  confidence: 93,
  otherwise: notCaptured,
});

/** Logs of the components. */
export const logsFolder = file(at, ["Logs"], {
  alsoWritten: ["logs"],
  says: "logs of the components, the task's among them",
  witnesses: [backupPage, backupProcedure],
  confidence: 99,
  otherwise: "the logs are looked for in the destination of the task, and else not known",
});

/** The setup files of the version that the site has. */
export const latestMedia = file(at, ["cd.latest"], {
  alsoWritten: ["CD.Latest"],
  says: "setup files of the site's own version, which a recovery needs; there since the first in-console update",
  witnesses: [latestMediaPage],
  confidence: 99,
  otherwise: "that CD.Latest is missing is a risk",
});

/** Setup's part of them. */
export const setupFolder = file(at, ["cd.latest", "SMSSETUP"], {
  alsoWritten: ["CD.Latest"],
  says: "the setup files, as on the installation media",
  witnesses: [latestMediaPage, setupPage],
  confidence: 97,
  otherwise: "that CD.Latest is missing is a risk",
});

/** Setup itself. */
export const setupProgram = file(at, ["cd.latest", "SMSSETUP", "BIN", "X64", "setup.exe"], {
  alsoWritten: ["CD.Latest"],
  says: "Setup, whose version resource tells the version of the files",
  witnesses: [setupPage],
  confidence: 95,
  otherwise: "version.ini is asked, and else the version is unknown",
});

/** A text beside Setup. */
export const setupVersionFile = file(at, ["cd.latest", "SMSSETUP", "version.ini"], {
  alsoWritten: ["CD.Latest"],
  mayLack: true,
  says: "states the version of the setup files",
  witnesses: [],
  confidence: 50,
  otherwise: "Setup's own file tells the version; where neither does it is unknown",
});

/** The version that `version.ini` states. */
export const setupVersion = {
  ...content("[Version] Version", {
    kind: "setting",
    within: setupVersionFile,
    shows: /^\s*\[Version\][^[]*^\s*Version\s*=/im,
    says: "the version of the setup files",
    witnesses: [],
    confidence: 50,
    otherwise: "the version of the setup files is unknown",
  }),
  section: "Version",
  key: "Version",
} as const;

/** Where the task is set up. */
export const taskFolder = file(at, ["inboxes", "smsbkup.box"], {
  says: "the folder of the task's control file and of the script that runs after it",
  witnesses: [backupPage, controlFileAppendix],
  confidence: 99,
  otherwise: "how the task is set up is unknown, and what it copies beside its own parts is not captured",
});

/** What tells the task what to copy. */
export const taskControlFile = file(at, ["inboxes", "smsbkup.box", "smsbkup.ctl"], {
  says: "tells the task which files, keys and databases it copies",
  witnesses: [backupPage, controlFileAppendix],
  confidence: 99,
  otherwise: "what it copies beside its own parts is not captured",
});

/** The script that runs after the task. */
export const afterBackupScript = file(at, ["inboxes", "smsbkup.box", "AfterBackup.bat"], {
  mayLack: true,
  says: "is run when the task has ended; it is there only where somebody made it",
  witnesses: [backupPage, controlFileAppendix],
  confidence: 99,
  otherwise: "no script is looked at",
});

const controlOtherwise = "folders that the task copies beside its own parts are not known";

/** Names that stand for folders, in the control file. */
export const controlTokens = {
  ...content("[Tokens]", {
    kind: "setting",
    within: taskControlFile,
    shows: /^\[Tokens\]/im,
    says: "names that stand for values, one `NAME=value` a line; `#` begins a remark",
    witnesses: [tokensArticle, controlFileAppendix],
    confidence: 90,
    otherwise: controlOtherwise,
  }),
  section: "tokens",
} as const;

/** What the control file has the task do. */
export const controlTasks = {
  ...content("[Tasks]", {
    kind: "setting",
    within: taskControlFile,
    shows: /^\[Tasks\]/im,
    says: "what is copied, a line each that begins with its kind: `file source destination`",
    witnesses: [controlFileAppendix],
    confidence: 80,
    otherwise: controlOtherwise,
  }),
  section: "tasks",
  file: "file",
} as const;

/** The token of the install folder. */
export const installFolderToken = {
  ...content("SITE_SERVER_ROOT_DIR", {
    kind: "setting",
    within: taskControlFile,
    shows: /SITE_SERVER_ROOT_DIR/,
    says: "stands for the install folder, and is given by the task itself",
    witnesses: [],
    confidence: 70,
    otherwise: controlOtherwise,
  }),
  token: "SITE_SERVER_ROOT_DIR",
} as const;

/** The log of the service that takes the task's shadow copies. */
export const writerLog = file(at, ["Logs", "smswriter.log"], {
  alsoWritten: ["logs"],
  says: "the log of SMS_SITE_VSS_WRITER",
  witnesses: [backupProcedure],
  confidence: 88,
  otherwise: "whether the control file is in force is unknown, and not judged",
});

/** How the service says that it has started. */
export const writerStarted = {
  ...content('STATMSG: ID=500 COMP="SMS_SITE_VSS_WRITER"', {
    kind: "log line",
    within: writerLog,
    shows: /STATMSG: ID=500 .*COMP="SMS_SITE_VSS_WRITER"/,
    says: "the service has started; of other components the same line is recorded",
    witnesses: [executiveLog],
    confidence: 80,
    otherwise: "whether the control file is in force is unknown, and not judged",
  }),
  number: 500,
  component: "SMS_SITE_VSS_WRITER",
} as const;
