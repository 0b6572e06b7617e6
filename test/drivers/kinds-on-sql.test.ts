import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SourceKind, SourceOf } from "../../src/core/model/source.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { driverContract } from "../contracts/driver.contract.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { digestFolder } from "../support/digest-folder.ts";
import { labMeans } from "../support/lab-means.ts";
import { labSources } from "../support/lab-sources.ts";
import { withRunningLab } from "../support/running-lab.ts";

const lab = withRunningLab();
const host = (path: string): string => join(lab.folder, "hosts", path);

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
