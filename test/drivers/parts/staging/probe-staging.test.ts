import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SqlError } from "../../../../src/drivers/access/sql/sql-runner.ts";
import { probeStaging } from "../../../../src/drivers/parts/staging/probe-staging.ts";
import { address } from "../../../support/build-site.ts";
import { madeUpMeans } from "../../../support/made-up-means.ts";
import { type Answer, type Answers, madeUpServer, refusal } from "../../../support/made-up-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const notBackup = refusal([3241, "The media family is incorrectly formed."], [3013, "It ends."]);
const named = { probeName: [{ name: "Some]Cert" }] } as const;
const refused = (code: string, message = "") => ({
  is: "refuted",
  why: { code, where: "PS1/keys", message: expect.stringContaining(message) },
});

test("files pass both ways, one of ours and the public part of a certificate, and none is left", async () => {
  const { proof, batches, left } = await probe(named);
  const proven = { is: "proven" };
  expect(proof).toEqual({ ours: proven, seen: proven, written: proven, taken: proven });
  expect(batches).toEqual([
    "RESTORE LABELONLY FROM DISK = N'E:\\stage\\sitekeep_PS1_cm01-1_nonce1.try';",
    "BACKUP CERTIFICATE [Some]]Cert] TO FILE = N'E:\\stage\\sitekeep_PS1_cm01-1_nonce2.try';",
  ]);
  expect(left).toEqual([]);
});

describe("our own file", () => {
  test("that can't be made ends the trial: SQL Server is asked for nothing", async () => {
    const { proof, batches } = await probe(named, { local: join(temporaryFolder(), "none") });
    expect(proof).toMatchObject({
      ours: refused("file-missing", "A file in the staging folder is not there: \\\\sql01\\stage$"),
      seen: { is: "not-asked" },
      written: { is: "not-asked" },
      taken: { is: "not-asked" },
    });
    expect(batches).toEqual([]);
  });

  test("that can't be taken away again is told, and SQL Server is asked for none of its own", async () => {
    const local = temporaryFolder();
    const label = () => (stick(local), notBackup);
    const { proof, batches } = await probe({ ...named, label }, { local });
    expect(proof).toMatchObject({ ours: refused("staged-file-left"), written: { is: "not-asked" } });
    expect(batches).toHaveLength(1);
  });

  test.each<[string, Answer, object]>([
    ["is read, whatever the number", refusal([3242, "Not MTF."]), { is: "proven" }],
    ["is a backup, of all things", [], { is: "proven" }],
    [
      "is not found",
      refusal([3201, "Betriebssystemfehler 2(Die Datei wurde nicht gefunden.)."]),
      refused("staging-mismatch", "sitekeep_PS1_cm01-1_nonce1.try was made in \\\\sql01\\stage$"),
    ],
    ["is in no folder", refusal([3201, "Operating system error 3(No path.)."]), refused("staging-mismatch")],
    [
      "may not be read",
      refusal([3201, "Operating system error 5(Access is denied.)."]),
      refused("staging-unusable", "could not try the folder E:\\stage"),
    ],
    [
      "may not be asked for",
      refusal([262, "CREATE DATABASE permission denied in database 'master'."]),
      {
        is: "not-asked",
        why: { code: "sql-permission", hint: expect.stringContaining("CREATE ANY DATABASE") },
      },
    ],
  ])("that %s", async (_, label, seen) => {
    const { proof, left } = await probe({ ...named, label });
    expect(proof.seen).toMatchObject(seen);
    expect([proof.ours, left]).toEqual([{ is: "proven" }, []]);
  });

  test("is taken away when the session is lost", async () => {
    const local = temporaryFolder();
    const lost = new SqlError("connection", [{ number: 0, severity: 16, text: "Connection lost." }]);
    await expect(probe({ ...named, label: lost }, { local })).rejects.toThrow("Connection lost.");
    expect(readdirSync(local)).toEqual([]);
  });
});

describe("SQL Server's file", () => {
  test("is not asked for where it has none that is harmless, or shows none", async () => {
    const { proof } = await probe({ probeName: [] });
    expect(proof).toMatchObject({
      seen: { is: "proven" },
      written: { is: "not-asked", why: { code: "staging-not-tried" } },
      taken: { is: "not-asked" },
    });
    const hidden = await probe({ probeName: refusal([229, "No."]) });
    expect(hidden.proof.written).toMatchObject({ is: "not-asked", why: { code: "sql-permission" } });
  });

  test.each<[string, SqlError, object]>([
    ["can't be made", refusal([15240, "Cannot write into file."]), refused("staging-unusable")],
    [
      "may not be asked for",
      refusal([15151, "Cannot find the certificate 'Some]Cert', or you do not have permission."]),
      {
        is: "not-asked",
        why: { hint: expect.stringContaining("GRANT CONTROL ON CERTIFICATE::[Some]]Cert]") },
      },
    ],
  ])("that %s", async (_, error, written) => {
    const { proof } = await probe({ ...named, probe: error });
    expect(proof.written).toMatchObject(written);
    expect(proof.taken).toMatchObject({ is: "not-asked" });
  });

  test("that is not found under our name is told as another folder", async () => {
    const { proof } = await probe({ ...named, probe: [] });
    expect(proof).toMatchObject({
      written: { is: "proven" },
      taken: refused("staging-mismatch", "SQL Server made E:\\stage\\sitekeep_PS1_cm01-1_nonce2.try"),
    });
  });

  test("that can't be read, or not be taken away, is told", async () => {
    const local = temporaryFolder();
    // What is a folder can be neither, by root neither.
    const made = (text: string) => (mkdirSync(join(local, fileIn(text))), []);
    const { proof, left } = await probe({ ...named, probe: made }, { local });
    expect(proof.taken).toMatchObject(refused("file-unreadable"));
    expect(left).toEqual(["sitekeep_PS1_cm01-1_nonce2.try"]);
  });
});

function fileIn(statement: string): string {
  return /[^\\]+\.try/.exec(statement)![0];
}

/** Puts a folder in the place of the file that is there. */
function stick(folder: string): void {
  const [name] = readdirSync(folder);
  rmSync(join(folder, name!));
  mkdirSync(join(folder, name!));
}

async function probe(answers: Answers, { local = temporaryFolder() } = {}) {
  const sql = madeUpServer({
    label: notBackup,
    probe: (text) => (writeFileSync(join(local, fileIn(text)), "cer"), []),
    ...answers,
  });
  const staging = { sql: "E:\\stage", read: "\\\\sql01\\stage$", local };
  const task = { database: address, where: "PS1/keys" };
  const proof = await probeStaging({ sql, means: madeUpMeans(), staging, task, siteCode: "PS1" });
  const isThere = !local.endsWith("none");
  return { proof, batches: sql.batches, left: isThere ? readdirSync(local) : [] };
}
