import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gibibyte } from "../../src/core/base/bytes.ts";
import { hour } from "../../src/core/base/instant.ts";
import type { JsonObject } from "../../src/core/base/json.ts";
import type { SiteDatabase } from "../../src/core/model/policy/source.ts";
import type { Snapshot } from "../../src/core/model/repository/snapshot.ts";
import { siteDatabase } from "../../src/drivers/site-database.ts";
import { database as source, noon, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { type MadeUpMachine, madeUpMeans } from "../support/made-up-means.ts";
import {
  type Answers,
  historyRow,
  madeUpServer,
  refusal,
  soundAnswers,
  soundProfile,
} from "../support/made-up-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { site } = policyOf();
const staging = { sql: "E:\\stage", read: "\\\\sql01\\stage$" };
const base = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
const ids = [1, 2, 3].map((it) => `AAAAAAAA-0000-0000-0000-00000000000${it}`);
const facts = {
  dataBytes: 8_421_376,
  differentialBases: [base],
  state: "ONLINE",
  recoveryModel: "SIMPLE",
  profile: soundProfile,
  changeTrackingVersion: "4711",
  siteVersion: "5.00.9128.1000",
};
const listed = {
  setGuid: base,
  startedAt: "2026-11-22T12:00:00.000Z",
  finishedAt: "2026-11-22T12:30:00.500Z",
  copyOnly: true,
  vss: false,
  zoneKnown: true,
  device: "E:\\stage\\x.bak",
  user: "CONTOSO\\backup$",
};
const hidden = refusal([229, "The SELECT permission was denied."]);
const external = { method: "external" } as const;
const witnessHidden = {
  code: "backup-history-hidden",
  severity: "risk",
  message:
    "The backup history in msdb of sql01.contoso.com may not be read, so nobody can say whether backups are taken.",
  where: "PS1/database",
  hint: "Run as an administrator of sql01.contoso.com: USE msdb; CREATE USER [DOMAIN\\account$] FOR LOGIN [DOMAIN\\account$]; GRANT SELECT ON dbo.backupset TO [DOMAIN\\account$]; GRANT SELECT ON dbo.backupmediafamily TO [DOMAIN\\account$]; (docs/permissions.md)",
};

describe("a look", () => {
  test("tells what the database is, and its backups in msdb", async () => {
    const { seen, sql } = await look({ answers: { history: [historyRow({ type: "L" }), historyRow()] } });
    const lastLogAt = "2026-11-22T12:00:00.000Z";
    const room = { stagingFreeBytes: 512 * gibibyte, stagingNeedBytes: 7_001_430 };
    const known = { ...facts, ...room, lastFulls: [listed], lastLogAt };
    expect(seen).toEqual({ answers: true, facts: known, risks: [] });
    expect(sql.batches).toEqual([]);
    expect(sql.closed()).toBe(1);
  });

  describe("at the folder that SQL Server writes to", () => {
    const space = { freeBytes: 10 * gibibyte, totalBytes: 1024 * gibibyte };
    const used = [{ type: 0, pages: String((60 * gibibyte) / 8_192) }];

    test("tells before a capture that there is too little room", async () => {
      const { seen } = await look({ answers: { used }, space: () => space, change: { compression: false } });
      expect(seen).toMatchObject({
        answers: true,
        facts: { stagingFreeBytes: 10 * gibibyte },
        risks: [
          {
            code: "staging-full",
            severity: "risk",
            where: "PS1/database",
            message: expect.stringMatching(/takes about 61 GiB, and 10 GiB are free where E:\\stage is/),
            hint: expect.stringContaining("compression: true"),
          },
        ],
      });
    });

    test("is silent where another tool takes the backups", async () => {
      const { seen } = await look({ answers: { used }, space: () => space, change: external });
      expect(seen).toMatchObject({ answers: true, risks: [] });
      expect(seen).not.toHaveProperty("facts.stagingFreeBytes");
    });

    test("tells that nobody can say, and why", async () => {
      const fault = Object.assign(new Error("no"), { code: "ENOENT" });
      const { seen } = await look({ answers: { used }, space: () => Promise.reject(fault) });
      expect(seen).toMatchObject({
        answers: true,
        risks: [
          {
            code: "file-missing",
            severity: "risk",
            message: "The staging folder is not there: \\\\sql01\\stage$",
          },
        ],
      });
      expect(seen).not.toHaveProperty("facts.stagingFreeBytes");
    });

    test("tells that there is none", async () => {
      const { staging: _, ...unstaged } = source;
      const answers = { stagingFolder: [{ folder: null }] };
      const { seen } = await look({ answers, source: unstaged });
      expect(seen).toMatchObject({ risks: [{ code: "staging-not-named", severity: "risk" }] });
    });

    test("reckons with no size that the server does not tell", async () => {
      const { seen } = await look({ answers: { used: hidden } });
      expect(seen).toMatchObject({ answers: true, risks: [] });
      expect(seen).not.toHaveProperty("facts.stagingNeedBytes");
    });
  });

  test("lists the newest five fulls, and an older one that is a base; neither damaged ones nor others", async () => {
    const guidOf = (day: number) => `000000${day}-8B86-D011-B42D-00C04FC964FF`;
    const old = guidOf(99);
    const full = (day: number, more = {}) => historyRow({ set_guid: guidOf(day), ...more });
    const history = [
      full(20, { is_damaged: true }),
      full(19, { type: "L", is_damaged: true }),
      full(18, { type: "I" }),
      ...[17, 16, 15, 14, 13, 12].map((day) => full(day)),
      full(11, { set_guid: old }),
      full(10),
    ];
    const { seen } = await look({ answers: { history, files: [{ pages: 1, base: old }] } });
    expect(seen).toMatchObject({ answers: true });
    const { lastFulls, lastLogAt } = (
      seen as unknown as { facts: { lastFulls: { setGuid: string }[]; lastLogAt: string } }
    ).facts;
    expect(lastFulls.map(({ setGuid }) => setGuid)).toEqual([...[17, 16, 15, 14, 13].map(guidOf), old]);
    expect(lastLogAt).toBeUndefined();
  });

  test("tells less where the server shows less, and what is lacking and how it is cured", async () => {
    const answers = { database: [], tracking: hidden, site: hidden, history: hidden };
    const { seen } = await look({ answers });
    const risk = (message: string, cure: string) => ({
      code: "sql-permission",
      severity: "risk",
      where: "PS1/database",
      message: expect.stringContaining(`sql01.contoso.com ${message}`),
      hint: expect.stringContaining(cure),
    });
    expect(seen).toMatchObject({
      answers: true,
      facts: { dataBytes: 8_421_376, differentialBases: [base] },
      risks: [
        risk(
          "does not show this login any row of sys.databases, where there must be one: VIEW ANY DATABASE on the server is missing.",
          "GRANT VIEW ANY DATABASE TO",
        ),
        risk("could not read the counter of change tracking", "what docs/permissions.md lists for CM_PS1"),
        risk("could not read the site's version", "GRANT SELECT ON dbo.v_Site TO [DOMAIN\\account$];"),
        risk("could not read the backup history in msdb", "GRANT SELECT ON dbo.backupmediafamily TO"),
      ],
    });
    expect(seen).not.toHaveProperty("facts.siteVersion");
  });

  test.each<[string, Partial<SiteDatabase>, string | undefined]>([
    ["without log backups", {}, undefined],
    ["with log backups", { logEveryMs: hour }, "BACKUP LOG"],
    ["by another tool", external, undefined],
  ])("asks for the rights that backups %s need", async (_, change, lacks) => {
    const rights = [{ backup_database: change.method === undefined ? 1 : 0, backup_log: 0, create_any: 1 }];
    const { seen } = await look({ change, answers: { rights } });
    if (lacks === undefined) expect(seen).toMatchObject({ answers: true, risks: [] });
    else
      expect(seen).toMatchObject({
        answers: false,
        problem: { code: "sql-permission", message: expect.stringContaining(`it lacks ${lacks}.`) },
      });
  });

  test("at a database that another tool backs up is red where msdb is closed", async () => {
    const { seen } = await look({ change: external, answers: { fulls: hidden, others: hidden } });
    expect(seen).toMatchObject({ answers: true, risks: [witnessHidden] });
  });

  describe("at a database in an availability group", () => {
    const secondary = [{ in_group: 1, updateability: "READ_ONLY", is_preferred: 0 }];

    test("tells which replica it is", async () => {
      const { seen } = await look({ answers: { replica: secondary } });
      expect(seen).toMatchObject({
        answers: true,
        facts: { replica: { role: "secondary", isPreferred: false, behindMs: 0 } },
        risks: [],
      });
    });

    test("that does not tell how far it is behind is a risk", async () => {
      const denied = refusal([300, "VIEW SERVER STATE permission was denied."]);
      const { seen } = await look({ answers: { replica: secondary, behind: denied } });
      expect(seen).toMatchObject({
        answers: true,
        risks: [{ code: "replica-age-unknown", severity: "risk" }],
      });
    });

    test.each<[string, Partial<SiteDatabase>, readonly string[]]>([
      ["with differentials", { differentialEveryMs: hour }, ["replica-refuses-backup"]],
      ["with log backups", { logEveryMs: hour }, ["replica-refuses-backup"]],
      ["without them", {}, []],
      ["by another tool", external, []],
    ])("whose backups %s a secondary refuses is told before one is tried", async (_, change, codes) => {
      const { seen } = await look({ change, answers: { replica: secondary } });
      expect(seen).toMatchObject({ answers: true });
      const risks = seen.answers ? seen.risks : [];
      expect(risks.map(({ code }) => code)).toEqual(codes);
      expect(risks.every(({ severity }) => severity === "risk")).toBe(true);
    });

    test("that nobody can tell is a risk", async () => {
      const { seen } = await look({ answers: { replica: refusal([195, "No such function."]) } });
      expect(seen).toMatchObject({
        answers: true,
        risks: [{ code: "site-shape-unknown", severity: "risk" }],
      });
    });
  });

  test("that the server refuses is told as that", async () => {
    const { seen } = await look({ answers: { files: refusal([229, "No."]) } });
    expect(seen).toMatchObject({
      answers: false,
      problem: {
        where: "PS1/database",
        message: "sql01.contoso.com could not list the data files of the database: No. (error 229)",
      },
    });
  });
});

describe("a capture", () => {
  test.each<[string, Partial<SiteDatabase>, string]>([
    ["alone", {}, "WITH COPY_ONLY, COMPRESSION"],
    ["with differentials", { differentialEveryMs: hour }, "WITH COMPRESSION"],
    ["with log backups", { logEveryMs: hour }, "WITH COMPRESSION"],
    ["uncompressed", { compression: false }, "WITH COPY_ONLY, NO_COMPRESSION"],
  ])("of fulls %s says so to the server", async (_, change, words) => {
    const { sql, captured } = await capture({ change });
    expect(sql.batches[0]).toContain(`TO DISK = N'E:\\stage\\sitekeep_PS1_cm01-1_nonce1.bak' ${words}, NAME`);
    expect(captured).toMatchObject({ mode: "full", facts: { database: "CM_PS1" }, problems: [] });
  });

  test("of a log stands on the snapshot before it", async () => {
    const { captured } = await capture({ mode: "log", base: snapshot({ lastLsn: "1" }) });
    expect(captured).toMatchObject({
      mode: "full",
      problems: [{ code: "log-chain-broken", where: "PS1/database" }],
    });
  });

  test("where another tool takes the backups keeps what msdb knows, and is as old as the newest of them", async () => {
    const fulls = [
      historyRow({ set_guid: ids[0]!, is_damaged: true, started: "2026-11-21 14:00:00.000" }),
      historyRow(),
    ];
    const others = [
      historyRow({ set_guid: ids[1]!, type: "F" }),
      historyRow({
        set_guid: ids[2]!,
        type: "I",
        differential_base_guid: base,
        started: "2026-11-22 15:00:00.000",
      }),
    ];
    const { sql, sink, captured } = await capture({ change: external, answers: { fulls, others } });
    expect(captured).toEqual({
      mode: "full",
      asOf: noon + hour,
      facts: { ...facts, locks: {}, lastFulls: [listed] },
      problems: [],
    });
    const [offer] = sink.offers;
    expect(offer).toMatchObject({ type: "file", path: "backup-history.json", modifiedAt: noon });
    const { locator, size } = offer as unknown as { locator: { bytes: Uint8Array }; size: number };
    expect(size).toBe(locator.bytes.length);
    expect(JSON.parse(new TextDecoder().decode(locator.bytes))).toMatchObject({
      counted: [{ type: "differential" }, { type: "full", setGuid: base }, { type: "other" }],
      leftOut: [{ because: "damaged" }],
    });
    expect(sql.batches).toEqual([]);
    expect(sink.offers).toHaveLength(1);
  });

  test.each<[string, Answers, object]>([
    [
      "the newest of them is encrypted by itself",
      {
        encryptedSets: [
          { set_guid: ids[0]!, thumbprint: "00" },
          { set_guid: base, thumbprint: "0xcd34" },
        ],
      },
      { needsKeys: ["backup"], locks: { backup: "CD34" } },
    ],
    ["an older one alone was", { encryptedSets: [{ set_guid: ids[0]!, thumbprint: "00" }] }, { locks: {} }],
    ["the server is too old to encrypt any", { encryptedSets: refusal([207, "Invalid."]) }, { locks: {} }],
    ["nobody may see", { encryptedSets: hidden }, { locks: { backup: "unknown" } }],
  ])(
    "where another tool takes the backups tells by what they are locked where %s",
    async (_, answers, locks) => {
      const { captured } = await capture({
        change: external,
        answers: { fulls: [historyRow()], ...answers },
      });
      expect(captured.facts).toMatchObject(locks);
      expect(captured.facts).toHaveProperty("locks", (locks as { readonly locks: object }).locks);
    },
  );

  test("of backups whose server's zone is not known takes them for as old as they can be", async () => {
    const answers = { fulls: [historyRow({ time_zone: 127 })] };
    const { captured } = await capture({ change: external, answers });
    expect(captured.asOf).toBe(noon + 2 * hour - 14 * hour);
  });

  test.each([
    ["msdb is closed", hidden, witnessHidden],
    [
      "msdb knows of none that is sound",
      [historyRow({ is_damaged: true })],
      {
        code: "external-backup-missing",
        severity: "error",
        message:
          "msdb knows of no full backup of CM_PS1 that counts, and the policy says that another tool takes them. The full backup of CM_PS1 of 2026-11-22 12:00Z on SQL01 that msdb lists was damaged when it was taken: E:\\stage\\x.bak.",
        where: "PS1/database",
        hint: "Look into the other tool, or say method: native.",
      },
    ],
  ])("of another tool's backups fails where %s", async (_, fulls, problem) => {
    await expect(capture({ change: external, answers: { fulls } })).rejects.toMatchObject({ problem });
  });

  test("of another tool's backups that the server refuses is told as that", async () => {
    const failing = capture({ change: external, answers: { fulls: refusal([208, "No."]) } });
    await expect(failing).rejects.toMatchObject({
      problem: { message: "sql01.contoso.com could not read the backup history in msdb: No. (error 208)" },
    });
  });
});

test("a chain is given back from the files that its snapshots were captured as", async () => {
  const folders = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(folders[0]!, "CM_OLD.full.bak"), "x");
  writeFileSync(join(folders[1]!, "CM_PS1.log.bak"), "x");
  const { steps, sql } = await giveBack(folders, [
    snapshot({ database: "CM_OLD" }),
    { ...snapshot({}), mode: "log" },
  ]);
  expect(steps.slice(0, 2)).toEqual([
    "Restored the full backup 1 of 2 to CM_back, every page checked.",
    "Restored the log backup 2 of 2 to CM_back, every page checked.",
  ]);
  expect(sql.batches[1]).toMatch(
    /^RESTORE DATABASE \[CM_back\] FROM DISK = N'E:\\stage\\sitekeep_PS9_cm01-1_nonce1\.bak' WITH .*REPLACE;$/,
  );
});

test("a snapshot that lacks its file is not given back", async () => {
  await expect(giveBack([temporaryFolder()], [snapshot({})])).rejects.toMatchObject({
    problem: { code: "backup-not-in-snapshot", where: "database" },
  });
});

test("what the server refuses while a chain is given back is of the site that it is of", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "CM_PS1.full.bak"), "x");
  const giving = giveBack([folder], [snapshot({})], { restore: refusal([3203, "No."]) });
  await expect(giving).rejects.toMatchObject({ problem: { where: "PS9/database" } });
});

interface Setting {
  readonly change?: Partial<SiteDatabase>;
  readonly answers?: Answers;
  readonly source?: SiteDatabase;
  readonly space?: NonNullable<MadeUpMachine["space"]>;
  readonly mode?: "full" | "log";
  readonly base?: Snapshot;
}

async function look({ change, answers, space, source: of = { ...source, staging } }: Setting) {
  const sql = madeUpServer({ ...soundAnswers((path) => path), ...answers });
  const means = madeUpMeans({ sql, ...(space && { space }) });
  const seen = await siteDatabase.observe({ source: { ...of, ...change }, site }, means);
  return { seen, sql };
}

async function capture({ change, answers, mode = "full", base: on }: Setting) {
  const folder = temporaryFolder();
  const sql = madeUpServer({
    ...soundAnswers((path) => join(folder, path.split("\\").at(-1)!)),
    ...answers,
  });
  const means = madeUpMeans({ sql, paths: { [staging.read]: folder } });
  const sink = listingSink();
  const request = { source: { ...source, staging, ...change }, site, mode, ...(on && { base: on }) };
  return { sql, sink, captured: await siteDatabase.capture(request, means, sink) };
}

async function giveBack(folders: readonly string[], snapshots: readonly Snapshot[], answers: Answers = {}) {
  const sql = madeUpServer({ ...soundAnswers((path) => path), ...answers });
  const means = madeUpMeans({ sql, paths: { [staging.read]: temporaryFolder() } });
  const target = { database: { ...source.database, name: "CM_back" }, staging };
  const request = { source, folders, snapshots, target, replace: true };
  return { sql, ...(await siteDatabase.giveBack!(request, means)) };
}

function snapshot(known: JsonObject): Snapshot {
  return { site: "PS9", mode: "full", facts: known } as unknown as Snapshot;
}
