/**
 * Every problem code, by the part of the program that reports it. `docs/problems.md` explains each one;
 * a test holds the two lists against each other. A code is never reused for another meaning.
 */
export const problemCodes = [
  // Reading and checking policies
  "policy-folder-missing",
  "yaml-syntax",
  "no-policy",
  // The machine: its file, tools, secrets
  "machine-file-unreadable",
  "command-failed",
  "executable-not-allowed",
  "secret-unreadable",
  // Files and shares
  "file-missing",
  "file-access-denied",
  "file-locked",
  "file-unreadable",
  "share-unreachable",
  "disk-full",
  "link-not-followed",
  // SQL Server
  "sql-unreachable",
  "sql-certificate",
  "sql-login-refused",
  "sql-database-missing",
  "sql-permission",
  "sql-edition-limit",
  "sql-key-missing",
  "sql-failed",
  "staging-unusable",
  "staging-full",
  "backup-in-progress",
  "backup-unreadable",
  "log-backup-refused",
  "restore-chain-broken",
  "restore-would-overwrite",
  "restore-database-in-use",
  "restore-too-new",
  "database-damaged",
  // Plans and runs
  "source-too-slow",
  "nothing-recorded",
  "plan-unreadable",
  "plan-stale",
  "plan-used",
  "plan-hypothetical",
  "proof-failed",
  "forget-held-back",
  "hook-failed",
  "file-vanished",
  "file-changed-while-read",
  "file-damaged",
  // What is red about a site and no step mends
  "schedule-exceeds-window",
  "schedule-exceeds-data-age",
  "window-closing",
  "window-outside",
  "window-not-proven",
  "data-too-old",
  "proof-overdue",
  "point-in-future",
  // Repositories and restoring
  "repository-absent",
  "repository-not-chosen",
  "repository-locked",
  "repository-unreadable",
  "repository-key-missing",
  "snapshot-not-found",
  "snapshot-damaged",
  "chain-broken",
  "not-a-database",
  // The program itself
  "option-invalid",
  "confirmation-needed",
  "file-not-written",
  "lab-refused",
  "internal-fault",
] as const;

export type ProblemCode = (typeof problemCodes)[number];
