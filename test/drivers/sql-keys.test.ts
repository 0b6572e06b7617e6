import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SqlKeys } from "../../src/core/model/policy/source.ts";
import { sqlKeys } from "../../src/drivers/sql-keys.ts";
import type { SqlError } from "../../src/drivers/access/sql/sql-runner.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { madeUpMeans } from "../support/made-up-means.ts";
import { type Answers, madeUpServer, refusal } from "../support/made-up-server.ts";
import { policyOf } from "../support/build-site.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const name = "BitLockerManagement_CERT";
const shown = { rights: [{ shown: 1 }], masterKey: [] } as const;
const bitlocker = { certificate: [{ name, protection: "MK" }] } as const;
const bytes = { certificate: "0a0b", certificate_bytes: 2, private_key: "0c0d0e", private_key_bytes: 3 };

const source = {
  kind: "sql-keys",
  name: "keys",
  database: { server: "sql01.contoso.com", name: "CM_PS1", auth: { as: "login", user: "sitekeep" } },
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

test("a certificate comes over the connection: nothing is written on the server, and nothing staged", async () => {
  const { server, means, request, sink, stage } = made({ ...shown, ...bitlocker, keyBytes: [bytes] });
  const captured = await sqlKeys.capture(request, means, sink);
  expect(captured.problems).toEqual([]);
  expect(captured.facts).toEqual({ keys: [`certificate ${name} of CM_PS1`] });
  expect(server.parameters.keyBytes).toEqual({ name, password: "Pa55" });
  expect(server.batches).toEqual([]);
  expect(readdirSync(stage)).toEqual([]);
});

test.each([
  ["no private key", { ...bytes, private_key: null, private_key_bytes: null }],
  ["less of it than there is", { ...bytes, private_key_bytes: 5_000 }],
])("a login that is given %s is told its right", async (_, row) => {
  const { means, request, sink } = made({ ...shown, ...bitlocker, keyBytes: [row] });
  await expect(sqlKeys.capture(request, means, sink)).rejects.toMatchObject({
    problem: {
      code: "sql-permission",
      hint: expect.stringContaining(`GRANT CONTROL ON CERTIFICATE::[${name}]`),
    },
  });
});

test("a server without these functions writes files", async () => {
  const keyBytes = refusal([195, "'CERTENCODED' is not a recognized built-in function name."]);
  const { server, means, request, sink, stage } = made({
    ...shown,
    ...bitlocker,
    keyBytes,
    exportKey: (text) => {
      for (const [, file] of text.matchAll(/FILE = N'E:\\stage\\([^']+)'/g))
        writeFileSync(join(stage, file!), "key");
      return [];
    },
  });
  const captured = await sqlKeys.capture(request, means, sink);
  expect(captured.problems).toEqual([]);
  expect(server.batches).toEqual([expect.stringContaining(`BACKUP CERTIFICATE [${name}] TO FILE`)]);
  await captured.cleanUp?.();
  expect(readdirSync(stage)).toEqual([]);
});

test.each([
  ["is not shown all of them", [{ shown: 0 }]],
  ["is not told whether it is", [{ shown: null }]],
])("a login that %s can't say that there is none", async (_, rights) => {
  const { means, request } = made({ certificate: [], masterKey: [], rights });
  expect(await sqlKeys.observe(request, means)).toMatchObject({
    answers: false,
    problem: {
      code: "sql-permission",
      hint: expect.stringContaining("GRANT VIEW DEFINITION TO [sitekeep];"),
    },
  });
});

test("with every definition shown, no key is none", async () => {
  const { means, request, sink } = made({ ...shown, certificate: [] });
  expect(await sqlKeys.observe(request, means)).toEqual({ answers: true, facts: { keys: [] }, risks: [] });
  expect(await sqlKeys.capture(request, means, sink)).toMatchObject({ facts: { keys: [] }, problems: [] });
});

test("what is found is captured beside what may be hidden in master", async () => {
  const answers = { ...bitlocker, masterKey: [], rights: [{ shown: 0 }], keyBytes: [bytes] };
  const { means, request, sink } = made(answers, { include: ["bitlocker", "tde"] });
  const captured = await sqlKeys.capture(request, means, sink);
  expect(captured.facts["keys"]).toContain(`certificate ${name} of CM_PS1`);
  expect(captured.problems).toMatchObject([
    { code: "sql-permission", severity: "risk", hint: expect.stringContaining("GRANT VIEW ANY DEFINITION") },
  ]);
});

test("a key with a password of its own is told, and not exported", async () => {
  const certificate = [{ name, protection: "PW" }];
  const { server, means, request } = made({ ...shown, certificate });
  const seen = await sqlKeys.observe(request, means);
  expect(seen).toMatchObject({ answers: false, problem: { code: "key-has-own-password" } });
  expect(server.queries.some((it) => it.includes("CERTPRIVATEKEY"))).toBe(false);
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
  const it = made({ ...answers, exportKey }, { include: ["bitlocker", "master-key"] });
  stage = it.stage;
  const captured = await sqlKeys.capture(it.request, it.means, it.sink);
  expect(captured.problems.map(({ code, severity }) => [code, severity])).toEqual([
    ["master-key-not-proven", "risk"],
    ["master-key-not-proven", "risk"],
  ]);
  expect(captured.problems[0]!.message).toContain("can't be read");
});
