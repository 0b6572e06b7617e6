import { expect, test } from "vitest";
import { ProblemError } from "../../../src/core/base/problem.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import type { Driver } from "../../../src/drivers/driver.ts";
import { chainOf, findSnapshot, giveBackDatabase } from "../../../src/engine/repository/restore.ts";
import type { Repository } from "../../../src/store/repository.ts";
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
  ["", "option-invalid", "Name it by its id"],
  ["  ", "option-invalid", "Name it by its id"],
  ["PS1/files~3", "snapshot-not-found", "There are snapshots of PS1/files, CAS/files."],
  ["PS1/library", "snapshot-not-found", "There are snapshots of PS1/files, CAS/files."],
  ["0d", "snapshot-not-found", "Type more letters"],
  ["0d2aaaab", "snapshot-not-found", "The nearest is 0d2aaaaa, of PS1/files."],
  ["0dxx", "snapshot-not-found", "There are snapshots of PS1/files, CAS/files."],
])("%j means no one snapshot, and what is there is said", (reference, code, hint) => {
  expect(problemOf(() => findSnapshot(all, reference))).toMatchObject({
    code,
    hint: expect.stringContaining(hint),
  });
});

test("of an empty repository it is said that nothing is there yet", () => {
  expect(problemOf(() => findSnapshot([], "PS1/files")).hint).toBe("The repository holds no snapshot yet.");
  expect(problemOf(() => findSnapshot([], "0d2aaaaa")).hint).toBe("The repository holds no snapshot yet.");
});

test("how many snapshots begin alike is said", () => {
  expect(problemOf(() => findSnapshot(all, "0d")).message).toBe("0d is the beginning of 3 snapshot ids.");
});

test("a chain is the full first, and each increment behind what it is laid on", () => {
  const full = snapshotOf(database, noon, { id: "full" });
  const differential = snapshotOf(database, noon + 1, { id: "diff", mode: "differential", base: "full" });
  const log = snapshotOf(database, noon + 2, { id: "log", mode: "log", base: "diff" });
  expect(chainOf([log, differential, full], log).map((it) => it.id)).toEqual(["full", "diff", "log"]);
  expect(chainOf([full], full)).toEqual([full]);
  expect(problemOf(() => chainOf([log, full], log))).toMatchObject({
    code: "chain-broken",
    message: "log is laid on diff, which is not in the repository.",
  });
});

test("a database is given back from its whole chain, in its order", async () => {
  const { given } = await giveBack({});
  expect(given).toMatchObject([
    { snapshots: [{ id: "full" }, { id: "diff" }], replace: false, target: { database: address } },
  ]);
  expect(given[0]!.folders.map((it) => it.split("/").at(-1))).toEqual(["full", "diff"]);
  expect(given[0]!.target).not.toHaveProperty("staging");
});

test.each([
  ["E:\\stage", "sql01.contoso.com", true],
  ["E:\\stage", "SQL01.contoso.com", true],
  ["E:\\stage", "sql02.contoso.com", false],
  ["\\\\backup01\\stage$", "sql02.contoso.com", true],
])("staging %s is used on %s: %s", async (sql, server, isUsed) => {
  const staging = { sql, read: sql };
  const { given } = await giveBack({ source: { ...database, staging } as typeof database, server });
  expect("staging" in given[0]!.target).toBe(isUsed);
});

test("what can't be restored whole is not given back, and nothing is left behind", async () => {
  const { given, problem, removed } = await giveBack({
    refused: [{ path: "full.bak", reason: "it is damaged" }],
  });
  expect(problem).toMatchObject({
    code: "snapshot-damaged",
    message: "full.bak of full can't be restored: it is damaged.",
    where: "PS1/database",
  });
  expect(given).toEqual([]);
  expect(removed).toBe(1);
});

test("a source that is no database, or is not in the policy any more, is refused with the way that there is", async () => {
  expect((await giveBack({ hasNone: true })).problem).toMatchObject({
    code: "not-a-database",
    hint: "Restore its files with --to DIR.",
  });
  expect((await giveBack({ source: { ...database, name: "renamed" } })).problem).toMatchObject({
    code: "source-not-in-policy",
    where: "PS1/database",
  });
});

interface GiveBackCase {
  readonly source?: typeof database;
  readonly server?: string;
  readonly refused?: readonly { readonly path: string; readonly reason: string }[];
  readonly hasNone?: true;
}

async function giveBack({ source = database, server = address.server, refused = [], hasNone }: GiveBackCase) {
  const given: Parameters<NonNullable<Driver["giveBack"]>>[0][] = [];
  let removed = 0;
  const driver = {
    giveBack: async (request: (typeof given)[number]) => (given.push(request), { steps: [] }),
  };
  const site = engineSite({
    sources: [source],
    world: {
      driverOf: () => (hasNone ? {} : driver) as never,
      makeTemporaryFolder: async () => ({ path: "/tmp/given", remove: async () => void removed++ }),
    },
  });
  const repository = { restore: async () => ({ files: 1, bytes: 1, refused }) } as unknown as Repository;
  const full = snapshotOf(database, noon, { id: "full" });
  const chain = [full, snapshotOf(database, noon, { id: "diff", mode: "differential", base: "full" })];
  const to = { ...address, server };
  const order = { policy: site.policy, chain, database: to, replace: false, report: () => {} };
  const problem = await site
    .inSession((session) => giveBackDatabase(session, repository, order))
    .then(
      () => undefined,
      (thrown: unknown) => (thrown as ProblemError).problem,
    );
  return { given, removed, problem };
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
