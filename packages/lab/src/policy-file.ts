import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

import { site } from "./hierarchy.ts";
import { readVariant, type LabVariant } from "./lab-variant.ts";
import { reportServerFolder, reportSourcesFolder } from "./site/report-server.ts";

/** Writes `policies/lab.yaml`: the documents that protect PS1, with the paths a real site would have. */
export function writePolicy(lab: string, variant = readVariant(lab)): void {
  mkdirSync(join(lab, "policies"), { recursive: true });
  mkdirSync(join(lab, "repository"), { recursive: true });
  const options = { lineWidth: 100, aliasDuplicateObjects: false };
  const text = [
    heading,
    stringify(policy(lab, variant), options),
    "---\n",
    stringify(repository(lab), options),
  ].join("");
  writeFileSync(join(lab, "policies", "lab.yaml"), text);
}

const heading = `# The simulated site PS1, a primary below CAS. Every kind of source is in use.
# How Windows paths and server names are reached on this machine stands in ../machine.yaml.
`;

function policy(lab: string, variant: LabVariant): object {
  const { taskPlaces, reportServer } = variant;
  const secret = (name: string): { file: string } => ({ file: join(lab, "secrets", name) });
  const login = { user: "sitekeep", password: secret("sql-password") };
  const staging = { sql: "E:\\stage", read: `\\\\${site.sqlServer}\\stage$` };
  const database = (name: string): object => ({ server: site.sqlServer, name, login });
  return {
    apiVersion: "sitekeep/v1",
    kind: "BackupPolicy",
    metadata: { name: "lab", labels: { purpose: "training" } },
    site: {
      code: site.code,
      type: "primary",
      parent: site.parent,
      servers: [site.server],
      installFolder: site.installFolder,
      database: database(site.database),
    },
    partners: { CAS: { server: "sqlcas.lab", name: "CM_CAS", login } },
    repository: "main",
    // A lab is tried out at any hour, its task's hours included; a real site keeps the default.
    schedule: { cron: "30 1 * * *", timeZone: "UTC", notDuring: [] },
    objectives: { maxDataAge: "26h", missedRuns: 1, notice: "24h", rebuild: "24h", margin: "12h" },
    retention: { last: 3, daily: 14, weekly: 8, monthly: 12, within: "6d" },
    brakes: { minPoints: 2, maxForget: "25%" },
    sources: {
      database: { kind: "site-database", method: "native", full: "every-run", staging },
      task: {
        kind: "task-backup",
        site: "E:\\CMBackup",
        ...(taskPlaces === "two" && { database: `\\\\${site.sqlServer}\\CMBackup$` }),
      },
      registry: { kind: "windows-registry" },
      files: { kind: "site-files" },
      library: {
        kind: "content-library",
        folders: ["E:\\SCCMContentLib", "F:\\SCCMContentLib"],
        verify: "sample 5%",
      },
      packages: { kind: "package-sources", discover: true },
      reports: {
        kind: "reporting-server",
        on: "ssrs01.lab",
        database: database("ReportServer"),
        staging,
        encryptionKey: {
          password: secret("rs-password"),
          ...(reportServer === "PBIRS" && { instance: reportServer }),
        },
        folders: [reportServerFolder(variant), reportSourcesFolder],
      },
      scup: { kind: "scup-database", on: ["admin07.lab"] },
      userState: { kind: "user-state", discover: true },
      sqlKeys: { kind: "sql-keys", password: secret("sql-keys-password"), staging },
      updates: { kind: "sql-database", database: database("SUSDB"), staging },
      scripts: { kind: "folder", root: "D:\\Scripts" },
    },
  };
}

function repository(lab: string): object {
  return {
    apiVersion: "sitekeep/v1",
    kind: "Repository",
    metadata: { name: "main" },
    location: { folder: join(lab, "repository") },
    keys: [{ file: join(lab, "secrets", "repository.key") }],
  };
}
