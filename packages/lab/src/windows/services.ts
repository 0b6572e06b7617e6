import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { site, sqlHosts } from "../hierarchy.ts";
import { hostFolder } from "../lab-folder.ts";
import { readVariant } from "../lab-variant.ts";
import { reportServerProgram } from "../site/report-server.ts";
import { isAlive } from "../running-lab.ts";
import { chanceFrom } from "../seeded-chance.ts";

/** A Windows service as it is set up. */
interface ServiceSetup {
  readonly name: string;
  readonly displayName: string;
  readonly program: string;
  readonly account: string;
  /** 2 starts with Windows, 3 when it is asked to. */
  readonly startType: 2 | 3;
  readonly isRunning: boolean;
  readonly dependencies: readonly string[];
}

/** A Windows service, and how it stands. */
export interface WindowsService extends ServiceSetup {
  /** The error that it last ended with, as Windows numbers errors; 1077 where it was never started. */
  readonly exitCode: number;
  /** The process it runs in; 0 while it does not run. */
  readonly processId: number;
}

/** What has become of a service since Windows was set up. */
interface ServiceChange {
  readonly isRunning?: boolean;
  readonly account?: string;
  readonly exitCode?: number;
  /** A process of this machine that plays the service: with it the service ends. */
  readonly playedBy?: number | undefined;
}

const reportHost = "ssrs01.lab";
const bin = `${site.installFolder}\\bin\\X64`;
const localSystem = "LocalSystem";
const neverStarted = 1077;
/** The process of a service has ended unexpectedly. */
const processGone = 1067;

function service(name: string, displayName: string, program: string): ServiceSetup {
  return {
    name,
    displayName,
    program,
    account: localSystem,
    startType: 2,
    isRunning: true,
    dependencies: [],
  };
}

/** Services by hand: of Windows' own only those that snapshots need. */
const onSiteServer: readonly ServiceSetup[] = [
  {
    ...service("SMS_EXECUTIVE", "SMS_EXECUTIVE", `${bin}\\smsexec.exe`),
    dependencies: ["LanmanServer", "RPCSS"],
  },
  service("SMS_SITE_COMPONENT_MANAGER", "SMS_SITE_COMPONENT_MANAGER", `${bin}\\sitecomp.exe`),
  service("SMS_SITE_VSS_WRITER", "SMS_SITE_VSS_WRITER", `${bin}\\smswriter.exe`),
  {
    ...service("SMS_SITE_BACKUP", "SMS_SITE_BACKUP", `${bin}\\smsbkup.exe`),
    startType: 3,
    isRunning: false,
  },
  service("SMS_NOTIFICATION_SERVER", "SMS_NOTIFICATION_SERVER", `${bin}\\bgbisapi.exe`),
  service("CONFIGURATION_MANAGER_UPDATE", "CONFIGURATION_MANAGER_UPDATE", `${bin}\\cmupdate.exe`),
  service(
    "SQLWriter",
    "SQL Server VSS Writer",
    "C:\\Program Files\\Microsoft SQL Server\\90\\Shared\\sqlwriter.exe",
  ),
  {
    ...service("VSS", "Volume Shadow Copy", "C:\\Windows\\system32\\vssvc.exe"),
    startType: 3,
    isRunning: false,
    dependencies: ["RPCSS"],
  },
];

function onSqlHost(host: string): readonly ServiceSetup[] {
  const folder = "C:\\Program Files\\Microsoft SQL Server";
  const account = `LAB\\${host.split(".")[0]!}$`;
  const sql = [
    {
      ...service("MSSQLSERVER", "SQL Server (MSSQLSERVER)", `${folder}\\MSSQL\\Binn\\sqlservr.exe`),
      account,
    },
    {
      ...service("SQLSERVERAGENT", "SQL Server Agent (MSSQLSERVER)", `${folder}\\MSSQL\\Binn\\SQLAGENT.EXE`),
      account,
    },
    service("SQLWriter", "SQL Server VSS Writer", `${folder}\\90\\Shared\\sqlwriter.exe`),
  ];
  if (host !== site.sqlServer) return sql;
  const name = `SMS_SITE_SQL_BACKUP_${site.server.toUpperCase()}`;
  return [...sql, service(name, name, `C:\\SMS_${site.server.toUpperCase()}\\bin\\x64\\smssqlbkup.exe`)];
}

/** The service of the report server: one for each kind of it since 2017. */
function onReportServer(lab: string): readonly ServiceSetup[] {
  const isPowerBi = readVariant(lab).reportServer === "PBIRS";
  const [name, displayName] = isPowerBi
    ? ["PowerBIReportServer", "Power BI Report Server"]
    : ["SQLServerReportingServices", "SQL Server Reporting Services"];
  const program = `${reportServerProgram(readVariant(lab))}\\RSHostingService\\RSHostingService.exe`;
  return [{ ...service(name!, displayName!, program), account: `NT SERVICE\\${name!}` }];
}

/** A machine of the lab by one of its names, where the lab knows of the services on it. */
export function findWindowsHost(name: string): string | undefined {
  const wanted = name.toLowerCase();
  return [site.server, ...sqlHosts, reportHost].find(
    (host) => host === wanted || host.split(".")[0] === wanted,
  );
}

/** The services of a machine, as they stand. */
export function listServices(lab: string, host: string): readonly WindowsService[] {
  const isReportHost = host === reportHost;
  const setups = host === site.server ? onSiteServer : isReportHost ? onReportServer(lab) : onSqlHost(host);
  const changes = readChanges(lab, host);
  return setups.map((setup) => standing(host, setup, changes[setup.name] ?? {}));
}

/** A service by its name, whatever its letters' case. */
export function findService(lab: string, host: string, name: string): WindowsService | undefined {
  return listServices(lab, host).find((it) => it.name.toLowerCase() === name.toLowerCase());
}

function standing(host: string, setup: ServiceSetup, change: ServiceChange): WindowsService {
  const isGone = change.isRunning === true && change.playedBy !== undefined && !isAlive(change.playedBy);
  const isRunning = (change.isRunning ?? setup.isRunning) && !isGone;
  const never = setup.startType === 3 && !setup.isRunning ? neverStarted : 0;
  return {
    ...setup,
    account: change.account ?? setup.account,
    isRunning,
    exitCode: isRunning ? 0 : isGone ? processGone : (change.exitCode ?? never),
    processId: isRunning ? (change.playedBy ?? processIdOf(host, setup.name)) : 0,
  };
}

/** Windows numbers its processes in fours. */
function processIdOf(host: string, name: string): number {
  return 1000 + 4 * chanceFrom(`${host} ${name}`).below(2000);
}

/** Changes how a service stands, or whose it is. */
export function changeService(lab: string, host: string, name: string, change: ServiceChange): void {
  const file = changesFile(lab, host);
  const before = readChanges(lab, host);
  const after = { ...before, [name]: { ...before[name], ...change } };
  writeFileSync(`${file}.new`, JSON.stringify(after, undefined, 1));
  renameSync(`${file}.new`, file);
}

function readChanges(lab: string, host: string): Readonly<Record<string, ServiceChange>> {
  const file = changesFile(lab, host);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, ServiceChange>) : {};
}

function changesFile(lab: string, host: string): string {
  return join(hostFolder(lab, host), "services.json");
}
