/** Code whose every break a test should notice, and the tests that are asked. */
export interface MutationArea {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** What decides whether a repository can be read, and what may go. */
export const areas: Readonly<Record<string, MutationArea>> = {
  // What a run does in which order, and what holds it back.
  "engine-run": {
    sources: ["src/engine/run/*.ts", "src/core/plan/stages.ts"],
    tests: [
      "test/core/plan/stages.test.ts",
      ...tests("test/engine/run", [
        "run-site",
        "apply",
        "hooks",
        "notify",
        "forget-step",
        "quiet-step",
        "verify-snapshot",
        "verify-step",
        "capture-source",
        "copy-outcomes",
        "copy-step",
      ]),
    ],
  },
  "engine-session": {
    sources: ["src/engine/session/*.ts"],
    tests: ["test/engine/session/*.test.ts", ...tests("test/engine", ["run/apply", "pipeline"])],
  },
  "engine-look": {
    sources: ["src/engine/look/*.ts"],
    tests: ["test/engine/look/*.test.ts", ...tests("test/engine", ["pipeline", "run/run-site"])],
  },
  "engine-repository": {
    sources: ["src/engine/repository/*.ts"],
    tests: ["test/engine/repository/*.test.ts"],
  },
  engine: {
    sources: ["src/engine/*.ts"],
    tests: ["test/engine/*.test.ts"],
  },
  format: {
    sources: ["src/store/format/**/*.ts"],
    // Without the fuzzing: a break that only chance notices is one that a test is missing for.
    tests: tests("test/store/format", [
      "bytes",
      "refusals",
      "objects",
      "codecs",
      "pack",
      "encoding/envelope",
      "bombs",
    ]),
  },
  "prune-rules": {
    sources: files("src/store", [
      "prune/prune-plan",
      "prune/prune-index",
      "prune/prune-clock",
      "objects/fences",
      "objects/confirmation",
      "objects/leases",
    ]),
    tests: tests("test/store", [
      "objects/confirmation",
      "prune/prune-plan",
      "prune/prune-index",
      "objects/leases",
      "objects/fences",
    ]),
  },
  prune: {
    sources: files("src/store", ["prune/prune", "prune/look-whole", "walk/needs", "prune/repack"]),
    tests: tests("test/store", [
      "walk/needs",
      "prune/repack",
      "prune/look-whole",
      "prune/prune-approval",
      "prune/prune-fences",
      "prune/prune-ends",
      "prune/prune",
    ]),
  },
  retention: {
    sources: files("src/core/plan", [
      "retention/retention",
      "retention/rule-row",
      "retention/guards",
      "calendar/calendar",
      "decide-forget",
      "forget-guards",
      "points/held-points",
      "points/points",
    ]),
    tests: tests("test/core/plan", [
      "retention/retention",
      "calendar/calendar",
      "decide-forget",
      "forget-guards",
      "points/held-points",
      "points/points",
      "summarise-status",
    ]),
  },
  window: {
    sources: files("src/core/plan", [
      "window/judge-window",
      "window/judge-record",
      "window/hindrances",
      "window/database-copies",
      "window/window-looks",
      "window/copy-trail",
      "window/judge-versions",
      "window/purge-horizon",
      "risks/judge-partners",
      "risks/judge-schedule",
    ]),
    tests: tests("test/core/plan", [
      "window/window-looks",
      "window/copy-trail",
      "window/judge-versions",
      "window/judge-record",
      "window/judge-window",
      "window/database-copies",
      "window/purge-horizon",
      "risks/judge-partners",
      "risks/judge-schedule",
      "summarise-status",
    ]),
  },
  "policy-text": {
    sources: ["src/core/policy/text/*.ts"],
    tests: tests("test/core/policy", [
      "text/code-frame",
      "text/written",
      "text/values",
      "text/risk-at",
      "resolve/resolve-policy",
      "explain-policy",
      "documents",
      "problems",
      "read-policies",
    ]),
  },
  "policy-yaml": {
    sources: ["src/core/policy/yaml/*.ts"],
    tests: tests("test/core/policy", ["yaml/read-yaml", "yaml/check-text", "problems"]),
  },
  "policy-shape": {
    sources: ["src/core/policy/shape/*.ts"],
    tests: tests("test/core/policy", ["shape/check-shape", "shape/wording", "problems"]),
  },
  "policy-check": {
    sources: ["src/core/policy/check/*.ts"],
    tests: tests("test/core/policy", [
      "check/check-site",
      "check/check-schedule",
      "check/check-blackouts",
      "check/check-accepts",
      "check/check-sources",
      "blackouts",
      "problems",
    ]),
  },
  "policy-resolve": {
    sources: ["src/core/policy/resolve/*.ts"],
    tests: tests("test/core/policy", [
      "resolve/resolve-policy",
      "check/check-schedule",
      "check/check-blackouts",
      "check/check-site",
      "blackouts",
      "read-policies",
      "problems",
    ]),
  },
  policy: {
    sources: ["src/core/policy/*.ts"],
    tests: tests("test/core/policy", [
      "documents",
      "explain-policy",
      "read-machine-file",
      "check/check-accepts",
      "problems",
      "read-policies",
    ]),
  },
  lint: {
    sources: ["src/core/lint/**/*.ts"],
    tests: tests("test/core/lint", ["questions", "names", "lint"]),
  },
  "driver-files": {
    sources: ["src/drivers/access/files/*.ts"],
    tests: tests("test/drivers", [
      "access/files/file-problems",
      "access/files/windows-path",
      "access/files/glob",
      "access/files/file-version",
      "access/files/list-folder",
      "access/files/frontier",
      "access/files/file-tree",
      "parts/offer-tree",
      "scup-database",
      "access/files/listers",
      "access/files/large-tree",
    ]),
  },
  // Without the tests that start the lab's servers but for those of the runners: made-up ones answer at once.
  "driver-sql": {
    sources: ["src/drivers/access/sql/**/*.ts"],
    tests: tests("test/drivers", [
      "access/sql/sql-row",
      "access/sql/t-sql-text",
      "access/sql/sql-problems",
      "access/sql/backup-header",
      "access/sql/backup-history",
      "parts/backup/backup-rights",
      "parts/backup/database-backup",
      "parts/database-restore",
      "site-database",
      "sql-database",
      "parts/site-look",
      "access/sql/sqlcmd/sqlcmd-runner",
      "access/sql/mssql/mssql-runner",
      "parts/site-task-facts",
      "parts/window-facts",
    ]),
  },
  "driver-parts": {
    sources: ["src/drivers/parts/*.ts", "src/drivers/parts/backup/*.ts"],
    tests: tests("test/drivers", [
      "parts/backup/backup-chain",
      "parts/backup/backup-statement",
      "parts/backup/backup-rights",
      "parts/backup/database-backup",
      "parts/database-restore",
      "parts/staging",
      "parts/offer-tree",
      "parts/look-at-registry",
      "parts/task-settings",
      "parts/sql-session",
      "parts/keys/key-file-password",
      "parts/site-look",
      "content-library",
      "site-files",
      "scup-database",
      "windows-registry",
      "parts/site-task-facts",
      "parts/window-facts",
    ]),
  },
  drivers: {
    sources: ["src/drivers/*.ts"],
    tests: tests("test/drivers", [
      "folder",
      "windows-registry",
      "sql-database",
      "site-database",
      "site-files",
      "content-library",
      "scup-database",
      "reporting-server",
      "package-sources",
      "kinds-on-files",
    ]),
  },
  "driver-formats": {
    sources: ["src/drivers/access/formats/*.ts"],
    tests: tests("test/drivers/access/formats", ["backup-control", "ini-file", "reg-file", "task-log"]),
  },
};

function files(folder: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${folder}/${name}.ts`);
}

function tests(folder: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${folder}/${name}.test.ts`);
}
