import { gibibyte } from "../../src/core/base/bytes.ts";
import { given } from "../../src/core/base/given.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SqlDatabase } from "../../src/core/model/policy/source.ts";
import type { Snapshot } from "../../src/core/model/repository/snapshot.ts";
import { sqlDatabase } from "../../src/drivers/sql-database.ts";
import { address, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { type MadeUpMachine, madeUpMeans } from "../support/made-up-means.ts";
import { type Answers, headerRow, madeUpServer, refusal, soundAnswers } from "../support/made-up-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { site } = policyOf();
const source: SqlDatabase = {
  kind: "sql-database",
  name: "updates",
  database: { ...address, name: "SUSDB" },
  staging: { sql: "E:\\stage", read: "\\\\sql01\\stage$" },
  compression: true,
};

test.each<[string, Answers, object]>([
  ["alone", {}, { state: "ONLINE", recoveryModel: "SIMPLE" }],
  [
    "of an availability group",
    { group: [{ group_database: "0A" }] },
    { state: "ONLINE", recoveryModel: "SIMPLE", availabilityGroup: ["SUSDB"] },
  ],
  ["that the server shows to nobody like us", { database: [] }, {}],
  [
    "of a server that knows no groups",
    { group: refusal([207, "Invalid column name."]) },
    { state: "ONLINE", recoveryModel: "SIMPLE" },
  ],
])("a look tells what a database %s is", async (_, answers, facts) => {
  const { seen, sql } = await look(answers);
  const room = { stagingFreeBytes: 512 * gibibyte, stagingNeedBytes: 7_001_430 };
  expect(seen).toEqual({ answers: true, facts: { dataBytes: 8_421_376, ...facts, ...room }, risks: [] });
  expect(sql.batches).toEqual([]);
});

test("a look tells of too little room, by the size that the last compressed backup had", async () => {
  const space = () => ({ freeBytes: 50 * gibibyte, totalBytes: 1024 * gibibyte });
  const used = [{ type: 0, pages: String((60 * gibibyte) / 8_192) }];
  const sizes = [
    { type: "D", bytes: 50 * gibibyte, file_bytes: 50 * gibibyte },
    { type: "D", bytes: 50 * gibibyte, file_bytes: 40 * gibibyte },
  ];
  expect((await look({ used }, space)).seen).toMatchObject({ risks: [] });
  expect((await look({ used, sizes }, space)).seen).toMatchObject({
    risks: [{ code: "staging-full", severity: "risk", message: expect.stringContaining("about 55 GiB") }],
  });
});

test("a look needs the right to back the database up, and none for logs", async () => {
  const { seen } = await look({ rights: [{ backup_database: 0, backup_log: 0, create_any: 1 }] });
  expect(seen).toMatchObject({
    answers: false,
    problem: {
      where: "PS1/updates",
      message: expect.stringMatching(/back up SUSDB .* it lacks BACKUP DATABASE\.$/),
    },
  });
});

test("a look that the server refuses is told as that", async () => {
  const { seen } = await look({ files: refusal([1, "No."]) });
  expect(seen).toMatchObject({
    problem: { message: "sql01.contoso.com could not look at SUSDB: No. (error 1)" },
  });
});

test("a capture is a full that disturbs no other tool", async () => {
  const folder = temporaryFolder();
  const sql = madeUpServer({
    ...soundAnswers((path) => join(folder, path.split("\\").at(-1)!)),
    headers: [headerRow({ BackupName: "sitekeep_PS1_cm01-1_nonce1.bak", DatabaseName: "SUSDB" })],
  });
  const means = madeUpMeans({ sql, paths: { "\\\\sql01\\stage$": folder } });
  const sink = listingSink();
  const captured = await sqlDatabase.capture({ source, site, mode: "full" }, means, sink);
  expect(sql.batches[0]).toMatch(/^BACKUP DATABASE \[SUSDB\] TO DISK = N'E:.* WITH COPY_ONLY, COMPRESSION, /);
  expect(captured).toMatchObject({ mode: "full", facts: { database: "SUSDB" }, problems: [] });
  expect(sink.files()).toEqual(["SUSDB.full.bak"]);
});

test.each([true, false])(
  "a database is given back under the name that was asked for; replaced: %j",
  async (replace) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "SUSDB.full.bak"), "x");
    let looks = 0;
    const sql = madeUpServer({
      ...soundAnswers((path) => path),
      database: () => (looks++ === 0 && !replace ? [] : [{ state_desc: "ONLINE" }]),
    });
    const means = madeUpMeans({ sql, paths: { "\\\\sql01\\stage$": temporaryFolder() } });
    const target = { database: { ...address, name: "SUS_back" }, staging: source.staging! };
    const snapshots = [{ site: "PS9", facts: {} } as Snapshot];
    const { steps } = await sqlDatabase.giveBack!(
      { source, folders: [folder], snapshots, target, replace },
      means,
    );
    expect(steps[0]).toBe("Restored the full backup 1 of 1 to SUS_back, every page checked.");
    expect(sql.batches[1]).toContain("N'E:\\stage\\sitekeep_PS9_cm01-1_nonce1.bak'");
    expect(sql.batches[1]!.includes("REPLACE")).toBe(replace);
  },
);

test("what is wrong with giving it back is of the source", async () => {
  const folder = temporaryFolder();
  const giving = (target: { database: typeof address }) =>
    sqlDatabase.giveBack!(
      {
        source,
        folders: [folder],
        snapshots: [{ site: "PS9", facts: {} } as Snapshot],
        target,
        replace: false,
      },
      madeUpMeans({ sql: madeUpServer({ database: [{ state_desc: "ONLINE" }] }) }),
    );
  await expect(giving({ database: address })).rejects.toMatchObject({
    problem: {
      code: "backup-not-in-snapshot",
      message: "SUSDB.full.bak is not among the restored files of updates.",
    },
  });
  writeFileSync(join(folder, "SUSDB.full.bak"), "x");
  await expect(giving({ database: address })).rejects.toMatchObject({
    problem: { code: "restore-would-overwrite", where: "PS9/updates" },
  });
});

async function look(answers: Answers, space?: MadeUpMachine["space"]) {
  const sql = madeUpServer({ ...soundAnswers((path) => path), ...answers });
  return {
    sql,
    seen: await sqlDatabase.observe({ source, site }, madeUpMeans({ sql, ...given({ space }) })),
  };
}
