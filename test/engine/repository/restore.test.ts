import { expect, test } from "vitest";
import { ProblemError } from "../../../src/core/base/problem.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import type { Source } from "../../../src/core/model/policy/source.ts";
import type { Driver, Means, TargetStaging, VolumeSpace } from "../../../src/drivers/driver.ts";
import { chainOf, findSnapshot, giveBackDatabase } from "../../../src/engine/repository/restore.ts";
import type { Repository, RestoreOptions } from "../../../src/store/repository.ts";
import { address, noon, snapshotOf } from "../../support/build-site.ts";
import { database, engineSite, files } from "../../support/engine-site.ts";

const [one, two, three] = [1, 2, 3].map((at) => snapshotOf(files, noon + at, { id: `0d${at}aaaaa` }));
const other = snapshotOf(files, noon, { id: "7zzzzzzz", site: "CAS" });
const all = [one!, two!, three!, other];

test.each([
  ["PS1/files", "0d3aaaaa"],
  ["ps1/files", "0d3aaaaa"],
  ["PS1/files~0", "0d3aaaaa"],
  ["PS1/files~1", "0d2aaaaa"],
  ["PS1/files~2", "0d1aaaaa"],
  ["CAS/files", "7zzzzzzz"],
  ["0d2", "0d2aaaaa"],
  ["7", "7zzzzzzz"],
  ["0d1aaaaa", "0d1aaaaa"],
])("%s means the snapshot %s", (reference, id) => {
  expect(findSnapshot(all, reference).id).toBe(id);
});

test.each([
  ["PS1/files~3", "There are snapshots of PS1/files, CAS/files."],
  ["PS1/files~12", "There are snapshots of PS1/files, CAS/files."],
  ["PS1/files~", "There are snapshots of PS1/files, CAS/files."],
  ["PS1/library", "There are snapshots of PS1/files, CAS/files."],
  ["0d2aaaab", "The nearest is 0d2aaaaa, of PS1/files."],
  ["0d2axxxx", "The nearest is 0d2aaaaa, of PS1/files."],
  ["0d2aaaaab", "The nearest is 0d2aaaaa, of PS1/files."],
  ["0d2xxxxx", "There are snapshots of PS1/files, CAS/files."],
  ["0dxx", "There are snapshots of PS1/files, CAS/files."],
])("%j means no snapshot, and what is there is said", (reference, hint) => {
  expect(problemOf(() => findSnapshot(all, reference))).toEqual({
    code: "snapshot-not-found",
    severity: "error",
    message: `There is no snapshot ${reference}.`,
    where: reference,
    hint,
  });
});

test("where a manifest can't be read that may be newer, the newest is not known, and none before it is taken", () => {
  const newer = ["snapshots/0d3aaaab"];
  const found = problemOf(() => findSnapshot(all, "PS1/files", newer));
  expect(found).toMatchObject({ code: "snapshot-unreadable", severity: "error", where: "PS1/files" });
  expect(found.message).toBe(
    "snapshots/0d3aaaab can't be read, and may be the newest snapshot of any source.",
  );
  expect(found.hint).toContain("`sitekeep repo repair`");
  expect(found.hint).toContain("0d3aaaaa");
  expect(problemOf(() => findSnapshot(all, "PS1/files~1", newer)).code).toBe("snapshot-unreadable");
  expect(problemOf(() => findSnapshot(all, "PS1/library", newer)).code).toBe("snapshot-unreadable");
  // One that is older, or that was not meant, hides nothing.
  expect(findSnapshot(all, "PS1/files", ["snapshots/0d2zzzzz"]).id).toBe("0d3aaaaa");
  expect(findSnapshot(all, "0d3aaaaa", newer).id).toBe("0d3aaaaa");
});

test.each(["", "  "])("a name that is %j names nothing", (reference) => {
  expect(problemOf(() => findSnapshot(all, reference))).toEqual({
    code: "option-invalid",
    severity: "error",
    message: "The name of the snapshot is empty.",
    where: "snapshot",
    hint: "Name it by its id, by the beginning of it, or as SITE/source for the newest of a source.",
  });
});

test("of an empty repository it is said that nothing is there yet", () => {
  expect(problemOf(() => findSnapshot([], "PS1/files")).hint).toBe("The repository holds no snapshot yet.");
  expect(problemOf(() => findSnapshot([], "0d2aaaaa")).hint).toBe("The repository holds no snapshot yet.");
});

test("how many snapshots begin alike is said", () => {
  expect(problemOf(() => findSnapshot(all, "0d"))).toEqual({
    code: "snapshot-not-found",
    severity: "error",
    message: "0d is the beginning of 3 snapshot ids.",
    where: "0d",
    hint: "Type more letters of the id, or name it as SITE/source: `sitekeep snapshots list` shows both.",
  });
});

test("a chain is the full first, and each increment behind what it is laid on", () => {
  const full = snapshotOf(database, noon, { id: "full" });
  const differential = snapshotOf(database, noon + 1, { id: "diff", mode: "differential", base: "full" });
  const log = snapshotOf(database, noon + 2, { id: "log", mode: "log", base: "diff" });
  expect(chainOf([log, differential, full], log).map((it) => it.id)).toEqual(["full", "diff", "log"]);
  expect(chainOf([full], full)).toEqual([full]);
  expect(problemOf(() => chainOf([log, full], log))).toEqual({
    code: "chain-broken",
    severity: "error",
    message: "log is laid on diff, which is not in the repository.",
    where: "PS1/database",
    hint: "Restore a full snapshot instead: `sitekeep snapshots list` shows them.",
  });
});

test("a database is given back from its whole chain, in its order", async () => {
  const { given, restored } = await giveBack({});
  expect(restored).toEqual([
    { id: "full", paths: [], overwrite: false },
    { id: "diff", paths: [], overwrite: false },
  ]);
  expect(given).toMatchObject([
    { snapshots: [{ id: "full" }, { id: "diff" }], replace: false, target: { database: address } },
  ]);
  expect(given[0]!.folders.map((it) => it.split("/").at(-1))).toEqual(["full", "diff"]);
  expect(given[0]!.target).not.toHaveProperty("staging");
});

test.each([
  ["E:\\stage", "sql01.contoso.com", true],
  ["E:\\stage", "SQL01.contoso.com", true],
  ["E:\\stage", "sql01.contoso.com,1544", true],
  ["E:\\stage", "sql01\\CM", true],
  ["E:\\stage", "sql02.contoso.com", false],
  ["\\\\backup01\\stage$", "sql02.contoso.com", true],
])("staging %s is used on %s: %s", async (sql, server, isUsed) => {
  const staging = { sql, read: sql };
  const { given } = await giveBack({ source: { ...database, staging } as typeof database, server });
  expect("staging" in given[0]!.target).toBe(isUsed);
});

test.each([
  [{ sql: "F:\\drop" }, "sql02.contoso.com"],
  [{ sql: "F:\\drop", read: "\\\\sql02\\drop$" }, "sql02.contoso.com"],
  [{ sql: "F:\\drop" }, address.server],
])("the folder %j that the order names is used on %s, whatever the source has", async (named, server) => {
  const source = { ...database, staging: { sql: "E:\\stage", read: "E:\\stage" } } as typeof database;
  const { given } = await giveBack({ source, server, staging: named });
  expect(given[0]!.target.staging).toEqual(named);
});

test("backups that don't fit on this machine are not begun", async () => {
  const space = { freeBytes: 2 * 1024 ** 2 - 1, totalBytes: 1024 ** 4 };
  const { problem, restored, removed } = await giveBack({ bytes: 1024 ** 2, space });
  expect(problem).toEqual({
    code: "disk-full",
    severity: "error",
    message:
      "The backups to restore take 2.0 MiB, and 2.0 MiB are free for /tmp/given of this machine. Nothing was copied.",
    where: "/tmp/given",
    hint: "Free space there, or set TEMP to a folder of a larger disk.",
    about: { kind: "file", path: "/tmp/given" },
  });
  expect([restored, removed]).toEqual([[], 1]);
  const fits = { ...space, freeBytes: 2 * 1024 ** 2 };
  expect((await giveBack({ bytes: 1024 ** 2, space: fits })).problem).toBeUndefined();
  expect((await giveBack({ bytes: 1024 ** 2 })).problem).toBeUndefined();
});

test("what can't be restored whole is not given back, and nothing is left behind", async () => {
  const { given, problem, removed } = await giveBack({
    refused: [{ path: "full.bak", reason: "it is damaged" }],
  });
  expect(problem).toEqual({
    code: "snapshot-damaged",
    severity: "error",
    message: "full.bak of full can't be restored: it is damaged.",
    where: "PS1/database",
    hint: "Choose an older snapshot: `sitekeep snapshots list` shows them with their proofs.",
  });
  expect(given).toEqual([]);
  expect(removed).toBe(1);
});

test("a source that is no database, or is not in the policy any more, is refused with the way that there is", async () => {
  expect((await giveBack({ hasNone: true })).problem).toEqual({
    code: "not-a-database",
    severity: "error",
    message: "PS1/database can't be restored to a SQL Server: site-database is no database.",
    where: "PS1/database",
    hint: "Restore its files with --to DIR.",
  });
  const gone = {
    code: "source-not-in-policy",
    severity: "error",
    message:
      "policies/ps1.yaml:1 has no site-database called database any more, so nothing says how to give PS1/database back.",
    where: "PS1/database",
    hint: "Put the source back into the policy, or restore its files with --to DIR and the backup by hand.",
  };
  expect((await giveBack({ source: { ...database, name: "renamed" } })).problem).toEqual(gone);
  expect((await giveBack({ source: { ...files, name: "database" } })).problem).toEqual(gone);
});

test("a restore stops with the run, and what the driver tells is told", async () => {
  const { given, signals, told } = await giveBack({});
  expect(given).toHaveLength(1);
  expect(new Set(signals).size).toBe(1);
  expect(signals).toEqual([expect.any(AbortSignal), expect.any(AbortSignal), expect.any(AbortSignal)]);
  expect(told).toEqual([{ text: "restoring" }]);
});

interface GiveBackCase {
  readonly source?: Source;
  readonly server?: string;
  readonly refused?: readonly { readonly path: string; readonly reason: string }[];
  readonly hasNone?: true;
  readonly staging?: TargetStaging;
  /** Of each snapshot. */
  readonly bytes?: number;
  /** Of this machine's temporary folder. Absent: nobody can tell. */
  readonly space?: VolumeSpace;
}

async function giveBack(of: GiveBackCase) {
  const { source = database, server = address.server, refused = [], hasNone, bytes = 1, space } = of;
  const given: Parameters<NonNullable<Driver["giveBack"]>>[0][] = [];
  let removed = 0;
  const restored: object[] = [];
  const signals: unknown[] = [];
  const told: object[] = [];
  const driver = {
    async giveBack(request: (typeof given)[number], means: Means) {
      given.push(request);
      signals.push(means.signal);
      means.report({ text: "restoring" });
      return { steps: [] };
    },
  };
  const site = engineSite({
    sources: [source],
    world: {
      driverOf: () => (hasNone ? {} : driver) as never,
      makeTemporaryFolder: async () => ({ path: "/tmp/given", remove: async () => void removed++ }),
      volumeSpace: async () => space ?? Promise.reject(new Error("no")),
    },
  });
  const restore = async (id: string, { paths, overwrite, signal }: RestoreOptions) => {
    restored.push({ id, paths, overwrite });
    signals.push(signal);
    return { files: 1, bytes: 1, refused };
  };
  const repository = { restore } as unknown as Repository;
  const full = snapshotOf(database, noon, { id: "full", bytes });
  const chain = [full, snapshotOf(database, noon, { id: "diff", mode: "differential", base: "full", bytes })];
  const to = { ...address, server };
  const order = {
    policy: site.policy,
    chain,
    database: to,
    ...(of.staging && { staging: of.staging }),
    replace: false,
    report: (it: object) => void told.push(it),
  };
  const problem = await site
    .inSession((session) => giveBackDatabase(session, repository, order))
    .then(
      () => undefined,
      (thrown: unknown) => (thrown as ProblemError).problem,
    );
  return { given, removed, problem, restored, signals, told };
}

function problemOf(work: () => Snapshot | readonly Snapshot[]) {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem;
    throw thrown;
  }
  throw new Error("It was found.");
}
