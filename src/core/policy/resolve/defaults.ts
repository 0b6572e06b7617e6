import type { SourceKind } from "../../model/policy/source.ts";

/**
 * What a policy says when nobody says otherwise: the template below every template, in the policy's own
 * language.
 */
export const policyDefaults = {
  site: {
    type: "primary",
    servers: [],
    installFolder: "C:\\Program Files\\Microsoft Configuration Manager",
  },
  schedule: { timeZone: "UTC", jitter: "0s", notDuring: ["site-backup-task"] },
  objectives: {
    maxDataAge: "26h",
    missedRuns: 1,
    notice: "24h",
    rebuild: "24h",
    margin: "12h",
    proofEvery: "30d",
    keyProofEvery: "90d",
    maxSkew: "6h",
  },
  brakes: { minPoints: 2, maxForget: "25%" },
  throttle: { concurrency: 2 },
  defaultSources: true,
  hooks: { before: [], after: [] },
  notify: [],
  accepts: [],
  expect: [],
} as const;

/** The rules of a policy that writes no rule at all: written ones are never mixed with these. */
export const retentionDefaults = { last: 3, daily: 14, weekly: 8, monthly: 12, within: "6d" } as const;

/** The calendar that a retention counts by, whichever its rules. */
export const calendarDefaults = { weekStartsOn: "monday", dayStartsAt: "00:00" } as const;

export const databaseDefaults = { encrypt: true, trustServerCertificate: false } as const;

export const hookDefaults = { timeout: "30m", onFailure: "warn" } as const;

export const notifyDefaults = { on: ["failed", "windowAtRisk"] } as const;

/**
 * What each kind means without more words. Values that come from the site are added when a policy is
 * completed.
 */
export const sourceDefaults: Readonly<Record<SourceKind, Readonly<Record<string, unknown>>>> = {
  "site-database": { method: "native", full: "every-run", compression: false },
  "task-backup": {},
  "windows-registry": { keys: ["HKLM\\SOFTWARE\\Microsoft\\SMS", "HKLM\\SOFTWARE\\Microsoft\\NAL"] },
  // What the Backup Site Server task copies of the installation folder, and the media that recovery starts
  // from.
  "site-files": { include: ["CD.Latest/**", "inboxes/**", "data/**", "srvacct/**", "logs/**"], exclude: [] },
  "content-library": { folders: [], verify: "1%" },
  "package-sources": { discover: true, folders: [], exclude: [] },
  "scup-database": { profiles: "C:\\Users", on: [] },
  "reporting-server": {
    folders: ["C:\\Program Files\\Microsoft SQL Server Reporting Services\\SSRS\\ReportServer"],
  },
  "user-state": { discover: true, folders: [] },
  "sql-keys": { include: ["bitlocker", "tde", "backup-encryption", "master-key"] },
  "sql-database": { compression: false },
  folder: { include: ["**"], exclude: [] },
};

/**
 * The sources of a policy that mentions their kinds nowhere. Left out: `task-backup` and `reporting-server`,
 * whose folders and machine nobody can guess, and the two kinds that mean anything at all.
 */
export const defaultSources: Readonly<Record<string, SourceKind>> = {
  database: "site-database",
  registry: "windows-registry",
  files: "site-files",
  library: "content-library",
  packages: "package-sources",
  scup: "scup-database",
  userState: "user-state",
  sqlKeys: "sql-keys",
};
