import { createHash, pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepSources } from "../support/keep-sources.ts";
import { labMeans } from "../support/lab-means.ts";
import { labDatabase } from "../support/lab-sources.ts";
import { withStartedLab } from "../support/started-lab.ts";

/**
 * A database under transparent data encryption goes to another SQL Server, which lacks the certificate: the
 * refusal names its thumbprint, a snapshot of the keys gives it there with the statements of
 * docs/permissions.md, and then the same restore succeeds.
 */
const lab = withStartedLab();

test(
  "an encrypted database comes back on another server once its certificate does",
  { timeout: 240_000 },
  async () => {
    keepSources(lab.folder, ["database", "sqlKeys", "files"]);
    expect((await lab.change("incident", "database-encrypted")).code).toBe(0);
    const applied = await lab.run("apply", "--yes");
    expect(applied.code, `${applied.out}\n${applied.err}`).toBe(0);
    expect((await lab.run("snapshots", "show", "PS1/database")).out).toMatch(/Restorable +yes/);

    const refused = await restore();
    expect(refused.code).toBe(1);
    const said = `${refused.out}\n${refused.err}`;
    const [, thumbprint] =
      /Create the certificate with the thumbprint (0x[0-9A-F]+) in master of sql02\.lab first/i.exec(said) ??
      [];
    expect(thumbprint, said).toBeDefined();

    const folder = join(lab.folder, "restored");
    expect((await lab.run("restore", "PS1/sqlKeys", "--to", folder)).code).toBe(0);
    const read = (ending: string) => readFileSync(join(folder, `master/SiteDatabase_CERT.${ending}`));
    const digest = createHash("sha1").update(read("cer")).digest("hex").toUpperCase();
    expect(thumbprint!.toUpperCase()).toBe(`0X${digest}`);
    const secret = readFileSync(join(lab.folder, "secrets/sql-keys-password"), "utf8").trim();
    const made = pbkdf2Sync(secret, `sitekeep ${read("salt").toString()}`, 600_000, 24, "sha256");
    const hex = (bytes: Buffer) => `0x${bytes.toString("hex").toUpperCase()}`;
    await onOtherServer(
      "CREATE MASTER KEY ENCRYPTION BY PASSWORD = N'Another one 1';",
      `CREATE CERTIFICATE [SiteDatabase_CERT] FROM BINARY = ${hex(read("cer"))} WITH PRIVATE KEY (BINARY = ${hex(read("pvk"))}, DECRYPTION BY PASSWORD = N'K1-k${made.toString("base64url")}');`,
    );
    const restored = await restore();
    expect(restored.code, `${restored.out}\n${restored.err}`).toBe(0);
    expect(restored.out).toContain("DBCC CHECKDB found nothing wrong with CM_PS1_BACK.");
  },
);

function restore() {
  return lab.run(
    "restore",
    "PS1/database",
    "--database",
    "CM_PS1_BACK",
    "--server",
    "sql02.lab",
    "--yes",
    "--staging",
    "E:\\stage",
  );
}

async function onOtherServer(...statements: readonly string[]): Promise<void> {
  const database = { ...labDatabase(lab.folder, "master", "labadmin"), server: "sql02.lab" };
  const sql = await labMeans(lab.folder).sql(database);
  for (const it of statements) await sql.batch(it);
  await sql.close();
}
