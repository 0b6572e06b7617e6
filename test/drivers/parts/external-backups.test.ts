import { describe, expect, test } from "vitest";
import { leftOutProblems, readExternalBackups } from "../../../src/drivers/parts/external-backups.ts";
import {
  groupReplicas,
  listedFulls,
  listedOthers,
} from "../../../src/drivers/access/sql/backup-witnesses.ts";
import { SqlError, type SqlRow, type SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import type { DatabaseAddress } from "../../../src/core/model/policy/source.ts";
import { address } from "../../support/build-site.ts";

const where = "PS1/database";
const family = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
const fork = "0E984725-C51C-4BF4-9960-E1C80E27ABA0";
const other = "11111111-2222-3333-4444-555555555555";
let sets = 0;

/** One file of a full backup that counts. */
function row(changes: SqlRow = {}): SqlRow {
  const number = String(++sets).padStart(12, "0");
  return {
    set_guid: `AAAAAAAA-0000-0000-0000-${number}`,
    name: "nightly",
    type: "D",
    started: "2026-11-29 22:00:00.000",
    finished: "2026-11-29 22:10:00.000",
    time_zone: 0,
    is_copy_only: false,
    is_snapshot: false,
    is_damaged: false,
    first_lsn: "1",
    last_lsn: "2",
    checkpoint_lsn: "1",
    database_backup_lsn: "0",
    differential_base_guid: null,
    user_name: "LAB\\dpm",
    server: "SQL01",
    family,
    fork,
    devices: 1,
    device_type: 2,
    device: "E:\\Backup\\CM_PS1.bak",
    ...changes,
  };
}

const older = { started: "2026-11-28 22:00:00.000", finished: "2026-11-28 22:10:00.000" };
const file = "E:\\Backup\\CM_PS1.bak";
const at = (hour: number) => ({
  started: `2026-11-30 ${String(hour).padStart(2, "0")}:00:00.000`,
  finished: `2026-11-30 ${String(hour).padStart(2, "0")}:01:00.000`,
});
const log = (changes: SqlRow = {}) =>
  row({ type: "L", ...at(10), first_lsn: "2", last_lsn: "3", ...changes });
const baseGuid = "BBBBBBBB-0000-0000-0000-000000000001";
const differential = (changes: SqlRow = {}) =>
  row({ type: "I", ...at(9), last_lsn: "3", differential_base_guid: baseGuid, ...changes });
const base = (changes: SqlRow = {}) => row({ set_guid: baseGuid, ...changes });

/** How the sentence of a backup that is left out begins and ends. */
const full = (words: string, device = file, on = "SQL01") =>
  `The full backup of CM_PS1 of 2026-11-29 22:00Z on ${on} that msdb lists ${words}: ${device}.`;
const increment = (type: "differential" | "log", hour: number, words: string) =>
  `The ${type} backup of CM_PS1 of 2026-11-30 ${String(hour).padStart(2, "0")}:00Z on SQL01 that msdb lists ${words}: ${file}.`;
const keepsNothing = "was written to a device that keeps nothing (NUL)";

interface Case {
  readonly what: string;
  readonly fulls?: readonly SqlRow[];
  readonly others?: readonly SqlRow[];
  /** Sort and place of each that counts, newest first. */
  readonly counts?: readonly string[];
  /** What is said of those that do not. */
  readonly told?: readonly string[];
}

/** All that msdb is known to list, with the verdict and the sentence of each. */
const cases: readonly Case[] = [
  { what: "a full on a disk", fulls: [row()], counts: [`full ${file}`] },
  { what: "the server's name in other letters", fulls: [row({ server: "sql01" })], counts: [`full ${file}`] },
  {
    what: "another server's row, of an msdb that was moved here",
    fulls: [row({ server: "SQL02" })],
    told: [full("was taken on another server", file, "SQL02")],
  },
  {
    what: "a row of no server",
    fulls: [row({ server: null })],
    told: [full("was taken on another server").replace(" on SQL01", "")],
  },
  {
    what: "another family: another database that had the name",
    fulls: [row({ family: other })],
    told: [full("is of another database of that name")],
  },
  {
    what: "a family that is not known",
    fulls: [row({ family: null })],
    told: [full("is of another database of that name")],
  },
  {
    what: "another fork: from before a restore",
    fulls: [row({ fork: other })],
    told: [full("is from before the database was restored")],
  },
  ...["NUL", "nul:", "E:\\Backup\\nul.bak", "\\\\.\\NUL", "/dev/null"].map((device) => ({
    what: `the device ${device}, which keeps nothing`,
    fulls: [row({ device })],
    told: [full(keepsNothing, device)],
  })),
  {
    what: "a file whose name only holds nul",
    fulls: [row({ device: "E:\\nulls\\annul.bak" })],
    counts: ["full E:\\nulls\\annul.bak"],
  },
  { what: "striped media, all of it", fulls: striped(3, 3), counts: ["full E:\\1.bak and 2 more files"] },
  {
    what: "striped media, of which a file is not listed",
    fulls: striped(2, 3),
    told: [full("lies in several files, of which not all are known", "E:\\1.bak and 1 more file")],
  },
  {
    what: "striped media, of which one file is NUL",
    fulls: striped(2, 2).map((it, index) => (index === 1 ? { ...it, device: "NUL" } : it)),
    told: [full(keepsNothing, "E:\\1.bak and 1 more file")],
  },
  {
    what: "mirrored media: one mirror stands for all",
    fulls: striped(2, 2),
    counts: ["full E:\\1.bak and 1 more file"],
  },
  {
    what: "media of which no file is listed",
    fulls: [row({ device: null, device_type: null })],
    told: [full("lies in several files, of which not all are known", "no device")],
  },
  {
    what: "a sort of device that nobody explains",
    fulls: [row({ device_type: 6 })],
    told: [full("is on a sort of device that is not known")],
  },
  {
    what: "a tape, or a permanent device",
    fulls: [row({ device_type: 105, device: "\\\\.\\Tape0" })],
    counts: ["full \\\\.\\Tape0"],
  },
  {
    what: "an address on the web",
    fulls: [row({ device_type: 9, device: "https://a/b.bak" })],
    counts: ["full https://a/b.bak"],
  },
  {
    what: "a set that was damaged when it was taken",
    fulls: [row({ is_damaged: true })],
    told: [full("was damaged when it was taken")],
  },
  { what: "a copy-only full", fulls: [row({ is_copy_only: true })], counts: [`full ${file}`] },
  {
    what: "the snapshot set of a product that uses VSS",
    fulls: [row({ device_type: 7, is_snapshot: true, device: "{6F9619FF-8B86}1" })],
    counts: ["full {6F9619FF-8B86}1"],
  },
  {
    what: "a differential on a full that counts",
    fulls: [base()],
    others: [differential()],
    counts: [`differential ${file}`, `full ${file}`],
  },
  {
    what: "a differential on a full that went to NUL, which has moved the base",
    fulls: [row(older), base({ device: "NUL" })],
    others: [differential()],
    counts: [`full ${file}`],
    told: [
      full(keepsNothing, "NUL"),
      increment("differential", 9, "is laid on a full backup that is not there, or does not count"),
    ],
  },
  {
    what: "a differential of several bases",
    fulls: [row()],
    others: [differential({ differential_base_guid: null })],
    counts: [`full ${file}`],
    told: [increment("differential", 9, "is laid on a full backup that is not there, or does not count")],
  },
  {
    what: "logs that follow on a full and on each other",
    fulls: [row()],
    others: [log({ ...at(11), first_lsn: "3", last_lsn: "4" }), log()],
    counts: [`log ${file}`, `log ${file}`, `full ${file}`],
  },
  {
    what: "logs behind one that went to NUL",
    fulls: [row()],
    others: [
      log({ ...at(12), first_lsn: "4", last_lsn: "5" }),
      log({ ...at(11), first_lsn: "3", last_lsn: "4", device: "NUL" }),
      log(),
    ],
    counts: [`log ${file}`, `full ${file}`],
    told: [
      increment("log", 12, "follows on a log that is not there, or does not count, and can't be restored"),
      increment("log", 11, keepsNothing).replace(file, "NUL"),
    ],
  },
  {
    what: "logs behind one that is listed nowhere, until a differential is laid over the gap",
    fulls: [base()],
    others: [
      log({ ...at(13), first_lsn: "8", last_lsn: "9" }),
      differential({ ...at(12), last_lsn: "8" }),
      log({ first_lsn: "5", last_lsn: "6" }),
    ],
    counts: [`log ${file}`, `differential ${file}`, `full ${file}`],
    told: [
      increment("log", 10, "follows on a log that is not there, or does not count, and can't be restored"),
    ],
  },
  {
    what: "a log that holds what the full holds already, whenever it was taken",
    fulls: [row()],
    others: [log({ first_lsn: "1", last_lsn: "2" })],
    counts: [`full ${file}`],
    told: [increment("log", 10, "ends in the log where an older backup ends, and holds nothing newer")],
  },
  {
    what: "an empty log of a quiet database",
    fulls: [row()],
    others: [log({ first_lsn: "2", last_lsn: "2" })],
    counts: [`log ${file}`, `full ${file}`],
  },
  {
    what: "a copy-only log, which begins before the last one ended",
    fulls: [row()],
    others: [log({ ...at(11), first_lsn: "2", last_lsn: "4", is_copy_only: true }), log()],
    counts: [`log ${file}`, `log ${file}`, `full ${file}`],
  },
];

describe("msdb as the witness", () => {
  test.each(cases)("$what", async ({ fulls = [], others = [], counts = [], told = [] }) => {
    const { counted, leftOut, closed, unknown, problems } = await read(fulls, others);
    expect({ closed, unknown }).toEqual({});
    expect(counted.map(({ type, device }) => `${type} ${device}`)).toEqual(counts);
    expect(problems.map(({ message }) => message).sort()).toEqual([...told].sort());
    expect(
      problems.every(({ code, severity }) => code === "external-backup-not-counted" && severity === "risk"),
    ).toBe(true);
    expect(counted.length + leftOut.length).toBe(setsIn([...fulls, ...others]));
  });
});

const setsIn = (rows: readonly SqlRow[]) => new Set(rows.map((it) => it["set_guid"])).size;

test("of media mirrored to several places the first alone is asked for", () => {
  for (const { query } of [listedFulls, listedOthers]) expect(query).toContain("AND ISNULL(f.mirror, 0) = 0");
});

test("a flood of logs hides no full, and its beginning is none of a gap", async () => {
  const flood = Array.from({ length: 200 }, (_, back) =>
    log({
      started: new Date(Date.UTC(2026, 10, 30, 12) - back * 60_000)
        .toISOString()
        .replace("T", " ")
        .slice(0, 23),
      first_lsn: String(9000 - back - 1),
      last_lsn: String(9000 - back),
    }),
  );
  const { counted, problems } = await read([row()], flood);
  expect(problems).toEqual([]);
  expect([counted.length, counted.at(-1)!.type, counted[0]!.type]).toEqual([201, "full", "log"]);
  // Fewer than are asked for are all there are: then the first of them follows on nothing.
  expect((await read([row()], flood.slice(0, 199))).counted.map(({ type }) => type)).toEqual(["full"]);
});

test("rows that are older than a full that counts are history, and not told", async () => {
  const { counted, leftOut, problems } = await read([row(), row({ ...older, device: "NUL" })]);
  expect([counted.length, leftOut.length, problems]).toEqual([1, 1, []]);
});

test("many of one reason are one risk, with the newest of them", async () => {
  const { problems } = await read([
    row({ device: "NUL", started: "2026-11-30 22:00:00.000" }),
    row({ device: "NUL" }),
    row({ server: "SQL02" }),
  ]);
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/of 2026-11-30 22:00Z .* 1 more like it are not counted either\.$/),
    expect.stringContaining("SQL02"),
  ]);
});

test("logs and differentials count beside fulls, newest first, and are asked for by themselves", async () => {
  const { counted } = await read([row(), row(older)], [log()]);
  expect(counted.map(({ type }) => type)).toEqual(["log", "full", "full"]);
});

test("ten thousand files of backups are judged soon", async () => {
  const began = performance.now();
  const { counted } = await read(Array.from({ length: 10_000 }, () => row()));
  expect(counted.length).toBe(10_000);
  expect(performance.now() - began).toBeLessThan(5000);
});

test.each(["n.type = ", "n.type <> "])("where a list (%s) can't be read, that is told", async (refused) => {
  const { closed, unknown } = await read([row()], [], { refused });
  expect(closed).toMatchObject({ code: "sql-permission" });
  expect(unknown).toBeUndefined();
});

test("where nobody can say which database this is, no backup is taken for one of it", async () => {
  const { closed, unknown, counted, leftOut } = await read([row()], [], {
    refused: "database_recovery_status",
  });
  expect(unknown).toMatchObject({ code: "sql-permission" });
  expect({ closed, counted, leftOut }).toEqual({ counted: [], leftOut: [] });
});

describe("in an availability group", () => {
  const there = (changes: SqlRow = {}) => row({ server: "SQL02", device: "F:\\b.bak", ...changes });

  test("each other replica is asked, by the policy's domain, and what it has taken counts", async () => {
    const { counted, asked, problems } = await read([row(older)], [], { replicas: { SQL02: [there()] } });
    expect(asked).toEqual(["SQL02.contoso.com msdb"]);
    expect(counted.map(({ device }) => device)).toEqual(["F:\\b.bak", file]);
    expect(problems).toEqual([]);
  });

  test("logs that replicas took in turns are one chain", async () => {
    const replicas = { SQL02: [log({ server: "SQL02", ...at(11), first_lsn: "3", last_lsn: "4" })] };
    const others = [log({ ...at(12), first_lsn: "4", last_lsn: "5" }), log()];
    const { counted, problems } = await read([row()], others, { replicas });
    expect(counted.map(({ type }) => type)).toEqual(["log", "log", "log", "full"]);
    expect(problems).toEqual([]);
    // Where that replica is silent there is a gap, and both are told.
    const silent = await read([row()], others, { replicas: { SQL02: new SqlError("connection", []) } });
    expect(silent.counted.map(({ type }) => type)).toEqual(["log", "full"]);
    expect(silent.problems.map(({ code }) => code)).toEqual([
      "external-backup-not-counted",
      "replica-not-asked",
    ]);
  });

  test("a row of another replica that a restore has copied here counts once", async () => {
    const copied = there();
    const { counted } = await read([copied], [], { replicas: { SQL02: [copied] } });
    expect(counted).toHaveLength(1);
    expect((await read([copied], [], { replicas: { SQL02: [] } })).counted).toHaveLength(1);
  });

  test("a replica's row of a server that is none of the group, or of another database, does not", async () => {
    const replicas = { SQL02: [there({ server: "SQL09" }), there({ family: other })] };
    const { counted, leftOut } = await read([row()], [], { replicas });
    expect(counted.map(({ device }) => device)).toEqual([file]);
    expect(leftOut.map(({ because }) => because)).toEqual(["other server", "other database"]);
  });

  test("a named instance is asked by its name", async () => {
    const { asked } = await read([row()], [], { replicas: { "SQL02\\CM": [] } });
    expect(asked).toEqual(["SQL02.contoso.com\\CM msdb"]);
  });

  test("a replica that can't be asked is told by its name, and what the others list counts", async () => {
    const replicas = { SQL02: new SqlError("connection", []), SQL03: [there({ server: "SQL03" })] };
    const { counted, problems } = await read([row(older)], [], { replicas });
    expect(counted).toHaveLength(2);
    expect(problems).toMatchObject([
      {
        code: "replica-not-asked",
        severity: "risk",
        message: expect.stringMatching(
          /^SQL02 is a replica of CM_PS1, and which backups it took is not known: /,
        ),
        hint: expect.stringContaining("write it under `servers:` in machine.yaml."),
        about: { kind: "server", name: "SQL02" },
      },
    ]);
  });

  test("a replica that hides its history is told, with the statement that opens it", async () => {
    const hidden = new SqlError("statement", [{ number: 916, severity: 14, text: "No user in msdb." }]);
    const { problems } = await read([row()], [], { replicas: { SQL02: hidden } });
    expect(problems.map(({ code }) => code)).toEqual(["replica-not-asked"]);
  });

  test("where this login is not shown the replicas, that is told with the right that shows them", async () => {
    const { problems, counted } = await read([row()], [], { shown: [null, null] });
    expect(counted).toHaveLength(1);
    expect(problems).toMatchObject([
      { code: "replica-not-asked", hint: expect.stringContaining("GRANT VIEW ANY DEFINITION") },
    ]);
    const refused = await read([row()], [], { refused: "availability_replicas" });
    expect(refused.problems.map(({ code }) => code)).toEqual(["replica-not-asked"]);
  });
});

/** A backup over several files, of which some are listed. */
function striped(listed: number, all: number): readonly SqlRow[] {
  const first = row({ devices: all });
  return Array.from({ length: listed }, (_, at) => ({ ...first, device: `E:\\${at + 1}.bak` }));
}

/** Rows by the server whose msdb lists them; an error in their place is what the server says. */
type Replicas = Readonly<Record<string, readonly SqlRow[] | Error>>;

interface Setting {
  /** A part of the statement that is refused. */
  readonly refused?: string;
  /** The other replicas of the availability group. */
  readonly replicas?: Replicas;
  /** What `sys.availability_replicas` shows; absent: this server and the others. */
  readonly shown?: readonly (string | null)[];
}

async function read(
  fulls: readonly SqlRow[],
  others: readonly SqlRow[] = [],
  { refused, replicas = {}, shown = ["SQL01", ...Object.keys(replicas)] }: Setting = {},
) {
  const asked: string[] = [];
  const runner = (lists: readonly SqlRow[], more: readonly SqlRow[]) => ({
    query: async (text: string): Promise<readonly SqlRow[]> => {
      if (refused !== undefined && text.includes(refused))
        throw new SqlError("statement", [{ number: 229, severity: 14, text: "No 'backupset'." }]);
      if (text === listedFulls.query) return lists;
      if (text === listedOthers.query) return more;
      if (text === groupReplicas.query) return shown.length > 1 ? shown.map((replica) => ({ replica })) : [];
      return [{ server: "SQL01", family: family.toLowerCase(), fork }];
    },
    close: async () => {},
  });
  const connect = async ({ server, name }: DatabaseAddress) => {
    asked.push(`${server} ${name}`);
    const rows = replicas[server.replace(".contoso.com", "")]!;
    if (rows instanceof Error) throw rows;
    const isFull = (it: SqlRow) => it["type"] === "D";
    return runner(
      rows.filter(isFull),
      rows.filter((it) => !isFull(it)),
    ) as unknown as SqlRunner;
  };
  const task = { database: address, where };
  const sql = runner(fulls, others) as unknown as SqlRunner;
  const asking = { task, values: { database: address.name } };
  const external = await readExternalBackups(sql, asking, { sql: connect });
  return { ...external, asked, problems: leftOutProblems(external, task) };
}
