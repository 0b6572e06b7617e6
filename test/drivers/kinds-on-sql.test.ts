import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SourceKind, SourceOf } from "../../src/core/model/policy/source.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { driverContract } from "../contracts/driver.contract.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { digestFolder } from "../support/digest-folder.ts";
import { labMeans } from "../support/lab-means.ts";
import { labDatabase, labSources } from "../support/lab-sources.ts";
import { withRunningLab } from "../support/running-lab.ts";

const lab = withRunningLab();
const host = (path: string): string => join(lab.folder, "hosts", path);

const stage = (): string => host("sql01/E/stage");
const secret = (name: string): string => readFileSync(join(lab.folder, "secrets", name), "utf8").trim();

let copied: string;
beforeEach(() => {
  copied = mkdtempSync(join(tmpdir(), "captured-"));
});
afterEach(() => rmSync(copied, { recursive: true, force: true }));

driverContract("package-sources", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["package-sources"];
  const expected = (): Record<string, string> => {
    const all = Object.entries(digestFolder(host("cm01/D/Sources")));
    return Object.fromEntries(all.map(([path, digest]) => [`cm01.lab/Sources$/${path}`, digest]));
  };
  const absent = { ...source, discover: false, folders: ["D:\\None"] };
  const untouched = [host("cm01/D/Sources")];
  return { lab: lab.folder, site, source, expected, made: /^packages\.json$/, absent, untouched };
});

test("a content that comes from an address on the web has no folder to miss", async () => {
  const { site, sources } = labSources(lab.folder);
  const means = labMeans(lab.folder);
  const sql = await means.sql(labDatabase(lab.folder, "CM_PS1", "labadmin"));
  const update = "N'https://dl.example/update.cab'";
  await sql.batch(
    `INSERT INTO dbo.v_Content (PkgID, Content_UniqueID, ContentSource, SourceSite) VALUES (N'PS100099', N'u', ${update}, N'PS1');`,
  );
  try {
    const seen = await driverOf("package-sources").observe(
      { source: sources["package-sources"], site },
      means,
    );
    expect(seen).toMatchObject({ answers: true, risks: [] });
  } finally {
    await sql.batch(`DELETE FROM dbo.v_Content WHERE ContentSource = ${update};`);
    await sql.close();
  }
});

driverContract("user-state", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["user-state"];
  const expected = (): Record<string, string> => {
    const all = Object.entries(digestFolder(host("smp01/D")));
    return Object.fromEntries(all.map(([path, digest]) => [`smp01.lab/D/${path}`, digest]));
  };
  const absent = { ...source, discover: false, folders: ["D:\\None"] };
  return { lab: lab.folder, site, source, expected, absent, untouched: [host("smp01/D")] };
});

driverContract("site-database", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["site-database"];
  const absent = { ...source, database: labDatabase(lab.folder, "CM_XXX") };
  return { lab: lab.folder, site, source, absent, untouched: [stage()], secrets: [secret("sql-password")] };
});

driverContract("sql-database", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["sql-database"];
  const absent = { ...source, database: labDatabase(lab.folder, "NoSUSDB") };
  return { lab: lab.folder, site, source, absent, untouched: [stage()], secrets: [secret("sql-password")] };
});

driverContract("reporting-server", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["reporting-server"];
  const expected = (): Record<string, string> => {
    const root = "C/Program Files/Microsoft SQL Server Reporting Services/SSRS/ReportServer";
    return { ...prefixed("C/ReportSources", "ssrs01"), ...prefixed(root, "ssrs01") };
  };
  const absent = { ...source, databases: [labDatabase(lab.folder, "NoReports")] };
  const made =
    /^(databases\/ReportServer(TempDB)?\.full\.bak|encryption-key\/\w+\.snk|reports\.json|queries\/\w+\.sql)$/;
  const secrets = [secret("sql-password"), secret("rs-password")];
  return { lab: lab.folder, site, source, expected, made, absent, untouched: [stage()], secrets };
});

driverContract("sql-keys", () => {
  const { site, sources } = labSources(lab.folder);
  const source = sources["sql-keys"];
  const absent = { ...source, database: labDatabase(lab.folder, "CM_XXX") };
  const secrets = [secret("sql-password"), secret("sql-keys-password")];
  return { lab: lab.folder, site, source, absent, untouched: [stage()], secrets };
});

test("a report server's reports are listed, and what they ask of the site database is scripted", async () => {
  const { captured, sink } = await capture("reporting-server");
  expect(captured.facts["components"]).toEqual({
    databases: "held",
    "encryption key": "held",
    "configuration files": "held",
    "extensions and assemblies": "held",
    "reports and models": "held",
    "views and procedures of reports": "held",
  });
  const scripts = sink.files().filter((it) => it.startsWith("queries/"));
  expect(scripts).toEqual(
    expect.arrayContaining(["queries/usp_Contoso_FreeSpace.sql", "queries/v_Contoso_LicenceOverview.sql"]),
  );
  const text = readFileSync(join(copied, "queries/v_Contoso_LicenceOverview.sql"), "utf8");
  expect(text).toContain(
    "CREATE VIEW dbo.v_Contoso_LicenceOverview\r\nAS\r\n-- Asked for by purchasing.\r\n",
  );
  const reports = JSON.parse(readFileSync(join(copied, "reports.json"), "utf8")) as readonly object[];
  expect(reports.length).toBeGreaterThan(40);
});

test("views whose text is not shown to the login are told as lacking", async () => {
  const { captured } = await lab.without(["VIEW DEFINITION"], "spanish", () => capture("reporting-server"));
  expect(captured.facts["components"]).toMatchObject({
    "views and procedures of reports": expect.stringMatching(
      /^lacking: the text of .*v_Contoso_LicenceOverview/,
    ),
  });
});

describe("package-sources", () => {
  test("a folder that is gone is named by its package, and the others are captured", async () => {
    const folders = (await capture("package-sources")).captured.facts["folders"] as number;
    const { packages } = sourcesOf(copied);
    const [gone] = packages.filter((it) => it.users.some((user) => user.startsWith("PS1")));
    const local = labMeans(lab.folder).localPath(gone!.path);
    renameSync(local, `${local}.away`);
    rmSync(copied, { recursive: true });
    const { captured } = await capture("package-sources").finally(() => renameSync(`${local}.away`, local));
    expect(captured.facts).toMatchObject({ folders, captured: folders - 1 });
    expect(captured.problems.map((it) => it.code)).toEqual(["file-missing"]);
    expect(captured.problems[0]!.message).toContain(gone!.users[0]!);
    expect(captured.problems[0]!.message).toContain(gone!.path);
  });

  test("the list of packages and their folders is in the snapshot", async () => {
    await capture("package-sources");
    const { packages } = sourcesOf(copied);
    expect(packages.length).toBeGreaterThan(5);
    expect(packages.some((it) => it.users.some((user) => user.startsWith("Content_")))).toBe(true);
  });

  test("a server that is down is a source that does not answer", async () => {
    const { site, sources } = labSources(lab.folder);
    const request = { source: sources["package-sources"], site };
    const look = () => driverOf("package-sources").observe(request, labMeans(lab.folder));
    const seen = await lab.during(["sql-down"], look);
    expect(seen).toMatchObject({
      answers: false,
      problem: { code: "sql-unreachable", where: "PS1/packages" },
    });
  });
});

function sourcesOf(folder: string): { packages: readonly { path: string; users: readonly string[] }[] } {
  return { packages: JSON.parse(readFileSync(join(folder, "packages.json"), "utf8")) };
}

async function capture<Kind extends SourceKind>(kind: Kind, change: Partial<SourceOf<Kind>> = {}) {
  const { site, sources } = labSources(lab.folder);
  const source = { ...sources[kind], ...change };
  const sink = collectingSink(copied);
  const means = labMeans(lab.folder);
  const captured = await driverOf(kind).capture({ source, site, mode: "full" }, means, sink);
  await captured.cleanUp?.();
  means.temporary.forEach((path) => rmSync(path, { recursive: true, force: true }));
  return { captured, sink, means };
}

/** Digests of a folder of a machine, under the path that it has in a snapshot. */
function prefixed(folder: string, machine: string): Record<string, string> {
  const all = Object.entries(digestFolder(host(`${machine}/${folder}`)));
  return Object.fromEntries(all.map(([path, digest]) => [`${folder}/${path}`, digest]));
}
