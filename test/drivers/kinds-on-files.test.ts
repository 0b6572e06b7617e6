import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { day, formatMinute, hour, minute } from "../../src/core/base/instant.ts";
import { type Problem, subjectOf } from "../../src/core/base/problem.ts";
import type { Sink } from "../../src/core/model/offer.ts";
import type { SourceKind, SourceOf } from "../../src/core/model/policy/source.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { incident } from "../../packages/lab/src/incidents/incident.ts";
import { failSiteBackupTask } from "../../packages/lab/src/site/site-backup-task.ts";
import { failedRunFrom, lastTaskRun } from "../../packages/lab/src/site/task-run.ts";
import { taskFolders } from "../../packages/lab/src/site/task-set.ts";
import { driverContract } from "../contracts/driver.contract.ts";
import { labNowMs, withLab } from "../../packages/lab/test/made-lab.ts";
import { collectingSink, listingSink } from "../support/collecting-sink.ts";
import { digestFolder } from "../support/digest-folder.ts";
import { labMeans } from "../support/lab-means.ts";
import { labSources } from "../support/lab-sources.ts";

const lab = withLab();
const host = (path: string): string => join(lab.folder, "hosts", path);
const installFolder = (): string => host("cm01/D/Program Files/Microsoft Configuration Manager");

let copied: string;
beforeEach(() => {
  copied = mkdtempSync(join(tmpdir(), "captured-"));
});
afterEach(() => rmSync(copied, { recursive: true, force: true }));

driverContract("folder", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["folder"];
  const expected = (): Record<string, string> => digestFolder(host("cm01/D/Scripts"));
  const absent = { ...source, root: "D:\\None" };
  return { lab: lab.folder, site, source, expected, absent, untouched: [host("cm01/D/Scripts")] };
});

driverContract("site-files", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["site-files"];
  const expected = (): Record<string, string> => {
    const parts = /^(inboxes|logs|data|srvacct|cd\.latest)\//i;
    return Object.fromEntries(
      Object.entries(digestFolder(installFolder())).filter(([path]) => parts.test(path)),
    );
  };
  const absent = { ...source, root: "D:\\None" };
  return { lab: lab.folder, site, source, expected, absent, untouched: [installFolder()] };
});

driverContract("content-library", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["content-library"];
  const folders = {
    "E/SCCMContentLib": host("cm01/E/SCCMContentLib"),
    "F/SCCMContentLib": host("cm01/F/SCCMContentLib"),
  };
  const absent = { ...source, folders: ["E:\\None"] };
  return {
    lab: lab.folder,
    site,
    source,
    expected: () => below(folders),
    absent,
    untouched: Object.values(folders),
  };
});

driverContract("scup-database", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["scup-database"];
  const expected = (): Record<string, string> => {
    const all = below({ "admin07.lab": host("admin07/C/Users") });
    return Object.fromEntries(Object.entries(all).filter(([path]) => path.endsWith("/Scupdb.sdf")));
  };
  const absent = { ...source, machines: ["nobody.lab"] };
  return { lab: lab.folder, site, source, expected, absent, untouched: [host("admin07")] };
});

driverContract("task-backup", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["task-backup"];
  const folders = taskFolders(lab.folder);
  const expected = (): Record<string, string> => ({
    ...below({ "PS1Backup/SiteDBServer": join(folders.database, "SiteDBServer") }),
    ...below({ PS1Backup: folders.site }),
  });
  const absent = { ...source, site: "E:\\None" };
  const untouched = Object.values(folders);
  // No server runs here that could tell what the set is locked by.
  return { lab: lab.folder, site, source, expected, absent, untouched, told: ["sql-unreachable"] };
});

driverContract("windows-registry", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["windows-registry"];
  const absent = { ...source, keys: ["HKLM\\SOFTWARE\\None"] };
  return { lab: lab.folder, site, source, absent, untouched: [host("cm01/C")] };
});

describe("windows-registry", () => {
  test("an export holds what reg import needs to make the key again, and is counted", async () => {
    const { captured } = await capture("windows-registry");
    const path = "HKEY_LOCAL_MACHINE/SOFTWARE/Microsoft/SMS.reg";
    const text = readFileSync(join(copied, path)).toString("utf16le");
    const headers = [...text.matchAll(/^\[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS/gm)];
    expect(headers.length).toBeGreaterThan(3);
    expect(captured.facts).toMatchObject({
      exported: { "HKLM\\SOFTWARE\\Microsoft\\SMS": { keys: headers.length } },
    });

    const registry = host("cm01/registry.json");
    const before = readFileSync(registry, "utf8");
    const means = labMeans(lab.folder);
    await means.runTool("reg", ["delete", "HKLM\\SOFTWARE\\Microsoft\\SMS", "/f"]);
    expect(readFileSync(registry, "utf8")).not.toBe(before);
    await means.runTool("reg", ["import", join(copied, path)]);
    const again = mkdtempSync(join(tmpdir(), "again-"));
    await means.runTool("reg", ["export", "HKLM\\SOFTWARE\\Microsoft\\SMS", join(again, "sms.reg"), "/y"]);
    expect(readFileSync(join(again, "sms.reg"))).toEqual(readFileSync(join(copied, path)));
    rmSync(again, { recursive: true });
    writeFileSync(registry, before);
  });

  test("a missing key is named and the others are captured", async () => {
    const keys = ["HKLM\\SOFTWARE\\Microsoft\\Nowhere", "HKLM\\SOFTWARE\\Microsoft\\NAL"];
    const { captured, sink } = await capture("windows-registry", { keys });
    expect(sink.files()).toEqual(["HKEY_LOCAL_MACHINE/SOFTWARE/Microsoft/NAL.reg"]);
    expect(codesOf(captured.problems)).toEqual(["registry-key-unreadable"]);
    expect(captured.problems[0]!.message).toContain("Nowhere");
  });

  test("an export that the tool left half is not offered", async () => {
    const { site, sources } = labSources(lab.folder);
    const means = labMeans(lab.folder);
    const runTool: typeof means.runTool = async (tool, args) => {
      const result = await means.runTool(tool, args);
      const file = args[2]!;
      writeFileSync(file, readFileSync(file).subarray(0, 400));
      return result;
    };
    const sink = collectingSink(copied);
    const request = { source: sources["windows-registry"], site, mode: "full" } as const;
    const failure = driverOf("windows-registry").capture(request, { ...means, runTool }, sink);
    await expect(failure).rejects.toMatchObject({ problem: { code: "registry-export-broken" } });
    expect(sink.offers).toEqual([]);
  });
});

describe("site-files", () => {
  test("the version of the recovery media is among the facts", async () => {
    const { captured } = await capture("site-files");
    expect(captured.facts["cdLatest"]).toBe("5.00.9128.1000");
  });

  test("a site without CD.Latest is captured and shown red", async () => {
    const media = join(installFolder(), "cd.latest");
    renameSync(media, `${media}.away`);
    const { captured } = await capture("site-files").finally(() => renameSync(`${media}.away`, media));
    expect(codesOf(captured.problems)).toEqual(["cd-latest-missing"]);
  });

  test("what smsbkup.ctl adds below the install folder is taken, and what it adds elsewhere is named", async () => {
    const control = join(installFolder(), "inboxes/smsbkup.box/smsbkup.ctl");
    const before = readFileSync(control, "utf8");
    const added = [
      "file %SITE_SERVER_ROOT_DIR%\\bin\\X64\\*.* %SITE_SERVER_DEST%\\bin",
      "file D:\\Scripts\\*.* %SITE_SERVER_DEST%\\S",
    ];
    writeFileSync(control, before.replace("[Start]", `${added.join("\r\n")}\r\n[Start]`));
    const { captured, sink } = await capture("site-files").finally(() => writeFileSync(control, before));
    expect(sink.files()).toContain("bin/X64/smsexec.exe");
    expect(captured.problems.map((it) => it.message)).toEqual([expect.stringContaining("D:\\Scripts")]);
  });

  test("the policy's own choice of parts replaces the task's, and what the task copies beside it is named", async () => {
    const include = ["srvacct/**", "inboxes/**", "logs/**", "data/**"];
    const exclude = ["inboxes", "logs", "data", "**/sql01.pwd"];
    const { captured, sink } = await capture("site-files", { include, exclude });
    expect(sink.files()).toEqual(["srvacct/cm01.pwd"]);
    expect(captured.problems.map((it) => it.message)).toEqual([expect.stringContaining("cd.latest")]);
  });
});

describe("content-library", () => {
  test("the catalogue is offered before the objects, and each object under the digest that names it", async () => {
    const { captured, sink } = await list("content-library");
    const files = sink.files();
    const lastEntry = files.findLastIndex((path) => /\/(DataLib|PkgLib)\//.test(path));
    const firstObject = files.findIndex((path) => path.includes("/FileLib/"));
    expect(lastEntry).toBeGreaterThan(0);
    expect(firstObject).toBeGreaterThan(lastEntry);
    const objects = sink.offers.filter((it) => /FileLib\/[0-9A-F]{4}\/[0-9A-F]{64}$/.test(it.path));
    expect(objects.length).toBeGreaterThan(50);
    expect(
      objects.every((it) => "knownSha256" in it && it.path.toLowerCase().endsWith(it.knownSha256!)),
    ).toBe(true);
    expect(captured.facts["objects"]).toBe(objects.length);
  });

  test("every folder of the library is offered once, FileLib itself among them", async () => {
    const { sink } = await list("content-library");
    const folders = sink.offers.filter((it) => it.type === "folder").map((it) => it.path);
    expect(folders).toEqual(expect.arrayContaining(["E/SCCMContentLib/FileLib", "F/SCCMContentLib/FileLib"]));
    expect(new Set(folders).size).toBe(folders.length);
  });

  test("a file without its object is named by package content and file, and the rest is captured", async () => {
    const [object] = objectsOn("cm01/F/SCCMContentLib/FileLib");
    renameSync(object!, `${object}.away`);
    const { captured } = await list("content-library").finally(() => renameSync(`${object}.away`, object!));
    expect(codesOf(captured.problems)).toContain("library-object-missing");
    expect(captured.problems[0]!.message).toMatch(/ of (PS1|Content_)\S+ has no object [0-9A-F]{64}/);
  });

  test("the registry tells where the library is", async () => {
    const { captured } = await list("content-library", { discover: true, folders: [] });
    expect(captured.facts["folders"]).toEqual(["E:\\SCCMContentLib", "F:\\SCCMContentLib"]);
    expect(captured.problems).toEqual([]);
  });

  test("a drive that is not among the folders is many files without objects, and is told in few lines", async () => {
    const { captured } = await list("content-library", { folders: ["E:\\SCCMContentLib"] });
    expect(captured.problems).toHaveLength(21);
    expect(captured.problems.at(-1)!.message).toMatch(/^In the content library \d+ more entries/);
  });

  test("what is still on its way in is left out", async () => {
    const passing = ["FileLib/ABCD/x.temp", "DataLib/y.temp"].map((path) =>
      host(`cm01/E/SCCMContentLib/${path}`),
    );
    for (const file of passing) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, "x");
    }
    const { sink } = await list("content-library").finally(() => passing.forEach((file) => rmSync(file)));
    expect(sink.files().filter((path) => path.endsWith(".temp"))).toEqual([]);
  });
});

describe("scup-database", () => {
  test("each profile's database is kept under machine and profile", async () => {
    const { sink } = await capture("scup-database");
    expect(sink.files().map((path) => path.split("/").slice(0, 2).join("/"))).toEqual([
      "admin07.lab/anna",
      "admin07.lab/ben",
      "admin07.lab/chris",
    ]);
  });

  test("a machine on which nobody publishes updates is an answer, unless the policy named it", async () => {
    const { captured, sink } = await capture("scup-database", { machines: [], profiles: "D:\\Scripts" });
    expect(sink.files()).toEqual(["nothing-found.json"]);
    expect(captured.problems).toEqual([]);
    const named = capture("scup-database", { machines: ["cm01.lab"], profiles: "D:\\Scripts" });
    await expect(named).rejects.toMatchObject({ problem: { code: "source-missing" } });
  });

  test("a database that can't be read is named with its profile, and the others are captured", async () => {
    await incident(lab.folder, "locked-scupdb");
    const seen = await look("scup-database");
    const { captured, sink } = await capture("scup-database").finally(() =>
      incident(lab.folder, "locked-scupdb", { off: true }),
    );
    expect(seen).toMatchObject({ answers: true, facts: captured.facts, risks: captured.problems });
    expect(sink.files().map((path) => path.split("/")[1])).toEqual(["anna", "chris"]);
    expect(captured.problems).toHaveLength(1);
    expect(captured.problems[0]!.message).toMatch(/admin07\.lab\/ben\/.*Scupdb\.sdf/);
    expect(captured.facts["missing"]).toEqual([subjectOf(captured.problems[0]!)]);
    expect(captured.facts["missing"]).toEqual([
      expect.stringMatching(/^file:admin07\.lab\/ben\/.*Scupdb\.sdf$/),
    ]);
    expect((await capture("scup-database")).captured.facts["missing"]).toBeUndefined();
  });

  test("a machine that is away is named, and the others are captured", async () => {
    const { captured, sink } = await capture("scup-database", { machines: ["away.lab", "admin07.lab"] });
    expect(sink.files()).toHaveLength(3);
    expect(captured.problems.map((it) => it.message)).toEqual([expect.stringContaining("away.lab")]);
  });
});

describe("task-backup", () => {
  test("the set is of the instant when its run began", async () => {
    const { captured } = await capture("task-backup");
    const run = lastTaskRun(labNowMs);
    expect(Math.abs(captured.asOf - run.startMs)).toBeLessThan(minute);
    expect(captured.facts).toMatchObject({ run: "finished" });
  });

  test("a set whose newest run failed is not adopted, and the reason is the log's", async () => {
    await withCopiedTask(async () => {
      failSiteBackupTask(lab.folder, failedRunFrom(labNowMs + hour));
      const failure = await capture("task-backup").catch((error: unknown) => error);
      expect(failure).toMatchObject({ problem: { code: "task-run-failed" } });
      expect((failure as Error).message).toContain("Win32 Error = 5");
      const seen = await look("task-backup");
      expect(seen).toMatchObject({ answers: false, problem: { code: "task-run-failed" } });
    });
  });

  test("a set is not adopted while a run is at work, whatever an older 5035 says", async () => {
    await withCopiedTask(async ({ log }) => {
      const started = readFileSync(log, "utf8")
        .split("\r\n")
        .find((line) => line.includes("ID=5055"))!
        .replace(" 22:0", " 23:0");
      writeFileSync(log, `${readFileSync(log, "utf8")}${started}\r\n`);
      await expect(capture("task-backup")).rejects.toMatchObject({
        problem: { code: "task-run-not-finished" },
      });
    });
  });

  test.each(["smsbkup.log", "smsbkup.lo_"])(
    "a set whose begin is told by %s alone, and that has documents of XML, is adopted",
    async (begins) => {
      await withCopiedTask(async ({ log }) => {
        const { site, database } = taskFolders(lab.folder);
        const lines = readFileSync(log, "utf8").split("\r\n");
        const end = lines.findIndex((line) => line.includes("ID=5055")) + 1;
        for (const old of [log, join(installFolder(), "Logs", "smsbkup.log")]) rmSync(old);
        writeFileSync(join(site, begins), lines.slice(0, end).join("\r\n"));
        const rest = lines.slice(end).join("\r\n");
        const ends = join(site, "smsbkup.log");
        if (begins === "smsbkup.log") writeFileSync(ends, `${readFileSync(ends, "utf8")}\r\n${rest}`);
        else writeFileSync(ends, rest);
        const documents = [join(site, own), join(database, "SiteDBServer", ofDatabase)];
        for (const it of documents) writeAt(it, lastTaskRun(labNowMs).finishMs);
        expect(await look("task-backup")).toMatchObject({ answers: true, facts: { run: "finished" } });
        for (const it of documents) writeAt(it, labNowMs - 30 * 24 * hour);
        expect(await look("task-backup")).toMatchObject({
          answers: false,
          problem: { code: "task-set-incomplete" },
        });
      });
    },
  );

  test("a run that begins while its set is read makes the capture a failure", async () => {
    await withCopiedTask(async ({ log }) => {
      const text = readFileSync(log, "utf8");
      const { site, sources } = labSources(lab.folder);
      const sink = collectingSink(copied);
      const request = { source: sources["task-backup"], site, mode: "full" } as const;
      const later = text.replaceAll(" 22:0", " 23:0");
      const offer: typeof sink.offer = async (entry) => {
        const isLog = entry.type === "file" && entry.path.endsWith("smsbkup.log");
        await sink.offer(isLog ? { ...entry, growing: true } : entry);
        writeFileSync(log, text + later);
      };
      const failure = driverOf("task-backup").capture(request, labMeans(lab.folder), { offer });
      await expect(failure).rejects.toMatchObject({ problem: { code: "task-run-not-finished" } });
    });
  });

  test("a finished log with an emptied folder is not believed", async () => {
    await withCopiedTask(async ({ folder }) => {
      rmSync(join(folder, own));
      rmSync(join(taskFolders(lab.folder).database, "SiteDBServer", ofDatabase));
      const problem = { code: "task-set-incomplete" };
      await expect(capture("task-backup")).rejects.toMatchObject({ problem });
      const facts = { run: "finished", set: "lacking" };
      expect(await look("task-backup")).toMatchObject({ answers: false, problem, facts });
    });
  });

  test.each(["site", "database"] as const)(
    "a part in its own place that is of another run is told, with both times: the %s's",
    async (part) => {
      await withCopiedTask(async () => {
        const { finishMs } = lastTaskRun(labNowMs);
        for (const apartMs of [-day, day]) {
          writeAt(placeOf(part), finishMs + apartMs);
          const seen = await look("task-backup");
          expect(seen).toMatchObject({ answers: false, problem: { code: "task-parts-differ" } });
          const { message } = (seen as { problem: Problem }).problem;
          expect(message).toContain(part === "site" ? own : ofDatabase);
          expect(message).toContain(formatMinute(finishMs + apartMs));
          expect(message).toMatch(/the task's run of \d{4}-\d\d-\d\d 22:00Z\.$/);
        }
      });
    },
  );

  test("a database's part without its document is adopted, and that nobody can tell its run is told", async () => {
    await withCopiedTask(async () => {
      rmSync(placeOf("database"));
      const risk = { code: "task-part-unproven", severity: "risk" };
      expect(await look("task-backup")).toMatchObject({ answers: true, risks: [risk] });
      expect(codesOf((await capture("task-backup")).captured.problems)).toEqual([
        "task-part-unproven",
        "sql-unreachable",
      ]);
    });
  });

  test("while a run is at work the folder may be gone, and the run is told rather than the folder", async () => {
    await withCopiedTask(async ({ log, folder }) => {
      const text = readFileSync(log, "utf8");
      const started = text.split("\r\n").find((line) => line.includes("ID=5055"))!;
      writeFileSync(log, `${text}${started.replace(" 22:0", " 23:0")}\r\n`);
      rmSync(folder, { recursive: true });
      const { startMs } = lastTaskRun(labNowMs);
      const seen = await look("task-backup");
      expect(seen).toMatchObject({
        answers: false,
        problem: { code: "task-run-not-finished" },
        facts: { run: "not-finished", set: "lacking" },
      });
      const { lastGoodAt } = (seen as unknown as { facts: { lastGoodAt: string } }).facts;
      expect(Math.abs(Date.parse(lastGoodAt) - startMs)).toBeLessThan(minute);
    });
  });

  test("a destination without the task's folder holds no set; one that is not there may hold any", async () => {
    await withCopiedTask(async ({ folder }) => {
      rmSync(folder, { recursive: true });
      expect(await look("task-backup")).toMatchObject({
        problem: { code: "file-missing" },
        facts: { set: "lacking" },
      });
      const seen = await look("task-backup", { site: "E:\\None" });
      expect(seen).toMatchObject({ problem: { code: "file-missing" } });
      expect((seen as { facts: object }).facts).not.toHaveProperty("set");
      mkdirSync(folder);
    });
  });

  test("files that mark a drive are no part of a set, and harm none", async () => {
    await withCopiedTask(async ({ folder }) => {
      for (const name of ["SKPSWI.DAT", "NO_SMS_ON_DRIVE.SMS"]) writeFileSync(join(folder, name), "");
      chmodSync(join(folder, "SKPSWI.DAT"), 0);
      const { captured, sink } = await capture("task-backup");
      expect(codesOf(captured.problems)).toEqual(["sql-unreachable"]);
      expect(sink.files().filter((it) => /skpswi|no_sms/i.test(it))).toEqual([]);
    });
  });
});

/** The documents with which the task ends each of its parts. */
const own = "BackupDocument.xml";
const ofDatabase = "SQLBackupDocument.xml";

function placeOf(part: "site" | "database"): string {
  const folder = taskFolders(lab.folder)[part];
  return part === "site" ? join(folder, own) : join(folder, "SiteDBServer", ofDatabase);
}

function writeAt(path: string, atMs: number): void {
  writeFileSync(path, "<x/>");
  utimesSync(path, atMs / 1_000, atMs / 1_000);
}

describe("folder", () => {
  test("a link is told and not followed", async () => {
    const link = host("cm01/D/Scripts/link");
    symlinkSync(host("cm01/E"), link);
    const { captured } = await capture("folder").finally(() => rmSync(link));
    expect(codesOf(captured.problems)).toEqual(["link-not-followed"]);
  });
});

function capture<Kind extends SourceKind>(kind: Kind, change: Partial<SourceOf<Kind>> = {}) {
  return captureInto(collectingSink(copied), kind, change);
}

/** A capture of which nothing is read: for questions about what is offered. */
function list<Kind extends SourceKind>(kind: Kind, change: Partial<SourceOf<Kind>> = {}) {
  return captureInto(listingSink(), kind, change);
}

async function captureInto<Kind extends SourceKind, Into extends Sink>(
  sink: Into,
  kind: Kind,
  change: Partial<SourceOf<Kind>>,
) {
  const { site, sources } = labSources(lab.folder);
  const source = { ...sources[kind], ...change };
  const means = labMeans(lab.folder);
  const captured = await driverOf(kind).capture({ source, site, mode: "full" }, means, sink);
  means.temporary.forEach((path) => rmSync(path, { recursive: true, force: true }));
  return { captured, sink };
}

function look<Kind extends SourceKind>(kind: Kind, change: Partial<SourceOf<Kind>> = {}) {
  const { site, sources } = labSources(lab.folder);
  const source = { ...sources[kind], ...change };
  return driverOf(kind).observe({ source, site }, labMeans(lab.folder));
}

/** Runs a test that harms the task's set, and puts the set back. */
async function withCopiedTask(work: (task: { folder: string; log: string }) => Promise<void>): Promise<void> {
  const folders = Object.values(taskFolders(lab.folder));
  const log = join(dirname(folders[0]!), "smsbkup.log");
  const logs = [join(installFolder(), "Logs", "smsbkup.log"), log].map((path) => ({
    path,
    before: readFileSync(path),
  }));
  folders.forEach((folder) =>
    cpSync(folder, `${folder}.kept`, { recursive: true, preserveTimestamps: true }),
  );
  try {
    await work({ folder: folders[0]!, log });
  } finally {
    for (const { path, before } of logs) writeFileSync(path, before);
    for (const folder of folders) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(`${folder}.kept`, folder);
    }
  }
}

function below(folders: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(folders).flatMap(([prefix, folder]) =>
    Object.entries(digestFolder(folder)).map(([path, digest]): [string, string] => [
      `${prefix}/${path}`,
      digest,
    ]),
  );
  return Object.fromEntries(entries);
}

function objectsOn(folder: string): readonly string[] {
  const all = readdirSync(host(folder), { recursive: true, encoding: "utf8" }).map((path) =>
    join(host(folder), path),
  );
  return all.filter((path) => /[0-9A-F]{64}$/.test(path) && existsSync(path));
}

function codesOf(problems: readonly Problem[]): readonly string[] {
  return problems.map((problem) => problem.code);
}
