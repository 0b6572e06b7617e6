import { join } from "node:path";

import { site } from "../hierarchy.ts";
import { inInstallFolder, writeDated } from "../lab-folder.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { crlf, dayMs, hourMs, iniText, minuteMs } from "../windows-formats.ts";
import { logLine, statusText } from "./log-lines.ts";

/** Inboxes that usually hold something, with the kind of file that lands there. */
const inboxes: readonly (readonly [folder: string, ending: string, files: number])[] = [
  ["auth\\ddm.box", "DDR", 6],
  ["auth\\statesys.box\\incoming", "SMX", 8],
  ["auth\\sinv.box", "SIC", 2],
  ["clifiles.src\\hinv", "MOF", 2],
  ["colleval.box", "ADC", 4],
  ["despoolr.box\\receive", "PKC", 3],
  ["distmgr.box", "PKN", 4],
  ["hman.box\\ForwardingMsg", "CT0", 2],
  ["inventry.box", "MIF", 1],
  ["objmgr.box", "OPA", 5],
  ["policypv.box", "POL", 4],
  ["replmgr.box\\outbound", "RPT", 3],
  ["schedule.box\\requests", "SRQ", 2],
  ["sitectrl.box\\incoming", "CT2", 1],
  ["statmgr.box\\statmsgs", "SVF", 6],
  ["wsyncmgr.box", "SYN", 1],
];

const logs: readonly (readonly [file: string, component: string])[] = [
  ["distmgr.log", "SMS_DISTRIBUTION_MANAGER"],
  ["hman.log", "SMS_HIERARCHY_MANAGER"],
  ["rcmctrl.log", "SMS_REPLICATION_CONFIGURATION_MONITOR"],
  ["sitecomp.log", "SMS_SITE_COMPONENT_MANAGER"],
  ["smswriter.log", "SMS_SITE_VSS_WRITER"],
];

/**
 * Makes the installation folder of the site server: inboxes, control file, logs, data, accounts, `cd.latest`.
 */
export function createInstallFolder(lab: string, nowMs: number): void {
  writeInboxes(lab, nowMs);
  writeControlFile(lab, nowMs);
  writeLogs(lab, nowMs);
  writeProgram(lab, nowMs);
  writeCdLatest(inInstallFolder(lab, "cd.latest"), nowMs - 60 * dayMs);
}

function writeInboxes(lab: string, nowMs: number): void {
  const chance = chanceFrom("inboxes");
  for (const [folder, ending, files] of inboxes) {
    for (let count = 0; count < files; count++) {
      const text = [`<?${ending} site=${site.code}>`, chance.hex(32), `resource=${chance.below(40_000)}`];
      writeDated({
        path: inInstallFolder(lab, "inboxes", ...folder.split("\\"), `${chance.hex(8)}.${ending}`),
        bytes: Buffer.concat([Buffer.from(crlf(text)), chance.bytes(chance.below(1500))]),
        modifiedMs: nowMs - chance.below(600) * minuteMs,
      });
    }
  }
}

/**
 * Tells the backup task what to do. Sections, tokens and verbs as Microsoft names them; the words are ours.
 */
const controlFile = crlf([
  "# smsbkup.ctl: what the task Backup Site Server does at this site.",
  "# Lines that begin with a number sign are remarks. Tasks run in the order in which they stand here.",
  "",
  "# ---- Editing Not Allowed -------------------------------------------------------",
  "[Tokens]",
  "BACKUP_DESTINATION=%BACKUP_DEST_DIR%\\%SITE_CODE%Backup",
  "SITE_SERVER_DEST=%BACKUP_DESTINATION%\\SiteServer",
  "SITE_DB_SERVER_DEST=%BACKUP_DESTINATION%\\SiteDBServer",
  "SITE_BACKUP_DESTINATION=%SITE_SERVER_DEST%\\SMSServer",
  "",
  "[Stop]",
  "#stop",
  "service \\\\%SITE_SERVER%\\SMS_SITE_COMPONENT_MANAGER",
  "service \\\\%SITE_SERVER%\\SMS_EXECUTIVE",
  "",
  "[Tasks]",
  "sitedbdump %SITE_DB_SERVER% %SITE_DB_NAME% %SITE_DB_SERVER_DEST%",
  "reg \\\\%SITE_SERVER%\\HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS %SITE_SERVER_DEST%\\SMSbkSiteRegSMS.dat",
  "reg \\\\%SITE_SERVER%\\HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\NAL %SITE_SERVER_DEST%\\SMSbkSiteRegNAL.dat",
  "file %SITE_SERVER_ROOT_DIR%\\inboxes\\*.* %SITE_BACKUP_DESTINATION%\\inboxes",
  "file %SITE_SERVER_ROOT_DIR%\\logs\\*.* %SITE_BACKUP_DESTINATION%\\logs",
  "file %SITE_SERVER_ROOT_DIR%\\data\\*.* %SITE_BACKUP_DESTINATION%\\data",
  "file %SITE_SERVER_ROOT_DIR%\\srvacct\\*.* %SITE_BACKUP_DESTINATION%\\srvacct",
  "file %SITE_SERVER_ROOT_DIR%\\cd.latest\\*.* %BACKUP_DESTINATION%\\CD.Latest",
  "",
  "# ---- Editing Allowed -----------------------------------------------------------",
  "# Add tasks of your own below this line, for example:",
  "#   file D:\\Scripts\\*.* %SITE_SERVER_DEST%\\Scripts",
  "",
  "# ---- Editing Not Allowed -------------------------------------------------------",
  "[Start]",
  "#start",
  "service \\\\%SITE_SERVER%\\SMS_SITE_COMPONENT_MANAGER",
  "service \\\\%SITE_SERVER%\\SMS_EXECUTIVE",
]);

function writeControlFile(lab: string, nowMs: number): void {
  const path = inInstallFolder(lab, "inboxes", "smsbkup.box", "smsbkup.ctl");
  writeDated({ path, bytes: controlFile, modifiedMs: nowMs - 400 * dayMs });
}

function writeLogs(lab: string, nowMs: number): void {
  for (const [file, component] of logs) {
    const chance = chanceFrom(file);
    const lines = Array.from({ length: 240 }, (_, line) =>
      logLine({
        component,
        atMs: nowMs - (240 - line) * 12 * minuteMs,
        thread: 4100 + chance.below(8) * 4,
        text: chance.pick(sentences).replace("#", chance.hex(8)),
      }),
    );
    writeDated({
      path: inInstallFolder(lab, "Logs", file),
      bytes: [startLine(component, nowMs - 20 * dayMs), ...lines].join(""),
      modifiedMs: nowMs - hourMs,
    });
  }
}

/** Every component says when it starts, and the site server was last restarted some weeks ago. */
function startLine(component: string, atMs: number): string {
  const [thread, severity] = [4100, "I"] as const;
  return logLine({
    component,
    atMs,
    thread,
    text: statusText({ id: 500, severity, component, atMs, thread }),
  });
}

const sentences = [
  "Woken up by the inbox, looking at #.",
  "Processed item # without error.",
  "Nothing to do, waiting for the next cycle.",
  "The SQL command took 14 ms, cursor #.",
  "Wrote the state file for thread #.",
];

function writeProgram(lab: string, nowMs: number): void {
  const chance = chanceFrom("program");
  const old = nowMs - 300 * dayMs;
  const put = (path: string, bytes: string | Uint8Array): void =>
    writeDated({ path: inInstallFolder(lab, ...path.split("\\")), bytes, modifiedMs: old });
  put("data\\hinvarchive\\schema.bin", chance.bytes(9000));
  put(
    "data\\siteini.dat",
    iniText([
      {
        name: "Site",
        entries: [
          ["Code", site.code],
          ["Version", site.version],
        ],
      },
    ]),
  );
  put("data\\policy\\template.xml", `<policy site="${site.code}" version="${site.version}"/>\r\n`);
  put("srvacct\\cm01.pwd", chance.bytes(512));
  put("srvacct\\sql01.pwd", chance.bytes(512));
  put("bin\\X64\\smsexec.exe", Buffer.concat([Buffer.from("MZ"), chance.bytes(30_000)]));
  put("install.map", `${chance.hex(400)}\r\n`);
}

/** The media that a recovery starts from; its version must be the site's. */
function writeCdLatest(folder: string, modifiedMs: number): void {
  const chance = chanceFrom("cd.latest");
  const put = (path: string, bytes: string | Uint8Array): void =>
    writeDated({ path: join(folder, ...path.split("\\")), bytes, modifiedMs });
  const executable = (length: number): Buffer =>
    Buffer.concat([Buffer.from("MZ\u0090\u0000", "latin1"), chance.bytes(length)]);
  put("SMSSETUP\\BIN\\X64\\setup.exe", executable(40_000));
  put("SMSSETUP\\BIN\\X64\\setupcore.dll", executable(90_000));
  put("SMSSETUP\\install.map", `${chance.hex(600)}\r\n`);
  put("SMSSETUP\\version.ini", iniText([{ name: "Version", entries: versionEntries }]));
  put("SMSSETUP\\TOOLS\\ContentLibraryCleanup\\ContentLibraryCleanup.exe", executable(20_000));
  put("redist\\ConfigMgr.LN.Manifest.cab", Buffer.concat([Buffer.from("MSCF"), chance.bytes(12_000)]));
  put("redist\\sqlncli.msi", executable(30_000));
  put("redist\\vcredist_x64.exe", executable(25_000));
  put("splash.hta", "<html><head><title>Configuration Manager</title></head></html>\r\n");
}

const versionEntries = [
  ["Version", site.version],
  ["FullVersion", site.fullVersion],
  ["Build", String(site.build)],
] as const;
