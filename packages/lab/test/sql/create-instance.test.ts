import { X509Certificate, createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  cleanUp,
  listTrackedTables,
  readChangeTracking,
  recordCommit,
  trackTable,
} from "../../src/sql/change-tracking.ts";
import { listCertificates, readMasterKey } from "../../src/sql/database-keys.ts";
import { openDatabase } from "../../src/sql/database-file.ts";
import { createInstance, type InstanceDefinition } from "../../src/sql/instance.ts";
import { readInstanceState } from "../../src/sql/instance-state.ts";

const folder = mkdtempSync(join(tmpdir(), "create-instance-"));
afterAll(() => rmSync(folder, { recursive: true }));

const start = Date.UTC(2026, 10, 22, 1, 10);
const day = 86_400_000;
const definition: InstanceDefinition = {
  host: "sql01.lab",
  serviceAccount: "LAB\\sql01$",
  drives: {},
  shares: {},
  databases: [
    {
      name: "CM_PS1",
      recoveryModel: "SIMPLE",
      changeTracking: { retention: 5, units: 3, autoCleanup: true, tables: ["System_DISC", "Collections"] },
      seed: (db) => db.exec("CREATE TABLE System_DISC (ItemKey int); CREATE TABLE Collections (ID int)"),
    },
  ],
  logins: [],
  certificates: [
    { database: "CM_PS1", name: "Bit_CERT", subject: "Drive keys", pvtKeyEncryptedBy: "MASTER KEY" },
  ],
  masterKeys: ["CM_PS1"],
};
createInstance(folder, definition, start);
const at = { db: openDatabase(join(folder, "data/CM_PS1.mdf")), alias: "main" };
afterAll(() => at.db.close());

test("an instance has its system databases and those of its definition", () => {
  const names = readInstanceState(folder).databases.map(({ name, id }) => `${id} ${name}`);
  expect(names).toEqual(["1 master", "2 tempdb", "3 model", "4 msdb", "5 CM_PS1"]);
});

test("a certificate is real: its key signs what the certificate verifies", () => {
  const [certificate] = listCertificates(at);
  const read = new X509Certificate(certificate!.certificateDer);
  expect(read.subject).toBe("CN=Drive keys");
  expect(read.checkPrivateKey(createPrivateKey(certificate!.privateKeyPem))).toBe(true);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(Buffer.from(certificate!.thumbprint).toString("hex").toUpperCase()).toBe(
    read.fingerprint.replaceAll(":", ""),
  );
  expect(readMasterKey(at)!.key).toHaveLength(32);
});

test("only writes to tracked tables count, each commit once", () => {
  recordCommit(at, ["System_DISC", "Collections", "Other"], start);
  recordCommit(at, ["Other"], start);
  recordCommit(at, ["collections"], start + 2 * day);
  expect(readChangeTracking(at)!.version).toBe(2);
  const commits = at.db.prepare('SELECT version, "table" FROM ct_commits ORDER BY version, "table"').all();
  expect(commits.map((row) => `${row["version"]} ${row["table"]}`)).toEqual([
    "1 Collections",
    "1 System_DISC",
    "2 Collections",
  ]);
});

test("cleanup runs at half hours only, and forgets what is older than the retention", () => {
  const minimum = (): readonly number[] => listTrackedTables(at).map((it) => it.minValidVersion);
  cleanUp(at, start + 5 * day + 19 * 60_000);
  expect(minimum()).toEqual([0, 0]);
  cleanUp(at, start + 5 * day + 20 * 60_000);
  expect(minimum()).toEqual([1, 1]);
  cleanUp(at, start);
  cleanUp(at, start + 30 * day);
  expect(minimum()).toEqual([2, 2]);
});

test("a table tracked anew starts at the current version", () => {
  recordCommit(at, ["Collections"], start + 30 * day);
  trackTable(at, "System_DISC");
  expect(listTrackedTables(at).map((it) => [it.name, it.minValidVersion])).toEqual([
    ["Collections", 2],
    ["System_DISC", 3],
  ]);
});
