import { together, type BrokenLines } from "./broken-lines.ts";

const changeLab = "src/lab/change-lab.ts";
const damage = "src/lab/incidents/library-damage.ts";
const incident = "src/lab/incidents/incident.ts";
const library = "src/lab/site/content-library.ts";
const reg = "src/lab/tools/reg.ts";
const regText = "src/lab/site/reg-text.ts";
const rskeymgmt = "src/lab/tools/rskeymgmt.ts";
const task = "src/lab/site/site-backup-task.ts";
const wrongNumber = [
  "src/lab/sql/sql-error.ts",
  "this.number = number;",
  "this.number = number + 1;",
] as const;

/** What chance had not found of the simulated site. */
export const labLines: readonly BrokenLines[] = [
  together("test/lab/sql/queries.test.ts", [wrongNumber]),
  together("test/lab/sql/backup.test.ts", [wrongNumber]),
  together("test/lab/sql/create-instance.test.ts", [
    ["src/lab/sql/create-instance.ts", "id: 4, nowMs", "id: 5, nowMs"],
  ]),
  together("test/lab/age-lab.test.ts", [["src/lab/age-lab.ts", "forwards only", "one way"]]),
  together("test/lab/start-lab.test.ts", [["src/lab/start-lab.ts", "is running already", "runs"]]),
  together("test/lab/change-lab.test.ts", [
    [
      changeLab,
      "return [\n    await changeComputers",
      "return (globalThis as any).told ??= [\n    await changeComputers",
    ],
    [changeLab, "    changePublisherDatabase(occasion),\n", ""],
    [changeLab, 'tables: ["System_DISC"]', "tables: []"],
    [library, "rmSync(path + ending, { force: true })", "path"],
  ]),
  together("test/lab/change-lab.test.ts", [
    [library, "  rmSync(folder, { recursive: true, force: true });", ""],
  ]),
  together("test/lab/create-lab.test.ts", [
    ["src/lab/create-lab.ts", "is not empty", "is full"],
    ["src/lab/create-lab.ts", "There is no lab in", "No lab is in"],
    ["src/lab/machine-file.ts", "join(lab, ...folder.split", 'join(lab, "none", ...folder.split'],
    ["src/lab/policy-file.ts", 'kind: "BackupPolicy"', 'kind: "Policy"'],
    ["src/lab/site/install-folder.ts", "entries: versionEntries", "entries: []"],
    ["src/lab/site/packages.ts", "return `Content_${", "return `Contents_${"],
    [
      "src/lab/seeded-chance.ts",
      ".update(seed).digest()",
      ".update(seed + process.hrtime.bigint()).digest()",
    ],
  ]),
  together("test/lab/create-lab.test.ts", [
    ["src/lab/site/packages.ts", '"\\\\\\\\cm01.lab\\\\Sources$"', '"\\\\\\\\cm01.lab\\\\Origins$"'],
  ]),
  together("test/lab/incidents/incident.test.ts", [
    [incident, " There are: ${names()}.", ""],
    [incident, "is on already", "is on"],
    [incident, "3 * dayMs", "2 * dayMs"],
    [damage, "  utimesSync(file, atime, mtime);\n", ""],
    [damage, '  renameSync(asideFile(lab, "missing-object"), file);\n', ""],
    [damage, "has left the library", "is gone"],
    [
      "src/lab/incidents/unreadable-file.ts",
      "    rmSync(file);\n    renameSync(asideFile(lab, name), file);\n",
      "",
    ],
    ["src/lab/incidents/replication-trouble.ts", "(SiteSending = 'PS1'", "(SiteSending = 'PS2'"],
    ["src/lab/incidents/catalogue.ts", "can be seen but not read.", "can be seen but not read"],
    [task, '  rmSync(join(folders.site, "ConfigMgrBackup.ini"), { force: true });\n', ""],
  ]),
  together("test/lab/site/content-library.test.ts", [
    [library, "`${path}.SIG`, bytes", "`${path}.SIGN`, bytes"],
    [library, 'libraryFolder(lab, "E"), "PkgLib"', 'libraryFolder(lab, "F"), "PkgLib"'],
    [library, 'entries: [["Hash", hash]] }]);', 'entries: [["Hash", hash.toLowerCase()]] }]);'],
    [library, "chmodSync(path, 0o444)", "chmodSync(path, 0o644)"],
    [library, "if (users.length > 0) return writeUsers(path, users, use.nowMs);", ""],
    ["src/lab/site/tree-hash.ts", "left < right ? -1 : 1", "left < right ? 1 : -1"],
  ]),
  together("test/lab/site/site-backup-task.test.ts", [
    [task, "today + 45 * minuteMs < nowMs", "today < nowMs"],
    [task, 'status(5056, "I"', 'status(5057, "I"'],
    [task, "Win32 Error = 5`", "Win32 Error = 6`"],
    ["src/lab/site/log-lines.ts", "+000><thread", "-060><thread"],
  ]),
  together("test/lab/tools/reg.test.ts", [
    [reg, 'return { ...done, stdout: "", stderr: done.stdout };', "return { ...done, code: 2 };"],
    [reg, "if (paths.length === 0) return missingKey;", "if (paths.length === 0) return done;"],
    [reg, 'existsSync(target) && !has(args, "/y")', "false"],
    [reg, "`0x${value.number.toString(16)}`", "String(value.number)"],
    [reg, 'return failed("Error accessing the registry.");', "return done;"],
    [reg, "The operation completed successfully", "The operation is finished"],
    [regText, "Version 5.00\\r\\n", "Version 5.00\\n"],
  ]),
  together("test/lab/tools/rskeymgmt.test.ts", [
    [rskeymgmt, "The password is not valid", "The password is wrong"],
    [rskeymgmt, "The option -p is required", "A password is required"],
  ]),
  together("test/lab/tds/parsing.fuzz.test.ts", [
    ["src/lab/tds/packets.ts", "Buffer.concat([this.#waiting, bytes])", "bytes"],
    [
      "src/lab/tds/prelogin.ts",
      'throw new ProtocolError("The PRELOGIN options',
      'throw new Error("The PRELOGIN options',
    ],
    ["src/lab/tds/prelogin.ts", "options.length * 5 + 1", "options.length * 5 + 9"],
    ["src/lab/tds/prelogin.ts", "if (offset + length > payload.length)", "if (false)"],
  ]),
  together("test/lab/tds/values.test.ts", [
    ["src/lab/tds/sql-type.ts", "(${type.precision},${type.scale})", "(${type.precision})"],
    ["src/lab/tds/sql-type.ts", "(${type.length})", ""],
    ["src/lab/tds/sql-type.ts", "\\s*$/i.exec(", "\\s*/i.exec("],
  ]),
];
