import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../packages/lab/src/sql/database-file.ts";
import { addCertificate } from "../../packages/lab/src/sql/database-keys.ts";
import type { DatabaseAddress, SqlKeys } from "../../src/core/model/policy/source.ts";
import { keyFilePassword } from "../../src/drivers/parts/keys/key-file-password.ts";
import { sqlKeys } from "../../src/drivers/sql-keys.ts";
import type { SqlError, SqlRunner } from "../../src/drivers/access/sql/sql-runner.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { labMeans } from "../support/lab-means.ts";
import { labSources } from "../support/lab-sources.ts";
import { madeUpMeans } from "../support/made-up-means.ts";
import { type Answers, madeUpServer, refusal } from "../support/made-up-server.ts";
import { policyOf } from "../support/build-site.ts";
import { openPvk } from "../support/open-pvk.ts";
import { withRunningLab } from "../support/running-lab.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const name = "BitLockerManagement_CERT";
const shown = { rights: [{ shown: 1 }], masterKey: [] } as const;
const bitlocker = { certificate: [{ name, protection: "MK", thumbprint: "0xab01" }] } as const;
const bytes = { certificate: "0a0b", certificate_bytes: 2, private_key: "0c0d0e", private_key_bytes: 3 };

/** A folder of which SQL Server reads our file, and where it has no harmless one of its own. */
const provenFolder = { label: refusal([3241, "Incorrectly formed."]), probeName: [] } as const;

const database = {
  server: "sql01.contoso.com",
  name: "CM_PS1",
  auth: { as: "login", user: "sitekeep" },
  encrypt: true,
} as unknown as DatabaseAddress;

const source = {
  kind: "sql-keys",
  name: "keys",
  database,
  include: ["bitlocker"],
  password: { file: "D:\\keys.txt" },
  staging: { sql: "E:\\stage", read: "E:\\stage" },
} as unknown as SqlKeys;

function made(answers: Answers, change: Partial<SqlKeys> = {}) {
  const stage = temporaryFolder();
  const server = madeUpServer(answers);
  const means = madeUpMeans({ sql: server, paths: { "E:\\stage": stage } });
  const request = { source: { ...source, ...change }, site: policyOf().site, mode: "full" as const };
  const folder = join(temporaryFolder(), "captured");
  mkdirSync(folder);
  return { stage, server, means, request, sink: collectingSink(folder), folder };
}

/** Certificates of the lab's `master`: one under a password of its own, one that the master key protects. */
const inMaster = [
  {
    database: "master",
    name: "Backup_CERT",
    subject: "Backups",
    pvtKeyEncryptedBy: "PASSWORD",
    password: "Of its own 1",
  },
  { database: "master", name: "TDE_CERT", subject: "TDE", pvtKeyEncryptedBy: "MASTER KEY" },
] as const;

const lab = withRunningLab((folder) => {
  const db = openDatabase(join(folder, "hosts/sql01/data/master.mdf"));
  for (const it of inMaster) addCertificate({ db, alias: "main" }, it, Date.now());
  db.close();
});

/** What a test on the lab's server is made of: the real driver, over a real socket. */
function onLab(change: Partial<SqlKeys> = {}) {
  const { site, sources } = labSources(lab.folder);
  const folder = temporaryFolder();
  const request = { source: { ...sources["sql-keys"], ...change }, site, mode: "full" as const };
  const password = readFileSync(join(lab.folder, "secrets/sql-keys-password"), "utf8").trim();
  return { means: labMeans(lab.folder), request, sink: collectingSink(folder), folder, password };
}

const stageOfLab = () => readdirSync(join(lab.folder, "hosts/sql01/E/stage"));

describe("a lab's server", () => {
  test("gives a certificate over the connection: nothing is written there, nothing is staged, and the password opens it", async () => {
    const { request, means, sink, folder, password } = onLab({ include: ["bitlocker"] });
    const queries: string[] = [];
    const watched = { ...means, sql: async (it: DatabaseAddress) => watching(await means.sql(it), queries) };
    const captured = await sqlKeys.capture(request, watched, sink);
    expect(captured.problems).toEqual([]);
    expect(queries.filter((it) => it.includes("BACKUP"))).toEqual([]);
    expect(queries.join("")).not.toContain(password);
    expect(stageOfLab()).toEqual([]);
    const { certificate, key, salt } = exported(folder, `CM_PS1/${name}`);
    const title = `certificate ${name} of CM_PS1`;
    const thumbprint = certificate.fingerprint.replaceAll(":", "");
    expect(captured.facts).toEqual({ keys: [title], certificates: { [title]: thumbprint } });
    const own = `K1-${await keyFilePassword(password, salt!)}`;
    expect(certificate.checkPrivateKey(openPvk(key, own))).toBe(true);
    expect(() => openPvk(key, password)).toThrow();
  });

  test("gives each key under a password that was made for that export, which lies beside it", async () => {
    const all = [];
    for (const _ of [1, 2]) {
      const { request, means, sink, folder } = onLab({ include: ["bitlocker"] });
      const { password: __, ...source } = request.source;
      await sqlKeys.capture({ ...request, source }, means, sink);
      const { certificate, key, password } = exported(folder, `CM_PS1/${name}`);
      expect(certificate.checkPrivateKey(openPvk(key, password!))).toBe(true);
      all.push(password);
    }
    expect(new Set(all).size).toBe(2);
  });

  test("gives a key with a password of its own to whom the policy names that password", async () => {
    const file = join(temporaryFolder(), "own");
    writeFileSync(file, "Of its own 1\n");
    const passwords = { Backup_CERT: { file } };
    const { request, means, sink, folder, password } = onLab({ include: ["backup-encryption"], passwords });
    const captured = await sqlKeys.capture(request, means, sink);
    expect(captured.problems).toEqual([]);
    expect(captured.facts["keys"]).toContain("certificate Backup_CERT of master");
    const { certificate, key, salt } = exported(folder, "master/Backup_CERT");
    const own = `K1-${await keyFilePassword(password, salt!)}`;
    expect(certificate.checkPrivateKey(openPvk(key, own))).toBe(true);
  });

  test("gives none to whom the policy names another password, and says so", async () => {
    const file = join(temporaryFolder(), "own");
    writeFileSync(file, "Not its own 1");
    const { request, means, sink } = onLab({
      include: ["backup-encryption"],
      passwords: { Backup_CERT: { file } },
    });
    const captured = await sqlKeys.capture(request, means, sink);
    expect(captured.facts["keys"]).toEqual(["certificate TDE_CERT of master"]);
    expect(captured.problems).toMatchObject([
      {
        code: "key-password-wrong",
        severity: "risk",
        message: expect.stringContaining("certificate Backup_CERT of master"),
        hint: expect.stringContaining("sources.sqlKeys.passwords"),
      },
    ]);
    expect(JSON.stringify(captured.problems)).not.toContain("Not its own 1");
  });

  test.each(["CONTROL", `CONTROL ON CERTIFICATE::${name}`])(
    "gives no private key without %s, and the right is told",
    async (right) => {
      const { request, means, sink } = onLab({ include: ["bitlocker"] });
      const without = lab.without([right], "spanish", () => sqlKeys.capture(request, means, sink));
      await expect(without).rejects.toMatchObject({
        problem: {
          code: "sql-permission",
          hint: expect.stringContaining(`GRANT CONTROL ON CERTIFICATE::[${name}] TO [sitekeep];`),
        },
      });
    },
  );

  test("that hides its certificates is told how they are shown", async () => {
    const { request, means } = onLab({ include: ["bitlocker"] });
    const seen = await lab.without(["VIEW DEFINITION"], "japanese", () => sqlKeys.observe(request, means));
    expect(seen).toMatchObject({
      answers: false,
      problem: {
        code: "sql-permission",
        hint: expect.stringContaining("GRANT VIEW DEFINITION TO [sitekeep];"),
      },
    });
  });

  test("has a key with a password of its own, which is told and not exported, beside one that is", async () => {
    const { request, means, sink } = onLab({ include: ["bitlocker", "backup-encryption"] });
    const captured = await sqlKeys.capture(request, means, sink);
    expect(captured.facts["keys"]).toEqual([
      `certificate ${name} of CM_PS1`,
      "certificate TDE_CERT of master",
    ]);
    expect(captured.problems).toMatchObject([
      {
        code: "key-has-own-password",
        message: expect.stringContaining("Backup_CERT of master"),
        hint: expect.stringContaining("`sources.sqlKeys.passwords: { Backup_CERT: { file: … } }`"),
      },
    ]);
    expect(sink.files()).toEqual([
      `CM_PS1/${name}.cer`,
      `CM_PS1/${name}.pvk`,
      `CM_PS1/${name}.salt`,
      "master/TDE_CERT.cer",
      "master/TDE_CERT.pvk",
      "master/TDE_CERT.salt",
      "keys.json",
    ]);
  });

  test("shows what it has beside what may be hidden in master", async () => {
    const { request, means, sink } = onLab({ include: ["bitlocker", "tde"] });
    const hidden = [
      "VIEW DEFINITION ON CERTIFICATE::TDE_CERT",
      "VIEW DEFINITION ON CERTIFICATE::Backup_CERT",
    ];
    const captured = await lab.without([...hidden, "VIEW ANY DEFINITION"], "english", () =>
      sqlKeys.capture(request, means, sink),
    );
    expect(captured.facts["keys"]).toEqual([`certificate ${name} of CM_PS1`]);
    expect(captured.problems).toMatchObject([
      {
        code: "sql-permission",
        severity: "risk",
        hint: expect.stringContaining("GRANT VIEW ANY DEFINITION"),
      },
    ]);
  });
});

/** A certificate as it lies in a snapshot, with its private key and what goes with that. */
function exported(folder: string, path: string) {
  const read = (ending: string) => readFileSync(join(folder, `${path}.${ending}`));
  const kept = (ending: string) =>
    existsSync(join(folder, `${path}.${ending}`)) ? read(ending).toString() : undefined;
  const certificate = new X509Certificate(read("cer"));
  return { certificate, key: read("pvk"), salt: kept("salt"), password: kept("password") };
}

/** Writes down what a session is sent, without the values that it is given. */
function watching(sql: SqlRunner, queries: string[]): SqlRunner {
  return {
    query: (text, parameters) => (queries.push(text), sql.query(text, parameters)),
    batch: (text, options) => (queries.push(text), sql.batch(text, options)),
    close: () => sql.close(),
  };
}

describe("a key leaves the server", () => {
  const refused: readonly [string, Partial<SqlKeys>, boolean, object][] = [
    [
      "over no connection that is not encrypted",
      { database: { ...database, encrypt: false } },
      true,
      { code: "key-way-not-proven", message: expect.stringContaining("is not encrypted") },
    ],
    [
      "over none that any certificate can end",
      { database: { ...database, trustServerCertificate: true } },
      true,
      { code: "key-way-not-proven", hint: expect.stringContaining("serverCertificates") },
    ],
    [
      "into no repository that everybody reads, under a password that would lie beside it",
      { password: undefined! },
      false,
      { code: "key-password-missing" },
    ],
  ];

  test.each(refused)("%s", async (_, change, sealed, problem) => {
    const { server, means, request, sink } = made({ ...shown, ...bitlocker, keyBytes: [bytes] }, change);
    const machine = { ...means, sealed };
    expect(await sqlKeys.observe(request, machine)).toMatchObject({ answers: false, problem });
    await expect(sqlKeys.capture(request, machine, sink)).rejects.toMatchObject({ problem });
    expect(server.queries.filter((it) => it.includes("CERTPRIVATEKEY"))).toEqual([]);
  });

  test("into a repository that everybody reads, under a password that is made from the policy's", async () => {
    const { means, request, sink } = made({ ...shown, ...bitlocker, keyBytes: [bytes] });
    const captured = await sqlKeys.capture(request, { ...means, sealed: false }, sink);
    expect(captured.problems).toEqual([]);
    expect(sink.files()).toEqual([
      `CM_PS1/${name}.cer`,
      `CM_PS1/${name}.pvk`,
      `CM_PS1/${name}.salt`,
      "keys.json",
    ]);
  });

  test("under a password that is a secret from then on", async () => {
    const { server, means, request, sink, folder } = made(
      { ...shown, ...bitlocker, keyBytes: [bytes] },
      { password: undefined! },
    );
    await sqlKeys.capture(request, means, sink);
    const password = readFileSync(join(folder, `CM_PS1/${name}.password`), "utf8");
    expect(means.concealed).toEqual([password]);
    expect(server.parameters.keyBytes).toEqual({ name, password });
  });
});

test("less of a private key than there is, is no private key", async () => {
  const row = { ...bytes, private_key_bytes: 5_000 };
  const { means, request, sink } = made({ ...shown, ...bitlocker, keyBytes: [row] });
  await expect(sqlKeys.capture(request, means, sink)).rejects.toMatchObject({
    problem: { code: "sql-permission" },
  });
});

test("a server without these functions writes files", async () => {
  const keyBytes = refusal([195, "'CERTENCODED' is not a recognized built-in function name."]);
  const { server, means, request, sink, stage } = made({
    ...shown,
    ...bitlocker,
    keyBytes,
    ...provenFolder,
    exportKey: (text) => {
      for (const [, file] of text.matchAll(/FILE = N'E:\\stage\\([^']+)'/g))
        writeFileSync(join(stage, file!), "key");
      return [];
    },
  });
  const captured = await sqlKeys.capture(request, means, sink);
  expect(captured.problems).toEqual([]);
  expect(server.batches).toEqual([
    expect.stringContaining("RESTORE LABELONLY"),
    expect.stringMatching(/^BACKUP CERTIFICATE \[\w+\] TO FILE = .* WITH PRIVATE KEY/),
  ]);
  await captured.cleanUp?.();
  expect(readdirSync(stage)).toEqual([]);
});

test("a login that is not told whether it is shown all of them can't say that there is none", async () => {
  const { means, request } = made({ certificate: [], masterKey: [], rights: [{ shown: null }] });
  expect(await sqlKeys.observe(request, means)).toMatchObject({
    answers: false,
    problem: { code: "sql-permission" },
  });
});

test("with every definition shown, no key is none", async () => {
  const { means, request, sink } = made({ ...shown, certificate: [] });
  expect(await sqlKeys.observe(request, means)).toEqual({
    answers: true,
    facts: { keys: [], certificates: {} },
    risks: [],
  });
  expect(await sqlKeys.capture(request, means, sink)).toMatchObject({ facts: { keys: [] }, problems: [] });
});

const masterKey = { certificate: [], masterKey: [{ name: "##MS_DatabaseMasterKey##" }] } as const;

test("a master key is not written where its file could not be taken away again", async () => {
  const { server, means, request, sink } = made({ ...shown, ...masterKey }, { include: ["master-key"] });
  const away = { ...means, localPath: () => join(temporaryFolder(), "none") };
  await expect(sqlKeys.capture(request, away, sink)).rejects.toMatchObject({
    problem: { code: "master-key-not-proven", message: expect.stringContaining("E:\\stage") },
  });
  expect(server.batches).toEqual([]);
});

test("a master key whose file only SQL Server may read is not proven; the certificate is captured", async () => {
  const answers = { ...shown, ...bitlocker, masterKey: masterKey.masterKey, keyBytes: [bytes] };
  let stage = "";
  const exportKey = (text: string): readonly [] | SqlError => {
    // A folder of that name can't be read as a file, by root neither.
    mkdirSync(join(stage, /FILE = N'E:\\stage\\([^']+)'/.exec(text)![1]!));
    return [];
  };
  const it = made({ ...answers, ...provenFolder, exportKey }, { include: ["bitlocker", "master-key"] });
  stage = it.stage;
  const captured = await sqlKeys.capture(it.request, it.means, it.sink);
  expect(captured.problems.map(({ code, severity }) => [code, severity])).toEqual([
    ["master-key-not-proven", "risk"],
    ["master-key-not-proven", "risk"],
  ]);
  expect(captured.facts["keys"]).toEqual([`certificate ${name} of CM_PS1`]);
  expect(captured.problems[0]!.message).toContain("can't be read");
});

describe("before a master key is written", () => {
  const masterKeyOnly = { include: ["master-key"] } as const;

  test.each<[string, Answers, string]>([
    [
      "SQL Server reads in another folder",
      { label: refusal([3201, "error 2(No file.)"]) },
      "finds no such file",
    ],
    [
      "nobody may take away what SQL Server makes",
      { ...provenFolder, probeName: [{ name }], probe: [] },
      "there is no such file in E:\\stage",
    ],
    ["nothing tells which folder it is", { label: refusal([262, "Denied."]), probeName: [] }, "Denied."],
  ])("%s: none is written, and why is told", async (_, answers, why) => {
    const { server, means, request, sink, stage } = made(
      { ...shown, ...masterKey, ...answers },
      masterKeyOnly,
    );
    await expect(sqlKeys.capture(request, means, sink)).rejects.toMatchObject({
      problem: { code: "master-key-not-proven", message: expect.stringContaining(why) },
    });
    expect(server.batches.filter((it) => it.includes("MASTER KEY"))).toEqual([]);
    expect(readdirSync(stage)).toEqual([]);
  });

  test("a login that may not ask for backups proves the folder by a certificate", async () => {
    const it = made(
      {
        ...shown,
        ...masterKey,
        label: refusal([262, "Denied."]),
        probeName: [{ name }],
        probe: (text) => write(text),
        exportKey: (text) => write(text),
      },
      masterKeyOnly,
    );
    const write = (text: string): readonly [] => {
      writeFileSync(join(it.stage, /FILE = N'E:\\stage\\([^']+)'/.exec(text)![1]!), "x");
      return [];
    };
    const captured = await sqlKeys.capture(it.request, it.means, it.sink);
    expect(captured).toMatchObject({
      problems: [],
      facts: { keys: ["master key of CM_PS1", "master key of master"] },
    });
    expect(await captured.cleanUp!()).toEqual([]);
    expect(readdirSync(it.stage)).toEqual([]);
  });

  test("what a killed run left is taken away, and told where it holds a key and stays", async () => {
    const it = made(
      { ...shown, ...masterKey, ...provenFolder, exportKey: (text) => write(text) },
      masterKeyOnly,
    );
    const write = (text: string): readonly [] => {
      writeFileSync(join(it.stage, /FILE = N'E:\\stage\\([^']+)'/.exec(text)![1]!), "x");
      return [];
    };
    writeFileSync(join(it.stage, "sitekeep_PS1_cm01-77_a.key"), "x");
    mkdirSync(join(it.stage, "sitekeep_PS1_cm01-77_b.key"));
    const means = { ...it.means, isGone: (owner: string) => owner === "cm01-77" };
    const captured = await sqlKeys.capture(it.request, means, it.sink);
    expect(captured.problems).toMatchObject([
      { code: "key-file-left", message: expect.stringContaining("sitekeep_PS1_cm01-77_b.key") },
    ]);
    await captured.cleanUp!();
    expect(readdirSync(it.stage)).toEqual(["sitekeep_PS1_cm01-77_b.key"]);
  });
});
