import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { minute } from "../../src/core/base/instant.ts";
import type { Sink } from "../../src/core/model/offer.ts";
import type { ReportingServer } from "../../src/core/model/policy/source.ts";
import type { Snapshot } from "../../src/core/model/repository/snapshot.ts";
import { keyToolPlaces } from "../../src/core/outside/site/report-server-places.ts";
import { keyFilePassword } from "../../src/drivers/parts/keys/key-file-password.ts";
import { reportingServer } from "../../src/drivers/reporting-server.ts";
import { lackedComponents } from "../../src/core/model/facts/reporting-server.ts";
import { address, noon, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { type MadeUpMachine, madeUpMeans } from "../support/made-up-means.ts";
import { type Answers, headerRow, madeUpServer, refusal, soundAnswers } from "../support/made-up-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { site } = policyOf();
const source: ReportingServer = {
  kind: "reporting-server",
  name: "reports",
  on: "ssrs01",
  databases: ["RS", "RSTempDB"].map((name) => ({ ...address, name })),
  staging: { sql: "E:\\stage", read: "\\\\sql01\\stage$" },
  encryptionKey: { password: { env: "RS_PASSWORD" }, instance: "PBIRS" },
  discover: false,
  folders: ["C:\\Reports"],
};
const { encryptionKey: _, ...noKey } = source;
const keyNotAsked = {
  code: "reporting-key-missing",
  severity: "risk",
  message: "The report server's encryption key is not captured: stored passwords in reports would be lost.",
  where: "PS1/reports",
  hint: "Add encryptionKey: {} to the source.",
};
const folderMissing = {
  code: "file-missing",
  severity: "risk",
  message: "The report server's folder is not there: C:\\Reports",
  where: "PS1/reports",
  hint: "Check the path in the policy.",
};

describe("a look", () => {
  test("tells the state of each database", async () => {
    const { seen, sql } = await look(source, {});
    const databases = { RS: "ONLINE", RSTempDB: "ONLINE" };
    // Both lie in the folder until the second is captured.
    const one = Math.ceil(1028 * 8_192 * 1.02 + 4 * 2 ** 20);
    const reports = {
      "/ConfigMgr_PS1/Clients": "2026-11-20 10:00:00.000",
      "/ConfigMgr_PS1/Licences": "2026-11-21 10:00:00.000",
    };
    const room = { stagingFreeBytes: 512 * 2 ** 30, stagingNeedBytes: 2 * one };
    expect(seen).toEqual({ answers: true, facts: { databases, reports, ...room }, risks: [] });
    expect(sql.batches).toEqual([]);
  });

  test("tells which are in an availability group, and that one is not shown", async () => {
    let asked = 0;
    const answers: Answers = {
      database: [],
      group: () => (asked++ === 0 ? [{ group_database: "0A" }] : [{ group_database: null }]),
    };
    const { seen } = await look(source, answers);
    const databases = { RS: "unknown", RSTempDB: "unknown" };
    expect(seen).toMatchObject({ facts: { databases, availabilityGroup: ["RS"] } });
  });

  test("is red where the key is not asked for and a folder is not there", async () => {
    const { seen } = await look(noKey, {}, { paths: {} });
    expect(seen).toMatchObject({ answers: true, risks: [keyNotAsked, folderMissing] });
  });

  test("needs the right to back each database up, and none for logs", async () => {
    const { seen } = await look(source, { rights: [{ backup_database: 0, backup_log: 0, create_any: 1 }] });
    expect(seen).toMatchObject({
      answers: false,
      problem: {
        where: "PS1/reports",
        message: expect.stringMatching(/may not back up RS on .*: it lacks BACKUP DATABASE\.$/),
      },
    });
  });

  test("that the server refuses names the database", async () => {
    const { seen } = await look(source, { database: refusal([1, "No."]) });
    expect(seen).toMatchObject({
      problem: { message: "sql01.contoso.com could not look at RS: No. (error 1)" },
    });
  });
});

describe("a capture", () => {
  test("takes the databases, the key and the folders, each under a place of its own", async () => {
    const { captured, sink, sql, means, stage } = await capture();
    expect(sink.offers.map((it) => [it.type, it.path])).toEqual([
      ["file", "databases/RS.full.bak"],
      ["file", "databases/RSTempDB.full.bak"],
      ["file", "encryption-key/nonce3.snk"],
      ["file", "C/Reports/a.rdl"],
      ["file", "reports.json"],
    ]);
    expect(sink.offers[2]).toEqual({
      type: "file",
      path: "encryption-key/nonce3.snk",
      modifiedAt: noon,
      size: 3,
      locator: { bytes: Buffer.from("key") },
      essential: true,
    });
    const { cleanUp, ...rest } = captured;
    expect(rest).toMatchObject({
      mode: "full",
      asOf: noon,
      facts: {
        databases: { RS: { database: "RS", copyOnly: true }, RSTempDB: { database: "RSTempDB" } },
        encryptionKey: "nonce3",
      },
      problems: [],
    });
    expect(sql.batches.filter((it) => it.startsWith("BACKUP"))).toEqual([
      expect.stringMatching(
        /^BACKUP DATABASE \[RS\] TO DISK = N'E:\\stage\\.* WITH COPY_ONLY, NO_COMPRESSION, /,
      ),
      expect.stringMatching(
        /^BACKUP DATABASE \[RSTempDB\] TO DISK = N'E:\\stage\\.* WITH COPY_ONLY, NO_COMPRESSION, /,
      ),
    ]);
    expect(means.secrets).toEqual([{ env: "RS_PASSWORD" }]);
    const password = await keyFilePassword("Pa55", "nonce3");
    const args = ["-e", "-f", expect.stringMatching(/[\\/]nonce3\.snk$/), "-p", password, "-i", "PBIRS"];
    expect(means.commands).toEqual([
      ["rskeymgmt", args, { timeoutMs: 120_000, input: "Y\r\nY\r\n", places: keyToolPlaces("PBIRS") }],
    ]);
    expect(readdirSync(stage)).toHaveLength(2);
    expect(await cleanUp!()).toEqual([]);
    expect(readdirSync(stage)).toEqual([]);
  });

  test("is as old as the older of its databases", async () => {
    const replica = [{ in_group: 1, updateability: "READ_ONLY", is_preferred: 1 }];
    let asked = 0;
    const behind = () => [{ behind_seconds: asked++ === 0 ? 60 : 0 }];
    const { captured } = await capture({ answers: { replica, behind } });
    expect(captured.asOf).toBe(noon - minute);
  });

  test("without the key is made all the same, and says so", async () => {
    const { captured, sink, means } = await capture({ of: noKey });
    expect(captured).toMatchObject({ facts: { encryptionKey: "not-asked" }, problems: [keyNotAsked] });
    expect(sink.files().filter((path) => path.startsWith("encryption-key"))).toEqual([]);
    expect(means.commands).toEqual([]);
  });

  test("under a password that was made for this export keeps it beside the key, and tells it nowhere", async () => {
    const { captured, sink, means } = await capture({
      of: { ...source, encryptionKey: { instance: "SSRS" } },
    });
    const [, , key, password] = sink.offers;
    expect([key!.path, password!.path]).toEqual([
      "encryption-key/nonce3.snk",
      "encryption-key/nonce3.password",
    ]);
    const { locator } = password as unknown as { readonly locator: { readonly bytes: Uint8Array } };
    const text = Buffer.from(locator.bytes).toString();
    expect(means.commands).toMatchObject([["rskeymgmt", expect.arrayContaining(["-p", text]), {}]]);
    expect([means.secrets, means.concealed]).toEqual([[], [text, text]]);
    expect(JSON.stringify([captured.facts, captured.problems])).not.toContain(text);
  });

  test("into a repository that everybody reads has no key without a second lock, and says so", async () => {
    const of = { ...source, encryptionKey: { instance: "SSRS" } };
    const { captured, means } = await capture({ of, sealed: false });
    expect(captured).toMatchObject({
      facts: { encryptionKey: "failed" },
      problems: [{ code: "key-password-missing", severity: "risk" }],
    });
    expect(means.commands).toEqual([]);
  });

  test.each<[string, MadeUpMachine["runTool"], number]>([
    ["fails", async (_, args) => (writeFileSync(args[2]!, "key"), { exitCode: 7 }), 7],
    ["writes nothing", async () => ({}), 0],
    ["writes an empty file", async (_, args) => (writeFileSync(args[2]!, ""), {}), 0],
  ])("whose tool %s is kept without the key, and says so", async (_, runTool, exitCode) => {
    const { captured, sink } = await capture({ runTool: runTool! });
    expect(captured).toMatchObject({ mode: "full", facts: { encryptionKey: "failed" } });
    expect(captured.problems).toEqual([
      {
        code: "reporting-key-failed",
        severity: "risk",
        message: `rskeymgmt could not extract the encryption key (it ended with ${exitCode}). powershell.exe is not on this machine.`,
        where: "PS1/reports",
        hint: "It works only on the report server itself, for a local administrator, while the service runs: run sitekeep there, or let the machine file's tools.rskeymgmt run it there. Look for it.",
      },
    ]);
    expect(sink.files()).toEqual([
      "databases/RS.full.bak",
      "databases/RSTempDB.full.bak",
      "C/Reports/a.rdl",
      "reports.json",
    ]);
  });

  test("says of each of its parts whether it is held, and why not", async () => {
    const { captured } = await capture();
    expect(captured.facts["components"]).toEqual({
      databases: "held",
      "encryption key": "held",
      "configuration files":
        "lacking: no rsreportserver.config, rssrvpolicy.config, bin/ReportingServicesService.exe.config in the report server's folders",
      "extensions and assemblies":
        "lacking: the report server's folder was not found, or is not among those of the policy",
      "reports and models": "held",
      "views and procedures of reports": "none there",
    });
    const hidden = refusal([229, "The SELECT permission was denied on the object 'Catalog'."]);
    const other = await capture({ of: noKey, answers: { reports: hidden } });
    expect(other.captured.facts["components"]).toMatchObject({
      "encryption key": "lacking: the policy does not ask for it",
      "reports and models": "lacking: their list could not be read",
    });
    expect(other.captured.problems).toContainEqual(
      expect.objectContaining({
        code: "sql-permission",
        severity: "risk",
        hint: expect.stringContaining("dbo.Catalog"),
      }),
    );
    expect(lackedComponents(other.captured.facts)).toContain(
      "encryption key (the policy does not ask for it)",
    );
  });

  test("holds settings and assemblies where they lie in its folders, and says that a server without reports has none", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "Reports/bin"), { recursive: true });
    const files = ["rsreportserver.config", "RSSrvPolicy.config", "bin/ReportingServicesService.exe.config"];
    for (const file of [...files, "bin/Contoso.dll"]) writeFileSync(join(folder, "Reports", file), "x");
    const { captured } = await capture({ answers: { reports: [] }, folder });
    expect(captured.facts["components"]).toEqual({
      databases: "held",
      "encryption key": "held",
      "configuration files": "held",
      "extensions and assemblies": "held",
      "reports and models": "none there",
      "views and procedures of reports": "none there",
    });
    expect(lackedComponents(captured.facts)).toEqual([]);
  });

  test("without one of its folders says so, and keeps the others", async () => {
    const folders = ["D:\\None", "C:\\Reports"];
    const { captured, sink } = await capture({ of: { ...source, folders } });
    expect(captured.problems).toMatchObject([
      {
        ...folderMissing,
        message: expect.stringContaining("The report server's folder"),
        hint: expect.any(String),
      },
    ]);
    expect(sink.files()).toContain("C/Reports/a.rdl");
  });

  test("of which the second database fails, or the key's password can't be had, leaves nothing staged", async () => {
    const stage = temporaryFolder();
    let made = 0;
    const verify = () => (made++ === 0 ? [] : refusal([3189, "Damaged."]));
    await expect(capture({ stage, answers: { verify } })).rejects.toMatchObject({
      problem: { code: "backup-unreadable", where: "PS1/reports" },
    });
    expect(readdirSync(stage)).toEqual([]);
    const secret = () => Promise.reject(new Error("no such variable"));
    await expect(capture({ stage, secret })).rejects.toThrow("no such variable");
    expect(readdirSync(stage)).toEqual([]);
  });

  test("that is lost among the folders leaves nothing staged", async () => {
    const stage = temporaryFolder();
    await expect(capture({ stage, refused: "C/Reports/a.rdl" })).rejects.toThrow("the capture is lost");
    expect(readdirSync(stage)).toEqual([]);
  });
});

describe("giving back", () => {
  test("names each database after the first, as the report server finds its second by its name", async () => {
    const { steps, sql } = await giveBack(["RS", "RSTempDB", "Other"]);
    expect(steps.filter((it) => it.startsWith("Restored") || it.startsWith("Apply"))).toEqual([
      "Restored the full backup 1 of 1 to Back, every page checked.",
      "Restored the full backup 1 of 1 to BackTempDB, every page checked.",
      "Restored the full backup 1 of 1 to Back_Other, every page checked.",
      "Apply the encryption key on the report server with rskeymgmt -a (docs/permissions.md).",
    ]);
    expect([steps[0], steps.at(-1)]).toEqual([
      expect.stringMatching(/^Restored/),
      expect.stringMatching(/^Apply/),
    ]);
    expect(sql.batches[1]).toMatch(
      / FROM DISK = N'E:\\stage\\sitekeep_PS9_cm01-1_nonce1\.bak' WITH .*, REPLACE;$/,
    );
  });

  test("is told with its site where something is wrong with it", async () => {
    await expect(giveBack(["RS"], { restore: refusal([3203, "No."]) })).rejects.toMatchObject({
      problem: { where: "PS9/reports" },
    });
  });
});

async function look(of: ReportingServer, answers: Answers, machine: MadeUpMachine = reports()) {
  const sql = madeUpServer({ ...soundAnswers((path) => path), ...answers });
  return { sql, seen: await reportingServer.observe({ source: of, site }, madeUpMeans({ sql, ...machine })) };
}

interface Setting {
  readonly of?: ReportingServer;
  readonly answers?: Answers;
  readonly runTool?: NonNullable<MadeUpMachine["runTool"]>;
  readonly stage?: string;
  readonly secret?: () => Promise<string>;
  readonly sealed?: boolean;
  /** What lies on the report server's drive. Absent: one report. */
  readonly folder?: string;
  /** At whose offer the capture is lost. */
  readonly refused?: string;
}

async function capture(setting: Setting = {}) {
  const { of = source, answers, stage = temporaryFolder(), secret, sealed = true } = setting;
  const runTool: MadeUpMachine["runTool"] = async (_, args) => (writeFileSync(args[2]!, "key"), {});
  let name = "";
  const sound = soundAnswers((path) => join(stage, path.split("\\").at(-1)!));
  const sql = madeUpServer({
    ...sound,
    backup(text, options) {
      name = /^BACKUP DATABASE \[(\w+)\]/.exec(text)![1]!;
      return (sound.backup as (text: string, options: object) => [])(text, options);
    },
    headers: (text) => [
      headerRow({ BackupName: /sitekeep_PS1_cm01-1_nonce\d\.bak/.exec(text)![0], DatabaseName: name }),
    ],
    ...answers,
  });
  const paths = {
    "\\\\sql01\\stage$": stage,
    ...(setting.folder === undefined ? reports().paths : { "\\\\ssrs01\\C$": setting.folder }),
  };
  const means = madeUpMeans({ sql, paths, runTool: setting.runTool ?? runTool, sealed });
  const sink = listingSink();
  const offer: Sink["offer"] = (entry) =>
    entry.path === setting.refused ? Promise.reject(new Error("the capture is lost")) : sink.offer(entry);
  const request = { source: of, site, mode: "full" } as const;
  const machine = { ...means, ...(secret && { secret }) };
  const captured = await reportingServer.capture(request, machine, { offer });
  return { captured, sink, sql, means, stage };
}

/** The report server's folder on another machine. */
function reports() {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "Reports"));
  writeFileSync(join(folder, "Reports", "a.rdl"), "x");
  return { paths: { "\\\\ssrs01\\C$": folder } };
}

async function giveBack(names: readonly string[], answers: Answers = {}) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "databases"));
  for (const name of names) writeFileSync(join(folder, "databases", `${name}.full.bak`), "x");
  const sql = madeUpServer({ ...soundAnswers((path) => path), ...answers });
  const means = madeUpMeans({ sql, paths: { "\\\\sql01\\stage$": temporaryFolder() } });
  const of = { ...source, databases: names.map((name) => ({ ...address, name })) };
  const target = { database: { ...address, name: "Back" }, staging: source.staging! };
  const snapshots = [{ site: "PS9", facts: {} } as Snapshot];
  const request = { source: of, folders: [folder], snapshots, target, replace: true };
  return { sql, ...(await reportingServer.giveBack!(request, means)) };
}
