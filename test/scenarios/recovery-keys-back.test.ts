import { pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { keepSources } from "../support/keep-sources.ts";
import { labMeans } from "../support/lab-means.ts";
import { labDatabase } from "../support/lab-sources.ts";
import { withStartedLab } from "../support/started-lab.ts";

/**
 * What BitLocker Management has sealed is read on a second SQL Server, which knows neither the password of
 * the database's master key nor the certificate: both come from the snapshots, by the statements of
 * docs/permissions.md.
 */
const lab = withStartedLab();
const recoveryKey = "471207-123456-654321-111111-222222-333333-444444-555555";
const certificate = "BitLockerManagement_CERT";

beforeAll(() => {
  keepSources(lab.folder, ["database", "sqlKeys"]);
});

test(
  "a recovery key is read on another server by the certificate of a snapshot",
  { timeout: 240_000 },
  async () => {
    const sealed = await onServer("sql01.lab", async (sql) => {
      const [row] = await sql.query(
        `SELECT ENCRYPTBYCERT(CERT_ID('${certificate}'), N'${recoveryKey}') AS it`,
      );
      return hex(row!["it"] as Uint8Array);
    });
    await run("apply", "--yes");
    const away = ["--database", "CM_PS1", "--server", "sql02.lab", "--staging", "E:\\stage", "--yes"];
    await run("restore", "PS1/database", ...away);
    const keys = join(lab.folder, "restored");
    await run("restore", "PS1/sqlKeys", "--to", keys);

    const opened = `SELECT DECRYPTBYCERT(CERT_ID('${certificate}'), ${sealed}) AS it`;
    const read = (server: string) =>
      onServer(server, async (sql) => (await sql.query(opened))[0]!["it"] as Uint8Array | null);
    // The certificate came with the database; the master key above it opens on the first server alone.
    expect(await read("sql02.lab")).toBe(null);
    const recipe = recipeOfPage(join(keys, "CM_PS1"));
    await onServer("sql02.lab", async (sql) => {
      for (const statement of recipe) await sql.batch(statement);
    });
    expect(Buffer.from((await read("sql02.lab"))!).toString("utf16le")).toBe(recoveryKey);
  },
);

/** The page's statements for a master key that nobody can open, with what the snapshot gives in its places. */
function recipeOfPage(folder: string): readonly string[] {
  const page = readFileSync("docs/permissions.md", "utf8");
  const [, script] = /^```sql\n([^`]*DROP MASTER KEY;[^`]*)^```/m.exec(page)!;
  const bytes = (ending: string) => readFileSync(join(folder, `${certificate}.${ending}`));
  const secret = readFileSync(join(lab.folder, "secrets/sql-keys-password"), "utf8").trim();
  const made = pbkdf2Sync(secret, `sitekeep ${bytes("salt").toString()}`, 600_000, 24, "sha256");
  return script!
    .replace("0x308202…", hex(bytes("cer")))
    .replace("0x1EF1B5B0…", hex(bytes("pvk")))
    .replace("'K1-…'", `N'K1-k${made.toString("base64url")}'`)
    .replace("A NEW ONE", "Another one 1")
    .replaceAll(/--.*/g, "")
    .split(/(?<=;)\n/)
    .filter((it) => it.trim() !== "");
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex").toUpperCase()}`;
}

async function run(...args: readonly string[]): Promise<void> {
  const ran = await lab.run(...args);
  expect(ran.code, `${ran.out}\n${ran.err}`).toBe(0);
}

async function onServer<T>(server: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const database = { ...labDatabase(lab.folder, "CM_PS1", "labadmin"), server };
  const sql = await labMeans(lab.folder).sql(database);
  try {
    return await work(sql);
  } finally {
    await sql.close();
  }
}

type Sql = Awaited<ReturnType<ReturnType<typeof labMeans>["sql"]>>;
