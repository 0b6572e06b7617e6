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
        "verify-step",
        "capture-source",
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
    tests: [
      "test/drivers/access/files/*.test.ts",
      ...tests("test/drivers", ["parts/offer-tree", "package-sources", "kinds-on-files"]),
    ],
  },
  "driver-sql": {
    sources: ["src/drivers/access/sql/*.ts"],
    tests: [
      "test/drivers/access/sql/*.test.ts",
      "test/drivers/parts/*.test.ts",
      ...tests("test/drivers", ["kinds-on-sql", "lint-on-lab", "backup-and-restore"]),
    ],
  },
  "driver-parts": {
    sources: ["src/drivers/parts/*.ts"],
    tests: [
      "test/drivers/parts/*.test.ts",
      ...tests("test/drivers", ["kinds-on-sql", "lint-on-lab", "kinds-on-files", "backup-and-restore"]),
    ],
  },
  drivers: {
    sources: ["src/drivers/*.ts"],
    tests: tests("test/drivers", [
      "package-sources",
      "kinds-on-files",
      "kinds-on-sql",
      "lint-on-lab",
      "windows-registry-on-wine",
      "backup-and-restore",
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
