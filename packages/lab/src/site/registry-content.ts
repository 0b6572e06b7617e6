import { site } from "../hierarchy.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { filetimeOf } from "../windows-formats.ts";
import { binary, dword, expandable, hexValue, list, qword, text, type Registry } from "./registry-model.ts";

const sms = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS";
const nal = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\NAL";

/** The registry of the site server as far as the site writes it, in every type of value it uses. */
export function siteRegistry(nowMs: number): Registry {
  return { ...identity(nowMs), ...components(nowMs), ...network() };
}

function identity(nowMs: number): Registry {
  const chance = chanceFrom("registry");
  return {
    [sms]: [
      text("", ""),
      dword("Enable AI Version", 1),
      text("Setup GUID", `{${chance.guid().toUpperCase()}}`),
    ],
    [`${sms}\\Identification`]: [
      text("Installation Directory", site.installFolder),
      text("Parent Site Code", site.parent),
      text("Server", "CM01"),
      text("Site Code", site.code),
      list("Site Servers", [site.server]),
      dword("Site Type", 2),
      dword("MSF Enabled", 0),
    ],
    [`${sms}\\Setup`]: [
      text("Full Version", site.fullVersion),
      text("Installation Directory", site.installFolder),
      expandable("UI Folder", "%ProgramFiles(x86)%\\Microsoft Configuration Manager\\AdminConsole"),
      text("Product ID", "EVAL"),
      dword("Type", 1),
      qword("Install Time", filetimeOf(nowMs - 900 * 86_400_000)),
      text('Site "friendly" name', `${site.name} \\ laboratory`),
    ],
    [`${sms}\\SQL Server`]: [
      text("Database", site.database),
      text("Server", site.sqlServer),
      dword("Port", 1433),
      dword("SSBPort", 4022),
      dword("MSF Enabled", 0),
    ],
    [`${sms}\\SQL Server\\Site System SQL Account`]: [
      binary("Encrypted", chance.bytes(680)),
      hexValue("Reserved", "REG_NONE", Buffer.alloc(0)),
    ],
    [`${sms}\\DP`]: [
      text("ContentLibraryPath", "E:\\SCCMContentLib"),
      text("ContentLibUsableDrives", "E:\\,F:\\"),
      text("SiteServer", site.server),
      dword("LibraryMoveVerboseLog", 0),
    ],
    [`${sms}\\Certificates`]: [
      binary("Site Server Signing", chance.bytes(1180)),
      binary("Thumbprint", chance.bytes(20)),
    ],
  };
}

const threads = [
  "SMS_SITE_BACKUP",
  "SMS_SITE_SQL_BACKUP_CM01.LAB",
  "SMS_SITE_VSS_WRITER",
  "SMS_DISTRIBUTION_MANAGER",
  "SMS_COLLECTION_EVALUATOR",
  "SMS_POLICY_PROVIDER",
  "SMS_WSUS_SYNC_MANAGER",
  "SMS_INBOX_MANAGER",
  "SMS_REPLICATION_CONFIGURATION_MONITOR",
  "SMS_HIERARCHY_MANAGER",
  "SMS_DESPOOLER",
  "SMS_STATE_SYSTEM",
] as const;

function components(nowMs: number): Registry {
  const chance = chanceFrom("components");
  const keys: Registry = {
    [`${sms}\\COMPONENTS`]: [],
    [`${sms}\\Tracing`]: [dword("Enabled", 1), dword("SqlEnabled", 0)],
  };
  for (const [index, name] of threads.entries()) {
    keys[`${sms}\\COMPONENTS\\${name}`] = [
      text("Type", index < 3 ? "Monitored Service" : "Monitored Thread Component"),
      dword("Max Restarts", 5),
      qword("Last Start", filetimeOf(nowMs - chance.below(20) * 3_600_000)),
      binary("State", chance.bytes(16 + chance.below(80))),
      ...counters(name),
    ];
    keys[`${sms}\\Tracing\\${name}`] = [
      expandable("TraceFileName", `${site.installFolder}\\Logs\\${logNameOf(name)}.log`),
      dword("MaxFileSize", 2_621_440),
      dword("Enabled", 1),
    ];
  }
  return keys;
}

/** Row versions that must agree with the database after a recovery (domain facts, section 1.5). */
function counters(name: string): readonly ReturnType<typeof text>[] {
  if (name === "SMS_COLLECTION_EVALUATOR") return [text("Last Row Version", "0x0000000000012A41")];
  if (name === "SMS_POLICY_PROVIDER") return [text("Last Row Version", "0x00000000000117C9")];
  return name === "SMS_WSUS_SYNC_MANAGER" ? [dword("ContentVersion", 214), dword("SyncToVersion", 214)] : [];
}

function logNameOf(component: string): string {
  return component.replace(/^SMS_/, "").replaceAll("_", "").toLowerCase().slice(0, 12);
}

function network(): Registry {
  const chance = chanceFrom("network");
  const entries: Registry = {
    [nal]: [],
    [`${nal}\\Client`]: [dword("Initialised", 1)],
    [`${nal}\\Server`]: [],
    [`${nal}\\Server\\Providers`]: [list("Order", ["MSWNET", "MSWIN"])],
  };
  for (let index = 0; index < 6; index++) {
    entries[`${nal}\\Client\\Connection Accounts\\{${chance.guid().toUpperCase()}}`] = [
      text("Account", `LAB\\svc-network-${index}`),
      binary("Reserved 2", chance.bytes(268)),
    ];
  }
  return entries;
}
