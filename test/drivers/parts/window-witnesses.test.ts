import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../../src/core/base/instant.ts";
import type { DatabaseWindowFacts, WindowWitness } from "../../../src/core/model/observation.ts";
import { SqlError, type SqlRow, type SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import { readWindowFacts } from "../../../src/drivers/parts/window-facts.ts";
import { address, noon } from "../../support/build-site.ts";

/** What a site database answers, by what stands in a statement; the first that fits counts. */
type Answers = Readonly<Record<string, readonly SqlRow[] | Refusal>>;
/** A number of SQL Server's. */
type Refusal = 207 | 208 | 229;

const utc = (at: number) => new Date(at).toISOString().replace("T", " ").replace("Z", "");
const link = (group: string, changes: SqlRow = {}): SqlRow => ({
  group_name: group,
  group_id: group.length,
  sending: "PS1",
  receiving: "CAS",
  link_state: 2,
  updated: utc(noon - 5 * minute),
  ...changes,
});
const copied = (changes: SqlRow = {}): SqlRow => ({
  group_name: "Alerts",
  requesting: "PS1",
  fulfilling: "CAS",
  init_state: 6,
  created: utc(noon - 300 * day),
  ...changes,
});
const peer = (site: string, state: SqlRow[string] = 125): SqlRow => ({
  site,
  site_state: state,
  server_role: "Peer",
});
const sent = (group: string, changes: SqlRow = {}): SqlRow => ({
  group_name: group,
  group_id: 1,
  receiving: "CAS",
  sent: "900",
  send_result: 0,
  began: utc(noon - 3 * minute),
  processed: utc(noon - 2 * minute),
  ...changes,
});

const fork = "6f9619ff-8b86-d011-b42d-00c04fc964ff";

const sound: Answers = {
  SYSUTCDATETIME: [{ utc: utc(noon) }],
  fnGetSiteCode: [{ site: "PS1" }],
  change_tracking_databases: [{ is_auto_cleanup_on: true, retention_period: 5, retention_period_units: 3 }],
  "CREATE ANY DATABASE": [{ shown: 1 }],
  CHANGE_TRACKING_CURRENT_VERSION: [{ counted: "1000" }],
  ArticleData: [
    { group_name: "Alerts", valid: "400" },
    { group_name: "Configuration Data", valid: "500" },
  ],
  change_tracking_tables: [{ valid: "500", cleaned: "490" }],
  "VIEW DEFINITION": [{ shown: 1 }],
  database_recovery_status: [{ fork: fork.toUpperCase() }],
  RCM_ReplicationLinkStatus: [
    link("Alerts"),
    link("Configuration Data"),
    link("Alerts", { sending: "CAS", receiving: "PS1" }),
  ],
  RCM_DrsInitializationTracking: [copied()],
  ServerData: [peer("PS1"), peer("CAS"), { site: "SEC", site_state: 130, server_role: "Proxy" }],
  DRS_MessageActivity_Send: [
    sent("Alerts"),
    sent("Configuration Data", { sent: "800", processed: utc(noon - 3 * minute) }),
  ],
};

test("a sound site shows all that the window rests on, and nothing unread", async () => {
  expect(await read()).toEqual({
    readAt: noon,
    clockOffsetMs: 0,
    changeTracking: "on",
    retentionMs: 5 * day,
    autoCleanup: true,
    currentVersion: "1000",
    minValidVersion: "500",
    cleanedVersion: "490",
    recoveryFork: fork,
    links: [
      {
        partner: "CAS",
        state: "active",
        groups: [],
        lastSyncAt: noon - 3 * minute,
        initialisedAt: noon - 300 * day,
        initialisations: `1, ${noon - 300 * day}`,
        sends: [
          { group: "Alerts", sentVersion: "900", processedAt: noon - 2 * minute, minValidVersion: "400" },
          {
            group: "Configuration Data",
            sentVersion: "800",
            processedAt: noon - 3 * minute,
            minValidVersion: "500",
          },
        ],
      },
    ],
  });
});

describe("a witness that is refused, of another shape or without what it tells is unread", () => {
  test.each<[WindowWitness, string, string]>([
    ["clock", "SYSUTCDATETIME", ""],
    ["setting", "change_tracking_databases", "GRANT CREATE ANY DATABASE"],
    ["versions", "change_tracking_tables", "GRANT VIEW DEFINITION"],
    ["recovery fork", "database_recovery_status", "GRANT VIEW ANY DATABASE"],
    ["links", "RCM_ReplicationLinkStatus", "GRANT SELECT ON dbo.RCM_ReplicationLinkStatus"],
    ["initialisations", "RCM_DrsInitializationTracking", "GRANT SELECT ON dbo.RCM_DrsInitializationTracking"],
    ["site states", "ServerData", "GRANT SELECT ON dbo.ServerData"],
    ["sends", "DRS_MessageActivity_Send", "GRANT SELECT ON dbo.DRS_MessageActivity_Send"],
    ["group versions", "ArticleData", "GRANT SELECT ON dbo.ArticleData"],
  ])("%s", async (witness, table, grant) => {
    for (const refusal of [207, 208, 229] as const) {
      const { unread } = await read({ [table]: refusal });
      const why = unread?.find((it) => it.witness === witness)?.why;
      expect(why?.code).toBe(refusal === 229 ? "sql-permission" : "site-shape-unknown");
      if (refusal === 229) expect(why?.hint).toContain(grant);
    }
  });

  test.each<[WindowWitness, string, readonly SqlRow[]]>([
    ["clock", "SYSUTCDATETIME", [{ utc: null }]],
    ["setting", "change_tracking_databases", [{ retention_period: 5, retention_period_units: 4 }]],
    ["setting", "change_tracking_databases", [{ retention_period: null, retention_period_units: 3 }]],
    ["setting", "change_tracking_databases", [{ retention_period: 0, retention_period_units: 3 }]],
    ["versions", "CHANGE_TRACKING_CURRENT_VERSION", [{ counted: null }]],
    ["versions", "change_tracking_tables", [{ valid: null, cleaned: null }]],
    ["versions", "VIEW DEFINITION", [{ shown: 0 }]],
    ["versions", "VIEW DEFINITION", [{ shown: null }]],
    ["recovery fork", "database_recovery_status", []],
    ["recovery fork", "database_recovery_status", [{ fork: null }]],
    ["links", "RCM_ReplicationLinkStatus", [link("Alerts", { sending: null })]],
    ["initialisations", "RCM_DrsInitializationTracking", [copied({ fulfilling: null })]],
    ["site states", "ServerData", []],
    ["site states", "ServerData", [peer("CAS")]],
    ["site states", "ServerData", [peer("PS1"), peer("CAS"), { site: null, site_state: 120 }]],
  ])("%s, by an answer that is none: %s %j", async (witness, table, rows) => {
    const { unread } = await read({ [table]: rows });
    expect(unread?.map((it) => it.witness)).toContain(witness);
  });

  test("a maximum over some of the tables is none, nor is that of a group", async () => {
    const facts = await read({ "VIEW DEFINITION": [{ shown: 0 }] });
    expect(facts).not.toHaveProperty("minValidVersion");
    expect(facts).not.toHaveProperty("cleanedVersion");
    expect(facts.links[0]!.sends).toEqual([
      { group: "Alerts", sentVersion: "900", processedAt: noon - 2 * minute },
      { group: "Configuration Data", sentVersion: "800", processedAt: noon - 3 * minute },
    ]);
  });
});

describe("the state of a link", () => {
  test.each<[SqlRow[string], string]>([
    [0, "gone"],
    [1, "gone"],
    [2, "active"],
    [3, "active"],
    [4, "initialising"],
    [5, "unknown"],
    [6, "failed"],
    [7, "unknown"],
    [8, "degraded"],
    [9, "failed"],
    [77, "unknown"],
    [null, "unknown"],
    ["Active", "unknown"],
  ])("of number %j is %s", async (number, state) => {
    expect(
      await linkOf({ RCM_ReplicationLinkStatus: [link("Alerts", { link_state: number })] }),
    ).toMatchObject({ state });
  });

  test("is that of its worst group, and a group whose link was taken away counts nothing", async () => {
    const groups = (...states: readonly number[]) =>
      states.map((it, at) => link(`Group ${at}`, { link_state: it }));
    expect(await linkOf({ RCM_ReplicationLinkStatus: groups(2, 8, 77) })).toMatchObject({
      state: "unknown",
      groups: ["Group 2"],
      detail: "the link's state is 77",
    });
    expect(await linkOf({ RCM_ReplicationLinkStatus: groups(2, 0, 1) })).toMatchObject({ state: "active" });
  });

  test("of a group that is not among the groups is told by its number", async () => {
    const lost = link("x", { group_name: null, group_id: 7, link_state: 9 });
    expect(await linkOf({ RCM_ReplicationLinkStatus: [lost] })).toMatchObject({
      state: "failed",
      groups: ["group 7"],
    });
  });

  test.each<[string, SqlRow[string], string]>([
    ["30 minutes old counts", utc(noon - 30 * minute), "active"],
    ["older does not", utc(noon - 30 * minute - 1), "stale"],
    ["still to come does not", utc(noon + hour), "stale"],
    ["that was never reckoned does not", null, "stale"],
    ["that is no time does not", "yesterday", "stale"],
  ])("that is %s", async (_, updated, state) => {
    expect(await linkOf({ RCM_ReplicationLinkStatus: [link("Alerts", { updated })] })).toMatchObject({
      state,
    });
  });

  test("is failed by an old verdict as well", async () => {
    const old = link("Alerts", { link_state: 9, updated: utc(noon - 3 * day) });
    expect(await linkOf({ RCM_ReplicationLinkStatus: [old] })).toMatchObject({ state: "failed" });
  });

  test("that was taken away leaves what is told of it elsewhere alone", async () => {
    const facts = await read({
      RCM_ReplicationLinkStatus: [link("Alerts"), link("Alerts", { receiving: "PS2", link_state: 0 })],
      RCM_DrsInitializationTracking: [copied({ fulfilling: "PS2", init_state: 99 })],
    });
    expect(facts.links.map(({ partner, state }) => `${partner} ${state}`)).toEqual([
      "CAS active",
      "PS2 gone",
    ]);
  });
});

describe("a group that was copied as a whole", () => {
  const older = copied({ created: utc(noon - 400 * day) });
  test.each<[string, readonly SqlRow[], string]>([
    [
      "is told by its newest row",
      [copied({ init_state: 99 }), copied({ created: utc(noon - day) })],
      "active",
    ],
    ["that failed in the end", [older, copied({ init_state: 99 })], "initialisation-failed"],
    ["that is missing", [copied({ init_state: 8 })], "initialisation-failed"],
    ["that is superseded by nothing newer", [older, copied({ init_state: 7 })], "active"],
    [
      "whose newest that counts failed",
      [copied({ init_state: 99 }), copied({ init_state: 7, created: utc(noon) })],
      "initialisation-failed",
    ],
    ["that is on its way", [older, copied({ init_state: 3 })], "initialising"],
    ["of a number that nobody explains", [older, copied({ init_state: 9 })], "initialising"],
    ["of no number", [older, copied({ init_state: null })], "initialising"],
    [
      "without a date, where nobody knows whether it is the newest",
      [copied(), copied({ init_state: 99, created: null })],
      "initialisation-failed",
    ],
    [
      "in the other direction",
      [copied(), copied({ requesting: "CAS", fulfilling: "PS1", init_state: 99 })],
      "initialisation-failed",
    ],
    ["between two others", [copied(), copied({ fulfilling: "PS2", init_state: 99 })], "active"],
  ])("%s", async (_, rows, state) => {
    expect(await linkOf({ RCM_DrsInitializationTracking: rows })).toMatchObject({ state });
  });

  test("is read in thousands of rows", async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => copied({ created: utc(noon - at * minute) }));
    expect(await linkOf({ RCM_DrsInitializationTracking: rows })).toMatchObject({ state: "active" });
  });
});

describe("the state of a site", () => {
  test.each<[SqlRow[string], string, string | undefined]>([
    [125, "active", undefined],
    [120, "maintenance", "120 (maintenance)"],
    [200, "recovering", "200 (recovered)"],
    [225, "recovering", "225 (recovery in progress)"],
    [255, "recovering", "255 (recovery failed)"],
    [203, "recovering", "203"],
    [256, "unknown", "256"],
    [130, "unknown", "130 (detaching)"],
    [199, "unknown", "199 (unknown)"],
    [null, "unknown", "not told"],
  ])("%j makes each of its links %s", async (number, state, words) => {
    for (const site of ["PS1", "CAS"]) {
      const other = site === "PS1" ? "CAS" : "PS1";
      const seen = await linkOf({ ServerData: [peer(site, number), peer(other)] });
      expect(seen.state).toBe(state);
      expect(seen.detail).toBe(words && `site ${site} is in state ${words}`);
    }
  });

  test("is read by its older name, and without roles, where a column is not there", async () => {
    const without = (...names: readonly string[]) =>
      read({ ServerData: [peer("PS1", 120), peer("CAS")] }, names);
    for (const names of [["SiteStatus"], ["ServerRole"], ["SiteStatus", "ServerRole"]])
      expect((await without(...names)).links[0]).toMatchObject({ state: "maintenance" });
    const { unread } = await without("SiteStatus", " Status");
    expect(unread).toMatchObject([{ witness: "site states", why: { code: "site-shape-unknown" } }]);
  });

  test("counts by its row of role Peer, and a partner without a row is not known", async () => {
    const secondary = { site: "PS1", site_state: 130, server_role: "Proxy" };
    expect(await linkOf({ ServerData: [peer("PS1"), peer("CAS"), secondary] })).toMatchObject({
      state: "active",
    });
    expect(await linkOf({ ServerData: [peer("PS1")] })).toMatchObject({
      state: "unknown",
      detail: "site CAS is not among the sites",
    });
  });
});

describe("what was sent of a group", () => {
  const sendOf = async (changes: SqlRow) =>
    (await linkOf({ DRS_MessageActivity_Send: [sent("Alerts", changes)] })).sends!.find(
      (it) => it.group === "Alerts",
    );

  test.each<[string, SqlRow]>([
    ["is not processed yet", { processed: null }],
    ["was processed before it began anew", { began: utc(noon) }],
    ["ended badly", { send_result: -2 }],
    ["ended in no way that is told", { send_result: null }],
    ["was never sent", { sent: null }],
    ["has no version that is one", { sent: "-1" }],
  ])("does not count where it %s", async (_, changes) => {
    expect(await sendOf(changes)).toEqual({ group: "Alerts", minValidVersion: "400" });
  });

  test("is told of each group that has a link, and of none where it can't be read", async () => {
    const { sends } = await linkOf({ DRS_MessageActivity_Send: [sent("Alerts")] });
    expect(sends!.map((it) => it.group)).toEqual(["Alerts", "Configuration Data"]);
    expect(await linkOf({ DRS_MessageActivity_Send: 229 })).not.toHaveProperty("sends");
  });

  test("does not count where there are two rows of it, nor to another site", async () => {
    const twice = await linkOf({ DRS_MessageActivity_Send: [sent("Alerts"), sent("Alerts", { sent: "1" })] });
    expect(twice.sends![0]).toEqual({ group: "Alerts", minValidVersion: "400" });
    expect(await sendOf({ receiving: "PS2" })).toEqual({ group: "Alerts", minValidVersion: "400" });
  });

  test("is a failed link where the group has to be copied as a whole", async () => {
    expect(await linkOf({ DRS_MessageActivity_Send: [sent("Alerts", { send_result: -3 })] })).toMatchObject({
      state: "failed",
      groups: ["Alerts"],
    });
  });
});

test("the database tells its own site's code, and the policy where it does not", async () => {
  expect((await read({ fnGetSiteCode: 208 })).links).toMatchObject([{ partner: "CAS" }]);
  const other = await read({ fnGetSiteCode: [{ site: "CAS" }] });
  expect(other.links).toMatchObject([{ partner: "PS1" }]);
});

async function linkOf(changes: Answers): Promise<DatabaseWindowFacts["links"][number]> {
  return (await read(changes)).links[0]!;
}

/** `without`: words that no statement may hold, as if there were no such column. */
async function read(changes: Answers = {}, without: readonly string[] = []): Promise<DatabaseWindowFacts> {
  const answers: Answers = { ...sound, ...changes };
  const sql: SqlRunner = {
    query: async (text) => {
      if (without.some((it) => text.includes(it))) throw refusal(207);
      const [, answer] = Object.entries(answers).find(([words]) => text.includes(words)) ?? [];
      if (answer === undefined) throw new Error(`No answer to ${text}`);
      if (typeof answer === "number") throw refusal(answer);
      return answer;
    },
    batch: () => Promise.reject(new Error("Nothing is changed.")),
    close: async () => undefined,
  };
  return readWindowFacts(sql, { database: address, where: "PS1/CM_PS1", siteCode: "PS1" }, () => noon);
}

function refusal(number: Refusal): SqlError {
  return new SqlError("statement", [
    { number, severity: 16, state: 1, text: `Refused with ${number}.` } as never,
  ]);
}
