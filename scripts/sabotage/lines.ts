import { type BrokenLines, lines, together } from "./broken-lines.ts";

/**
 * What chance had not found when it was looked for: grouped by test file, each with the line that it rests
 * on.
 */
export const brokenLines: readonly BrokenLines[] = [
  ...lines("test/core/base/instant.test.ts", "src/core/base/instant.ts", [
    ["if (!/^(\\d+[smhdw])+$/.test(text)) return undefined;", ""],
  ]),
  ...lines("test/core/base/cron.test.ts", "src/core/base/cron.ts", [
    [".length !== 5", ".length === 0"],
    ["|| /\\bH\\b/.test(text)", ""],
  ]),
  ...lines("test/core/plan/calendar/schedule.test.ts", "src/core/base/cron.ts", [
    [".length !== 5", ".length === 0"],
  ]),
  ...lines("test/core/plan/calendar/schedule.test.ts", "src/core/base/cron.ts", [
    ["|| /\\bH\\b/.test(text)", ""],
  ]),
  ...lines("test/core/kinds/catalogue.test.ts", "src/core/kinds/site-database.ts", [
    ["never use NEW_BROKER", "use NEW_BROKER"],
  ]),
  ...lines("test/core/plan/window/judge-window.test.ts", "src/core/plan/window/judge-window.ts", [
    [
      'return { state: "not-proven", basis, because: `The w',
      'return { state: "inside", basis, because: `The w',
    ],
    ['facts.changeTracking === "unknown" || ', ""],
  ]),
  together("test/core/plan/window/judge-window.test.ts", [
    ["src/core/plan/window/judge-window.ts", "named.add(policy.site.parent);", ";"],
    [
      "src/core/plan/window/judge-window.ts",
      '[ownJudge(facts, { basis: "own settings, no partner named" })]',
      "[]",
    ],
  ]),
  together("test/core/plan/forget-guards.test.ts", [
    ["src/core/plan/forget-guards.ts", 'case "newest-unverified-inside":', ""],
    ["src/core/plan/forget-guards.ts", 'case "newest-data":', ""],
    ["src/core/plan/forget-guards.ts", 'case "future":', ""],
    ["src/core/plan/forget-guards.ts", 'case "incomplete-grace":', ""],
  ]),
  together("test/core/plan/forget-guards.test.ts", [
    ["src/core/plan/forget-guards.ts", "complete.some((point) => point.due === due) && ", ""],
  ]),
  ...lines("test/core/plan/retention/retention.test.ts", "src/core/plan/retention/retention.ts", [
    ["point.due > since", "point.due >= since"],
    ['keep(reasons, point, { why: "no-rules" });', ";"],
  ]),
  ...lines("test/core/policy/problems.test.ts", "src/core/policy/yaml/check-text.ts", [
    ["if (stray === null) return undefined;", "if (stray !== undefined) return undefined;"],
    ["text.length > policyFileCharactersMax", "false"],
  ]),
  ...lines("test/core/policy/problems.test.ts", "src/core/policy/yaml/read-yaml.ts", [
    ["documentsMax = 100", "documentsMax = 1_000"],
    ["if (values.length === 0 && reader.problems.length === 0)", "if (false)"],
    ["aliasesMax = 100", "aliasesMax = 10_000"],
    ["if (exhausted)", "if (false)"],
    ["return [...lines.values()].map((it) => it[0]!).slice(0, syntaxErrorsMax);", "return errors;"],
  ]),
  ...lines("test/core/policy/problems.test.ts", "src/core/policy/text/text-file.ts", [
    ["raw.startsWith(byteOrderMark) ? raw.slice(1) : raw", "raw"],
    ["column: column + 1", "column"],
    ["line: low + 1", "line: low + 2"],
  ]),
  ...lines("test/core/policy/read-policies.test.ts", "src/core/policy/explain-policy.ts", [
    ["judged?.sound === true ? judged.policy : undefined", "judged?.policy"],
  ]),
  ...lines("test/core/report/words/reason-words.test.ts", "src/core/report/words/reason-words.ts", [
    ['"Never captured:"', '"Once captured:"'],
    ['"The newest copy was read back and is damaged:"', '"The newest copy is well:"'],
    ["`Asked for (${because.note}):`", '"Asked for:"'],
    ["(${nth} of ${of})", "(${of} of ${nth})"],
    ["`last ${nth} of ${of}`", "`last ${of} of ${nth}`"],
    ['"a kept differential or log is laid on it"', '"a chain"'],
  ]),
  ...lines("test/core/report/render-snapshots.test.ts", "src/core/report/render-snapshots.ts", [
    ['"There are no snapshots.\\n"', '""'],
  ]),
  ...lines("test/store/backends/folder.test.ts", "src/store/backends/folder.ts", [
    ["if (found?.size !== bytes.length) return false;", "if (found !== undefined) return true;"],
  ]),
  ...lines("test/store/format/encoding/envelope.test.ts", "src/store/format/encoding/envelope.ts", [
    ["if (object.length < headerBytes + trailerBytes)", "if (false)"],
    ["if (bytes[8] !== objectTypes[type])", "if (false)"],
  ]),
  together("test/cli/command/completions.test.ts", [
    ["src/cli/command/completions.ts", 'const last = typed.at(-1) ?? "";', 'const last = "";'],
    ["src/cli/command/completions.ts", ".filter((word) => word.startsWith(last));", '.concat("else");'],
    ["src/cli/groups/policy-commands.ts", 'summary: "', 'summary: "" && "'],
  ]),
  together("test/engine/session/secrets.test.ts", [
    ["src/engine/session/secrets.ts", '.replace(/\\r?\\n$/, "")', '.concat(".")'],
  ]),
  ...lines("test/drivers/access/formats/reg-file.test.ts", "src/drivers/access/formats/reg-file.ts", [
    ['if (lines.at(-1) !== "")', "if (false)"],
    ["if (lines[0] !== header)", "if (false)"],
    ["holds a value before the first key", "is odd"],
    ["begins a value that never ends", "is odd"],
    ['if (!value) throw fault(reader, "holds data of no known form");', "if (!value) return reader.at++, 1;"],
    ["if (bytes.length % 2 === 1)", "if (false)"],
    ["return { keys, valueCount };", "return { keys, valueCount: valueCount + 1 };"],
  ]),
  ...lines("test/drivers/package-sources.test.ts", "src/drivers/package-sources.ts", [
    ['path.replace(/[\\\\/]+$/, "")', "path"],
  ]),
  ...lines("test/engine/saved-plan.test.ts", "src/engine/saved-plan.ts", [
    ["=== digest) return plan;", "!== digest) return plan;"],
  ]),
  together("test/drivers/backup-and-restore.test.ts", [
    ["src/drivers/access/sql/sql-problems.ts", '"sql-unreachable"', '"sql-error"'],
    ["src/drivers/access/sql/sql-problems.ts", '"sql-login-refused"', '"sql-error"'],
  ]),
  // What every driver promises: to answer, to offer all, to name what is missing, to stop, and to pass on
  // failures.
  ...[
    together("", [
      ["src/drivers/parts/observing.ts", "return { answers: true, facts,", "return { answers: false, facts,"],
      [
        "src/drivers/parts/offer-tree.ts",
        "return sink.offer(offerOf(request, entry));",
        "return Promise.resolve();",
      ],
      ["src/drivers/windows-registry.ts", "await sink.offer({", "void ({"],
    ]),
    together("", [
      [
        "src/drivers/parts/observing.ts",
        "return { answers: false, problem: thrown.problem };",
        "return { answers: true, facts: {}, risks: [] };",
      ],
      [
        "src/drivers/parts/offer-tree.ts",
        "throw thrown instanceof FolderUnreadable",
        "return []; thrown instanceof FolderUnreadable",
      ],
      [
        "src/drivers/windows-registry.ts",
        "if (Object.keys(counts).length === 0 && problems[0])",
        "if (false)",
      ],
      [
        "src/drivers/task-backup.ts",
        "if (!run) throw new ProblemError(neverRan(folders.site.shown, where));",
        "if (!run) return { startedAt: 0, failures: [] };",
      ],
      ["src/drivers/task-backup.ts", "if (problem) throw new ProblemError(problem);", ""],
      ["src/drivers/task-backup.ts", "if (now?.startedAt !== run.startedAt)", "if (false)"],
    ]),
    together("", [
      [
        "src/drivers/access/files/tree-walk.ts",
        "    this.#signal?.throwIfAborted();\n    const listing",
        "    const listing",
      ],
      [
        "src/drivers/access/files/tree-walk.ts",
        "    this.#signal?.throwIfAborted();\n    await new",
        "    await new",
      ],
      ["src/drivers/windows-registry.ts", "means.signal.throwIfAborted();", ""],
      [
        "src/drivers/parts/offer-tree.ts",
        "return sink.offer(offerOf(request, entry));",
        "return sink.offer(offerOf(request, entry)).catch(() => {});",
      ],
      [
        "src/drivers/parts/observing.ts",
        "if (!(thrown instanceof ProblemError)) throw thrown;",
        "if (!(thrown instanceof ProblemError)) return;",
      ],
      ["src/drivers/windows-registry.ts", "keys: exported.keys.length", "keys: exported.valueCount"],
      ["src/drivers/access/formats/reg-file.ts", 'if (lines.at(-1) !== "")', "if (false)"],
      [
        "src/drivers/access/formats/reg-file.ts",
        'if (!value) throw fault(reader, "holds data of no known form");',
        "if (!value) return reader.at++, 1;",
      ],
      [
        "src/drivers/access/formats/reg-file.ts",
        'if (!match) throw fault(reader, "is no value");',
        "if (!match) return reader.at++, 1;",
      ],
      ["src/drivers/site-files.ts", 'cdLatest: stated ?? "unknown"', 'cdLatest: "unknown"'],
      ["src/drivers/site-files.ts", "risks: [noMedia(root, where)]", "risks: []"],
      ["src/drivers/site-files.ts", "risks: outside.map((path) => notCaptured(path, where))", "risks: []"],
      ["src/drivers/site-files.ts", "risks: [...left, ...outside]", "risks: [...outside]"],
      ["src/drivers/content-library.ts", "missingShown = 20", "missingShown = 30"],
      ["src/drivers/content-library.ts", '`${file.join("/")} of', '`${file.join("/")} in'],
      [
        "src/drivers/content-library.ts",
        "if (!source.discover) return source.folders;",
        "if (source.folders) return source.folders;",
      ],
      ["src/drivers/content-library.ts", '"**/*.temp"', '"*.temp"'],
      ["src/drivers/content-library.ts", '["FileLib/*", ...staging]', "staging"],
      ["src/drivers/task-backup.ts", "asOf: run.startedAt,", "asOf: means.now(),"],
      ["src/drivers/task-backup.ts", "runProblem(run, where) ??", "undefined ??"],
      ["src/drivers/task-backup.ts", "if (now?.startedAt !== run.startedAt)", "if (false)"],
      [
        "src/drivers/task-backup.ts",
        "if (!entry) return",
        "if (!entry) return undefined; if (!entry) return",
      ],
      ["src/drivers/parts/offer-tree.ts", '"link-not-followed"', '"file-unreadable"'],
    ]),
  ].map((group) => ({ ...group, test: "test/drivers/kinds-on-files.test.ts" })),
  // Each story by the line that it is about.
  together("test/scenarios/stories.test.ts", [
    ["src/core/plan/window/judge-window.ts", "aheadMs < clockToleranceMs", "aheadMs < Infinity"],
    ["src/core/plan/window/judge-window.ts", "Change tracking is off", "Change tracking is on"],
    ["src/drivers/content-library.ts", "!names.has(hash)", "names.has(hash)"],
    ["src/drivers/access/sql/sql-problems.ts", "(mixed mode)", "(both modes)"],
    ["src/drivers/access/sql/sql-problems.ts", "and the firewall between", "and the network between"],
    ["src/drivers/access/sql/sql-problems.ts", "Let the account of the SQL Server service", "Let everybody"],
    ["src/engine/saved-plan.ts", "has applied it", "knows it"],
    ["src/drivers/task-backup.ts", "Cure what the log names", "Cure it"],
  ]),
  together("test/scenarios/cancel.test.ts", [["src/cli/main.ts", "Stopping after", "Ending after"]]),
  together("test/scenarios/watch.test.ts", [
    ["src/cli/commands/watch.ts", 'started: "started"', 'started: "began"'],
  ]),
  together("test/scenarios/round-trip.test.ts", [
    ["src/store/ingest/file-time.ts", "(modifiedAt + 0.25)", "(modifiedAt + 2.25)"],
    ["src/drivers/windows-registry.ts", "source.keys.entries()", "source.keys.slice(1).entries()"],
    ["src/drivers/parts/keys/key-file-password.ts", "600_000", "500_000"],
    [
      "src/drivers/parts/keys/export-keys.ts",
      "ENCRYPTION BY PASSWORD = ${quoteText(password)}`",
      'ENCRYPTION BY PASSWORD = ${quoteText(password + "x")}`',
    ],
    ["src/drivers/parts/database-restore.ts", '"CHECKSUM"', '"CHECKED"'],
    ["src/cli/commands/plan.ts", "{ ...sealPlan(plan) }", "{ ...sealPlan(plan), sites: [] }"],
  ]),
];
