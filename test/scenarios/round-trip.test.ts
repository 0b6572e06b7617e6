import { execFileSync } from "node:child_process";
import { pbkdf2Sync, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Document, parseAllDocuments } from "yaml";
import { digestTree, dumpDatabase, type FileDigest } from "../../packages/lab/src/digest.ts";
import { databaseCopy } from "../../packages/lab/src/site/task-set.ts";
import { writeToSite } from "../../packages/lab/src/site-writes.ts";
import { withStartedLab } from "../support/started-lab.ts";
import { openPvk } from "../support/open-pvk.ts";

/**
 * Every kind of source, the whole way: looked at by other means, captured, destroyed, restored by the
 * program, and compared with what was seen at first. What is compared and how uses nothing of the product.
 */

/** Sources that are files, as folders below `hosts` and where the snapshot keeps them. */
const trees: Readonly<Record<string, readonly Tree[]>> = {
  task: [
    // The log beside the set is a copy of the one that the site keeps in its own folder.
    { from: "cm01/E/CMBackup", to: "", wanted: /^(?!smsbkup\.log$)/ },
    { from: "sql01/E/CMBackup", to: "" },
  ],
  // Programs outside of CD.Latest come back with the setup, and are not kept.
  files: [
    {
      from: "cm01/D/Program Files/Microsoft Configuration Manager",
      to: "",
      wanted: /^(?!bin\/X64\/smsexec\.exe$|install\.map$)/,
    },
  ],
  library: [
    { from: "cm01/E/SCCMContentLib", to: "E/SCCMContentLib/" },
    { from: "cm01/F/SCCMContentLib", to: "F/SCCMContentLib/" },
  ],
  packages: [{ from: "cm01/D/Sources", to: "cm01.lab/Sources$/", made: /^packages\.json$/ }],
  scup: [{ from: "admin07/C/Users", to: "admin07.lab/", wanted: /\/Scupdb\.sdf$/ }],
  userState: [{ from: "smp01/D", to: "smp01.lab/D/" }],
  scripts: [{ from: "cm01/D/Scripts", to: "" }],
  reports: [
    {
      from: "ssrs01/C/ReportSources",
      to: "C/ReportSources/",
      made: /^(databases\/|encryption-key\/|queries\/|reports\.json$)/,
    },
    { from: `ssrs01/${reportServer()}`, to: `${reportServer()}/` },
  ],
};

interface Tree {
  readonly from: string;
  readonly to: string;
  /** Only these of the folder's files belong to the source. */
  readonly wanted?: RegExp;
  /** Files of the snapshot that were made for it. */
  readonly made?: RegExp;
}

function reportServer(): string {
  return "C/Program Files/Microsoft SQL Server Reporting Services/SSRS/ReportServer";
}

/** Sources that are databases, by the names they are restored to. The report server has two. */
const databases: Readonly<Record<string, readonly string[]>> = {
  database: ["CM_PS1"],
  updates: ["SUSDB"],
  reports: ["ReportServer", "ReportServerTempDB"],
};

/** The row that is changed, and the table that loses one, to see that the comparison would tell. */
const harms: readonly (readonly [database: string, change: string, lose: string])[] = [
  [
    "CM_PS1",
    "UPDATE Sites SET SiteName = 'renamed' WHERE SiteCode = 'PS1'",
    "DELETE FROM Sites WHERE SiteCode = 'CAS'",
  ],
  [
    "SUSDB",
    "UPDATE tbUpdate SET LocalUpdateID = -1 WHERE LocalUpdateID = 1",
    "DELETE FROM tbUpdate WHERE LocalUpdateID = 2",
  ],
];

const registryKeys = ["HKLM\\SOFTWARE\\Microsoft\\SMS", "HKLM\\SOFTWARE\\Microsoft\\NAL"];

const lab = withStartedLab();
const host = (path: string): string => join(lab.folder, "hosts", path);
const restored = (source: string): string => join(lab.folder, "restored", source);
const dataFile = (name: string): string => host(`sql01/data/${name}.mdf`);
const secret = (name: string): string => readFileSync(join(lab.folder, "secrets", name), "utf8").trim();
const reportKey = (): string => host("ssrs01/symmetric-key");
const tool = (name: string, ...args: readonly string[]): string =>
  execFileSync(process.execPath, [join(lab.folder, "bin", `${name}.mjs`), ...args], {
    encoding: "utf8",
    stdio: "pipe",
    input: "Y\r\n",
  });

interface Picture {
  readonly trees: Readonly<Record<string, Record<string, string>>>;
  readonly databases: Readonly<Record<string, ReturnType<typeof dumpDatabase>>>;
  readonly taskRows: ReturnType<typeof dumpDatabase>;
  readonly registry: readonly string[];
  readonly reportKey: Buffer;
}

let before: Picture;

beforeAll(async () => {
  stageUpdatesByDefault();
  before = takePicture();
  const applied = await lab.run("apply", "--yes");
  expect(applied.code, `${applied.out}\n${applied.err}`).toBe(0);
  await destroyEverything();
}, 120_000);

describe("after everything is lost", () => {
  test.each(Object.keys(trees))(
    "the files of %s come back with their names, bytes and times",
    async (source) => {
      await restoreFiles(source);
      expect(filesRestored(source)).toEqual(before.trees[source]);
      expect(Object.keys(before.trees[source]!).length).toBeGreaterThan(2);
    },
  );

  test.each(Object.keys(databases))("the databases of %s come back with the same rows", async (source) => {
    const names = databases[source]!;
    for (const name of names) expect(existsSync(dataFile(name))).toBe(false);
    const ran = await lab.run("restore", `PS1/${source}`, "--database", names[0]!, "--yes");
    expect(ran.code, `${ran.out}\n${ran.err}`).toBe(0);
    for (const name of names) expect(dumpDatabase(dataFile(name))).toEqual(before.databases[name]);
  });

  test.each(Object.keys(databases))(
    "the databases of %s come back on another server with the same rows, and it keeps no file of theirs",
    async (source) => {
      const [first, ...others] = databases[source]!;
      const away = ["--database", first!, "--server", "sqlcas.lab", "--staging", "E:\\stage", "--yes"];
      const ran = await lab.run("restore", `PS1/${source}`, ...away);
      expect(ran.code, `${ran.out}\n${ran.err}`).toBe(0);
      for (const name of [first!, ...others])
        expect(dumpDatabase(host(`sqlcas/data/${name}.mdf`))).toEqual(before.databases[name]);
      expect(readdirSync(host("sqlcas/E/stage"))).toEqual([]);
    },
  );

  test.each(harms)(
    "a row of %s that is changed or lost makes a difference",
    async (database, ...statements) => {
      for (const statement of statements) {
        const sound = dumpDatabase(dataFile(database));
        await writeToSite(lab.folder, { host: "sql01.lab", database, statements: [statement], tables: [] });
        expect(dumpDatabase(dataFile(database)), statement).not.toEqual(sound);
        expect(dumpDatabase(dataFile(database)), statement).not.toEqual(before.databases[database]);
      }
    },
  );

  test("the registry is imported from the snapshot's files and exports as it did", async () => {
    expect(() => exportRegistry()).toThrow(/unable to find/i);
    await restoreFiles("registry");
    for (const file of Object.keys(digests(restored("registry"))))
      tool("reg", "import", join(restored("registry"), file));
    expect(exportRegistry()).toEqual(before.registry);
  });

  test("the report server's key is applied with the password that the documented recipe gives", async () => {
    const folder = restored("report-key");
    await lab.run("restore", "PS1/reports", "encryption-key", "--to", folder);
    const [file] = readdirSync(join(folder, "encryption-key"));
    const salt = file!.replace(/\.snk$/, "");
    const key = pbkdf2Sync(secret("rs-password"), `sitekeep ${salt}`, 600_000, 24, "sha256").toString(
      "base64url",
    );
    expect(readFileSync(reportKey())).not.toEqual(before.reportKey);
    tool("rskeymgmt", "-a", "-f", join(folder, "encryption-key", file!), "-p", `k${key}`, "-i", "SSRS");
    expect(readFileSync(reportKey())).toEqual(before.reportKey);
  });

  test("the certificate opens with its private key, and the password that the recipe makes of the policy's", async () => {
    await restoreFiles("sqlKeys");
    const folder = join(restored("sqlKeys"), "CM_PS1");
    const certificate = new X509Certificate(readFileSync(join(folder, "BitLockerManagement_CERT.cer")));
    const key = readFileSync(join(folder, "BitLockerManagement_CERT.pvk"));
    const salt = readFileSync(join(folder, "BitLockerManagement_CERT.salt"), "utf8");
    const made = pbkdf2Sync(secret("sql-keys-password"), `sitekeep ${salt}`, 600_000, 24, "sha256");
    const passphrase = `K1-k${made.toString("base64url")}`;
    expect(certificate.checkPrivateKey(openPvk(key, passphrase))).toBe(true);
    expect(() => openPvk(key, "another")).toThrow();
    expect(readFileSync(join(folder, "master-key.key")).length).toBeGreaterThan(20);
  });

  test("a restored set of the task holds the same rows as the one that it was taken from", () => {
    const [file] = [...digestTree(restored("task")).keys()].filter((path) => path.endsWith("CM_PS1.mdf"));
    const rows = dumpDatabase(join(restored("task"), file!));
    expect(rows).toEqual(before.taskRows);
    expect(rows.get("Sites")!.rows).toBeGreaterThan(1);
  });

  test("no source of the policy was left out", async () => {
    const planned = await lab.run("plan", "--json", "--at", "2099-01-01T00:00:00Z");
    expect(planned.code, planned.err).toBe(0);
    const { sites } = JSON.parse(planned.out);
    const sources = sites[0].policy.sources.map((it: { name: string }) => it.name);
    const shown = [...Object.keys(trees), ...Object.keys(databases), "registry", "sqlKeys"];
    expect(new Set(shown)).toEqual(new Set(sources));
    expect(new Set(sites[0].policy.sources.map((it: { kind: string }) => it.kind)).size).toBe(12);
  });
});

/**
 * `updates` names no staging folder: it goes through SQL Server's own, at the capture and at the restore. A
 * policy may leave it out where SQL Server runs on a site server.
 */
function stageUpdatesByDefault(): void {
  mkdirSync(host("sql01/data/Backup"));
  edit("policies/lab.yaml", (policies) => {
    const policy = policies.find((it) => it.get("kind") === "BackupPolicy")!;
    expect(policy.deleteIn(["sources", "updates", "staging"])).toBe(true);
    policy.setIn(["site", "servers"], ["cm01.lab", "sql01.lab"]);
  });
  edit("machine.yaml", ([machine]) =>
    machine!.setIn(["paths", "\\\\sql01.lab\\D$\\SQLData"], host("sql01/data")),
  );
}

function edit(name: string, change: (documents: readonly Document[]) => void): void {
  const file = join(lab.folder, name);
  const documents = parseAllDocuments(readFileSync(file, "utf8")) as Document[];
  change(documents);
  writeFileSync(file, documents.map(String).join("---\n"));
}

function takePicture(): Picture {
  const all = Object.values(databases).flat();
  return {
    trees: Object.fromEntries(Object.entries(trees).map(([name, parts]) => [name, filesOf(parts)])),
    databases: Object.fromEntries(all.map((name) => [name, dumpDatabase(dataFile(name))])),
    taskRows: dumpDatabase(databaseCopy(lab.folder)),
    registry: exportRegistry(),
    reportKey: readFileSync(reportKey()),
  };
}

async function destroyEverything(): Promise<void> {
  for (const { from } of Object.values(trees).flat()) rmSync(host(from), { recursive: true });
  const dropped = Object.values(databases)
    .flat()
    .map((name) => `DROP DATABASE ${name}`);
  await writeToSite(lab.folder, { host: "sql01.lab", database: "master", statements: dropped, tables: [] });
  for (const key of registryKeys) tool("reg", "delete", key, "/f");
  writeFileSync(reportKey(), "another key");
}

async function restoreFiles(source: string): Promise<void> {
  const ran = await lab.run("restore", `PS1/${source}`, "--to", restored(source));
  expect(ran.code, `${ran.out}\n${ran.err}`).toBe(0);
}

function filesOf(parts: readonly Tree[]): Record<string, string> {
  const found = parts.flatMap(({ from, to, wanted }) =>
    Object.entries(digests(host(from)))
      .filter(([path]) => wanted === undefined || wanted.test(path))
      .map(([path, digest]) => [`${to}${path}`, digest]),
  );
  return Object.fromEntries(found.sort());
}

function filesRestored(source: string): Record<string, string> {
  const isMade = (path: string) => trees[source]!.some(({ made }) => made?.test(path));
  return Object.fromEntries(
    Object.entries(digests(restored(source)))
      .filter(([path]) => !isMade(path))
      .sort(),
  );
}

/** Times are kept to the millisecond. */
function digests(folder: string): Record<string, string> {
  const text = ({ sha256, size, modifiedMs }: FileDigest) =>
    `${sha256} ${size} ${Math.floor(modifiedMs + 0.001)}`;
  return Object.fromEntries([...digestTree(folder)].map(([path, digest]) => [path, text(digest)]));
}

function exportRegistry(): readonly string[] {
  return registryKeys.map((key, index) => {
    const file = join(lab.folder, `exported-${index}.reg`);
    tool("reg", "export", key, file, "/y");
    return readFileSync(file, "utf16le");
  });
}
