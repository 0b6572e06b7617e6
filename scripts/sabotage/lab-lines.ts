import { together, type BrokenLines } from "./broken-lines.ts";

const changeLab = "packages/lab/src/change-lab.ts";
const damage = "packages/lab/src/incidents/library-damage.ts";
const incident = "packages/lab/src/incidents/incident.ts";
const library = "packages/lab/src/site/content-library.ts";
const reg = "packages/lab/src/tools/reg.ts";
const regText = "packages/lab/src/site/reg-text.ts";
const rskeymgmt = "packages/lab/src/tools/rskeymgmt.ts";
const availability = "packages/lab/src/sql/availability.ts";
const sc = "packages/lab/src/tools/sc.ts";
const taskLog = "packages/lab/src/site/task-log.ts";
const taskNow = "packages/lab/src/site/task-now.ts";
const taskRun = "packages/lab/src/site/task-run.ts";
const taskSet = "packages/lab/src/site/task-set.ts";
const vssadmin = "packages/lab/src/tools/vssadmin.ts";
const wrongNumber = [
  "packages/lab/src/sql/sql-error.ts",
  "this.number = number;",
  "this.number = number + 1;",
] as const;

/** What chance had not found of the simulated site. */
export const labLines: readonly BrokenLines[] = [
  together("packages/lab/test/sql/queries.test.ts", [wrongNumber]),
  together("packages/lab/test/sql/backup.test.ts", [wrongNumber]),
  together("packages/lab/test/sql/create-instance.test.ts", [
    ["packages/lab/src/sql/create-instance.ts", "id: 4, nowMs", "id: 5, nowMs"],
  ]),
  together("packages/lab/test/age-lab.test.ts", [
    ["packages/lab/src/age-lab.ts", "forwards only", "one way"],
  ]),
  together("packages/lab/test/start-lab.test.ts", [
    ["packages/lab/src/start-lab.ts", "is running already", "runs"],
  ]),
  together("packages/lab/test/change-lab.test.ts", [
    [
      changeLab,
      "return [\n    await changeComputers",
      "return (globalThis as any).told ??= [\n    await changeComputers",
    ],
    [changeLab, "    changePublisherDatabase(occasion),\n", ""],
    [changeLab, 'tables: ["System_DISC"]', "tables: []"],
    [library, "rmSync(path + ending, { force: true })", "path"],
  ]),
  together("packages/lab/test/change-lab.test.ts", [
    [library, "  rmSync(folder, { recursive: true, force: true });", ""],
  ]),
  together("packages/lab/test/create-lab.test.ts", [
    ["packages/lab/src/create-lab.ts", "is not empty", "is full"],
    ["packages/lab/src/create-lab.ts", "There is no lab in", "No lab is in"],
    ["packages/lab/src/machine-file.ts", "join(lab, ...folder.split", 'join(lab, "none", ...folder.split'],
    ["packages/lab/src/policy-file.ts", 'kind: "BackupPolicy"', 'kind: "Policy"'],
    ["packages/lab/src/site/install-folder.ts", "entries: versionEntries", "entries: []"],
    ["packages/lab/src/site/packages.ts", "return `Content_${", "return `Contents_${"],
    [
      "packages/lab/src/seeded-chance.ts",
      ".update(seed).digest()",
      ".update(seed + process.hrtime.bigint()).digest()",
    ],
  ]),
  together("packages/lab/test/create-lab.test.ts", [
    ["packages/lab/src/site/packages.ts", '"\\\\\\\\cm01.lab\\\\Sources$"', '"\\\\\\\\cm01.lab\\\\Origins$"'],
  ]),
  together("packages/lab/test/incidents/incident.test.ts", [
    [incident, " There are: ${names()}.", ""],
    [incident, "is on already", "is on"],
    [incident, "3 * dayMs", "2 * dayMs"],
    ["packages/lab/src/incidents/flip-bits.ts", "  utimesSync(path, atime, mtime);\n", ""],
    [damage, '  renameSync(asideFile(lab, "missing-object"), file);\n', ""],
    [damage, "has left the library", "is gone"],
    [
      "packages/lab/src/incidents/unreadable-file.ts",
      "    rmSync(file);\n    renameSync(asideFile(lab, name), file);\n",
      "",
    ],
    ["packages/lab/src/incidents/replication-trouble.ts", "(SiteSending = 'PS1'", "(SiteSending = 'PS2'"],
    ["packages/lab/src/incidents/catalogue.ts", "can be seen but not read.", "can be seen but not read"],
    [
      taskSet,
      "  for (const name of [backupDocument, iniDocument]) rmSync(join(folders.site, name), { force: true });\n",
      "",
    ],
  ]),
  together("packages/lab/test/sql/data-file.test.ts", [
    ["packages/lab/src/sql/data-file/write-data-file.ts", ": hasChecksum;", ": 0;"],
    ["packages/lab/src/sql/data-file/allocation.ts", "extent ${seed} ${extent}", "extent ${extent}"],
    ["packages/lab/src/sql/data-file/read-data-file.ts", " || !page.isSound", ""],
    ["packages/lab/src/sql/data-file/write-log-file.ts", "? log.length : start", "? start + length : start"],
  ]),
  together("packages/lab/test/site/content-library.test.ts", [
    [library, "`${path}.SIG`, bytes", "`${path}.SIGN`, bytes"],
    [library, 'libraryFolder(lab, "E"), "PkgLib"', 'libraryFolder(lab, "F"), "PkgLib"'],
    [library, 'entries: [["Hash", hash]] }]);', 'entries: [["Hash", hash.toLowerCase()]] }]);'],
    [library, "chmodSync(path, 0o444)", "chmodSync(path, 0o644)"],
    [library, "if (users.length > 0) return writeUsers(path, users, use.nowMs);", ""],
    ["packages/lab/src/site/tree-hash.ts", "left < right ? -1 : 1", "left < right ? 1 : -1"],
  ]),
  together("packages/lab/test/site/site-backup-task.test.ts", [
    [taskRun, "today + 45 * minuteMs < nowMs", "today < nowMs"],
    [taskLog, 'status(5056, "I"', 'status(5057, "I"'],
    [taskLog, "Win32 Error = 5`", "Win32 Error = 6`"],
    ["packages/lab/src/site/log-lines.ts", "+000><thread", "-060><thread"],
  ]),
  together("packages/lab/test/tools/reg.test.ts", [
    [reg, 'return { ...done, stdout: "", stderr: done.stdout };', "return { ...done, code: 2 };"],
    [reg, "if (paths.length === 0) return missingKey;", "if (paths.length === 0) return done;"],
    [reg, 'existsSync(target) && !has(args, "/y")', "false"],
    [reg, "`0x${value.number.toString(16)}`", "String(value.number)"],
    [reg, 'return failed("Error accessing the registry.");', "return done;"],
    [reg, "The operation completed successfully", "The operation is finished"],
    [regText, "Version 5.00\\r\\n", "Version 5.00\\n"],
  ]),
  together("packages/lab/test/tools/rskeymgmt.test.ts", [
    [rskeymgmt, "The password is not valid", "The password is wrong"],
    [rskeymgmt, "The option -p is required", "A password is required"],
  ]),
  together("packages/lab/test/tools/sc.test.ts", [
    [sc, 'refused(words, "StartService", 1056)', 'refused(words, "StartService", 1058)'],
    [sc, 'line("SERVICE_START_NAME", found.account)', 'line("SERVICE_START_NAME", "LocalSystem")'],
    [taskNow, "else clearSet(lab, variant);", ""],
    [taskNow, "isRunning: !staysDown", "isRunning: true"],
  ]),
  together("packages/lab/test/sql/availability.test.ts", [
    [availability, "(group.preference === 0)", "(group.preference !== 0)"],
    [
      availability,
      'undefined ? database.recoveryModel : "FULL"',
      'undefined ? "FULL" : database.recoveryModel',
    ],
    ["packages/lab/src/sql/backup/run-backup.ts", "new SqlError(3059, text)", "new SqlError(3060, text)"],
    ["packages/lab/src/sql/sid.ts", "new Uint8Array([1])", "new Uint8Array([2])"],
  ]),
  together("packages/lab/test/sql/encryption.test.ts", [
    ["packages/lab/src/sql/backup/run-restore.ts", "openEncryption(context.engine, set);", ""],
    [
      "packages/lab/src/sql/backup/export-keys.ts",
      "noteExport(engine.open(database), certificate.id, engine.nowMs());",
      "void noteExport;",
    ],
    ["packages/lab/src/sql/backup/record-backup.ts", 'encryptor_type: "CERTIFICATE"', "encryptor_type: null"],
    ["packages/lab/src/sql/pvk.ts", "isEncrypted ? rc4(key, sealed) : sealed", "sealed"],
  ]),
  together("packages/lab/test/databases/site-modules.test.ts", [
    ["packages/lab/src/sql/catalog/module-views.ts", "isShown ? definition : null", "definition"],
    ["packages/lab/src/incidents/site-update.ts", "State = ${number}, Last", "Last"],
    ["packages/lab/src/site/report-definition.ts", "<CodeModule>${query", "<Module>${query"],
  ]),
  together("packages/lab/test/tools/vssadmin.test.ts", [[vssadmin, "[8] ", "[5] "]]),
  together("packages/lab/test/tds/parsing.fuzz.test.ts", [
    ["packages/lab/src/tds/packets.ts", "Buffer.concat([this.#waiting, bytes])", "bytes"],
    [
      "packages/lab/src/tds/prelogin.ts",
      'throw new ProtocolError("The PRELOGIN options',
      'throw new Error("The PRELOGIN options',
    ],
    ["packages/lab/src/tds/prelogin.ts", "options.length * 5 + 1", "options.length * 5 + 9"],
    ["packages/lab/src/tds/prelogin.ts", "if (offset + length > payload.length)", "if (false)"],
  ]),
  together("packages/lab/test/tds/values.test.ts", [
    ["packages/lab/src/tds/sql-type.ts", "(${type.precision},${type.scale})", "(${type.precision})"],
    ["packages/lab/src/tds/sql-type.ts", "(${type.length})", ""],
    ["packages/lab/src/tds/sql-type.ts", "\\s*$/i.exec(", "\\s*/i.exec("],
  ]),
];
