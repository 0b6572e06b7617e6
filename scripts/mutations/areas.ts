/** Code whose every break a test should notice, and the tests that are asked. */
export interface MutationArea {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** What decides whether a repository can be read, and what may go. */
export const areas: Readonly<Record<string, MutationArea>> = {
  format: {
    sources: ["src/store/format/*.ts"],
    // Without the fuzzing: a break that only chance notices is one that a test is missing for.
    tests: tests("test/store/format", [
      "bytes",
      "refusals",
      "objects",
      "codecs",
      "pack",
      "envelope",
      "bombs",
    ]),
  },
  "prune-rules": {
    sources: files("src/store", [
      "prune-plan",
      "prune-index",
      "prune-clock",
      "fences",
      "confirmation",
      "leases",
    ]),
    tests: tests("test/store", ["confirmation", "prune-plan", "prune-index", "leases", "fences"]),
  },
  prune: {
    sources: files("src/store", ["prune", "look-whole", "needs", "repack"]),
    tests: tests("test/store", [
      "needs",
      "repack",
      "look-whole",
      "prune-approval",
      "prune-fences",
      "prune-ends",
      "prune",
    ]),
  },
  retention: {
    sources: files("src/core/plan", [
      "retention",
      "calendar",
      "decide-forget",
      "forget-guards",
      "held-points",
      "points",
    ]),
    tests: tests("test/core/plan", [
      "retention",
      "calendar",
      "decide-forget",
      "forget-guards",
      "held-points",
      "points",
      "summarise-status",
    ]),
  },
  window: {
    sources: files("src/core/plan", [
      "judge-window",
      "database-copies",
      "window-looks",
      "copy-trail",
      "judge-versions",
      "purge-horizon",
      "judge-partners",
      "judge-schedule",
    ]),
    tests: tests("test/core/plan", [
      "window-looks",
      "copy-trail",
      "judge-versions",
      "judge-window",
      "database-copies",
      "purge-horizon",
      "judge-partners",
      "judge-schedule",
      "summarise-status",
    ]),
  },
};

function files(folder: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${folder}/${name}.ts`);
}

function tests(folder: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${folder}/${name}.test.ts`);
}
