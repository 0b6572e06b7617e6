import { join } from "node:path";
import type { Site } from "../../src/core/model/policy/resolved-policy.ts";
import type { DatabaseAddress, SecretRef, SourceKind, SourceOf } from "../../src/core/model/policy/source.ts";

/** The site of the lab and one source of each kind, as a policy for it resolves to. */
export interface LabSources {
  readonly site: Site;
  readonly sources: { readonly [Kind in SourceKind]: SourceOf<Kind> };
}

export function labSources(lab: string): LabSources {
  const secret = (name: string): SecretRef => ({ file: join(lab, "secrets", name) });
  const database = labDatabase(lab, "CM_PS1");
  const staging = { sql: "E:\\stage", read: "\\\\sql01.lab\\stage$" };
  const root = "D:\\Program Files\\Microsoft Configuration Manager";
  const site: Site = {
    code: "PS1",
    type: "primary",
    parent: "CAS",
    servers: ["cm01.lab"],
    installFolder: root,
    database,
  };
  const everything = { include: [], exclude: [] };
  const reports = ["ReportServer", "ReportServerTempDB"].map((name) => labDatabase(lab, name));
  const sources: LabSources["sources"] = {
    "site-database": {
      kind: "site-database",
      name: "database",
      method: "native",
      database,
      staging,
      full: "every-run",
      compression: false,
    },
    "task-backup": {
      kind: "task-backup",
      name: "task",
      site: "E:\\CMBackup",
      database: "\\\\sql01.lab\\CMBackup$",
    },
    "windows-registry": {
      kind: "windows-registry",
      name: "registry",
      keys: ["HKLM\\SOFTWARE\\Microsoft\\SMS", "HKLM\\SOFTWARE\\Microsoft\\NAL"],
    },
    "site-files": { kind: "site-files", name: "files", root, ...everything },
    "content-library": {
      kind: "content-library",
      name: "library",
      discover: false,
      verifyPerMille: 50,
      folders: ["E:\\SCCMContentLib", "F:\\SCCMContentLib"],
    },
    "package-sources": {
      kind: "package-sources",
      name: "packages",
      discover: true,
      database,
      folders: [],
      exclude: [],
    },
    "scup-database": {
      kind: "scup-database",
      name: "scup",
      profiles: "C:\\Users",
      machines: ["admin07.lab"],
    },
    "reporting-server": {
      kind: "reporting-server",
      name: "reports",
      on: "ssrs01.lab",
      databases: reports,
      staging,
      encryptionKey: { password: secret("rs-password"), instance: "SSRS" },
      discover: true,
      folders: ["C:\\ReportSources"],
    },
    "user-state": { kind: "user-state", name: "userState", discover: true, database, folders: [] },
    "sql-keys": {
      kind: "sql-keys",
      name: "sqlKeys",
      database,
      staging,
      password: secret("sql-keys-password"),
      include: ["bitlocker", "tde", "backup-encryption", "master-key"],
    },
    "sql-database": {
      kind: "sql-database",
      name: "updates",
      staging,
      compression: false,
      database: labDatabase(lab, "SUSDB"),
    },
    folder: { kind: "folder", name: "scripts", root: "D:\\Scripts", ...everything },
  };
  return { site, sources };
}

/** A database of the lab's PS1 server, by the product's login or another one. */
export function labDatabase(lab: string, name: string, user = "sitekeep"): DatabaseAddress {
  const password = { file: join(lab, "secrets", user === "sitekeep" ? "sql-password" : `${user}-password`) };
  return {
    server: "sql01.lab",
    name,
    auth: { as: "login", user, password },
    encrypt: true,
    trustServerCertificate: false,
  };
}
