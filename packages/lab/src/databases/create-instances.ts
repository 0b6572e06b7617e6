import type { DatabaseSync } from "node:sqlite";

import { site, sites, type LabSize } from "../hierarchy.ts";
import { hostFolder } from "../lab-folder.ts";
import type { LabVariant } from "../lab-variant.ts";
import type { LabSecrets } from "../lab-secrets.ts";
import type { PackageRecord } from "../site/packages.ts";
import type { TaskRun } from "../site/task-run.ts";
import { createInstance } from "../sql/instance.ts";
import { siteDatabaseCertificate, updatesCertificate } from "../sql/certificates.ts";
import type {
  CertificateDefinition,
  DatabaseDefinition,
  InstanceDefinition,
  LoginDefinition,
  Permission,
} from "../sql/instance-definition.ts";
import { recordForeignBackups } from "./foreign-backups.ts";
import { fillTables } from "./fill-table.ts";
import { fillReportServer, fillReportServerTemp, fillUpdateServices } from "./report-databases.ts";
import { contentTables } from "./site-content.ts";
import { dataTables, trackedTables } from "./site-data.ts";
import { siteDefinition } from "./site-definition.ts";
import { createSiteViews, siteModules } from "./site-modules.ts";
import { livingReplication } from "./site-replication.ts";

/** What the databases of a hierarchy are filled from. */
export interface HierarchyFacts {
  readonly size: LabSize;
  readonly nowMs: number;
  readonly taskRun: TaskRun;
  readonly packages: readonly PackageRecord[];
  readonly secrets: LabSecrets;
  readonly variant: LabVariant;
}

/** Makes the SQL Server of every site: PS1's holds the reporting and update databases too. */
export function createInstances(lab: string, facts: HierarchyFacts): void {
  for (const { code, sql } of sites) {
    createInstance(hostFolder(lab, sql), instanceOf(code, sql, facts), facts.nowMs);
    recordForeignBackups(lab, sql, facts.nowMs);
  }
}

function instanceOf(siteCode: string, host: string, facts: HierarchyFacts): InstanceDefinition {
  const database = `CM_${siteCode}`;
  const name = host.split(".")[0]!;
  return {
    host,
    serviceAccount: `LAB\\${name}$`,
    drives: { "E:": "E" },
    shares: { [`\\\\${host}\\stage$`]: "E/stage" },
    databases: [siteDatabase(siteCode, facts), ...(siteCode === site.code ? companions(facts) : [])],
    logins: loginsOf(facts),
    product: facts.variant.sqlServer,
    certificates: siteCode === site.code ? certificatesIn(database) : [],
    masterKeys: siteCode === site.code ? [database, "master"] : [],
  };
}

/** Encrypts the BitLocker recovery keys in the site database; without it they are lost. */
const bitLocker = {
  name: "BitLockerManagement_CERT",
  subject: "BitLocker Management",
  pvtKeyEncryptedBy: "MASTER KEY",
} as const;

/** What incidents bring: the encryption of the database or of its backups, and a key under a password. */
function certificatesIn(database: string): readonly CertificateDefinition[] {
  return [
    { database, ...bitLocker },
    {
      database: "master",
      name: siteDatabaseCertificate,
      subject: "Encryption of CM_PS1",
      pvtKeyEncryptedBy: "MASTER KEY",
      onlyDuring: ["database-encrypted", "backups-encrypted"],
    },
    {
      database: "master",
      name: updatesCertificate,
      subject: "Encryption of SUSDB",
      pvtKeyEncryptedBy: "MASTER KEY",
      onlyDuring: ["updates-encrypted"],
    },
    {
      database,
      name: "ReportSigning_CERT",
      subject: "Signing of reports",
      pvtKeyEncryptedBy: "PASSWORD",
      password: "Of 1 key alone",
      onlyDuring: ["certificate-under-password"],
    },
  ];
}

function siteDatabase(siteCode: string, facts: HierarchyFacts): DatabaseDefinition {
  const { nowMs, taskRun, packages, variant } = facts;
  const size = siteCode === site.code ? facts.size : companionSize(facts.size);
  return {
    name: `CM_${siteCode}`,
    recoveryModel: "SIMPLE",
    siteCode,
    living: livingReplication(nowMs),
    changeTracking: { retention: 5, units: 3, autoCleanup: true, tables: trackedTables },
    modules: siteModules(siteCode, nowMs),
    seed: (db: DatabaseSync) => {
      fillTables(db, [
        ...siteDefinition({ siteCode, nowMs, taskRun, variant }),
        ...contentTables(packages, nowMs),
        ...dataTables(siteCode, size, nowMs),
      ]);
      createSiteViews(db, siteCode);
    },
  };
}

/** The other sites matter for their clocks and links, not for their bulk. */
function companionSize(size: LabSize): LabSize {
  return { ...size, databaseRows: Math.ceil(size.databaseRows / 10), databasePadBytes: 0 };
}

function companions({ nowMs, size, variant }: HierarchyFacts): readonly DatabaseDefinition[] {
  return [
    { name: "ReportServer", recoveryModel: "FULL", seed: (db) => fillReportServer(db, nowMs, variant) },
    { name: "ReportServerTempDB", recoveryModel: "SIMPLE", seed: fillReportServerTemp },
    {
      name: "SUSDB",
      recoveryModel: "SIMPLE",
      seed: (db) => fillUpdateServices(db, Math.ceil(size.databaseRows / 2)),
    },
  ];
}

/** The rights by which the login is shown certificates and endpoints. */
const showingRights: readonly Permission[] = ["view-definition", "view-any-definition", "control"];

function loginsOf({ secrets, variant }: HierarchyFacts): readonly LoginDefinition[] {
  return [
    {
      user: "sitekeep",
      password: secrets.sqlPassword,
      can: [
        "backup",
        "view-change-tracking",
        "view-server-state",
        "view-any-database",
        "msdb",
        "create-database",
        ...(variant.certificates === "shown" ? showingRights : []),
      ],
    },
    { user: "labadmin", password: secrets.adminPassword, can: ["sysadmin"] },
    {
      user: "limited",
      password: secrets.limitedPassword,
      can: [],
      denied: trackedTables.map((table) => `SELECT ON dbo.${table}`),
    },
  ];
}
