import { describe, expect, test } from "vitest";
import { askedBySql, outsideFacts, relations } from "../../../src/core/outside/catalogue.ts";
import { askFacts } from "../../../src/drivers/selftest/ask-facts.ts";
import { SqlError, type SqlRow, type SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import { address } from "../../support/build-site.ts";

const values = {
  whole: 1,
  text: "a",
  bit: true,
  time: "2026-11-30 10:00:00.000",
  guid: "6f9619ff-8b86-d011-b42d-00c04fc964ff",
  bytes: "0xAB",
};

/** A sound row of a table. */
function rowOf(table: string): SqlRow {
  const { columns } = relations.find(({ name }) => name === table)!;
  return Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, values[type]]));
}

test("every fact that SQL can be asked for is answered once", async () => {
  const answers = await found(() => []);
  expect(answers.map(({ id }) => id).toSorted()).toEqual([...askedBySql].toSorted());
  const ofSql = outsideFacts.filter(({ kind }) => ["object", "column", "number", "function"].includes(kind));
  expect(ofSql.filter(({ id }) => !askedBySql.has(id))).toEqual([]);
});

describe("a server is said to", () => {
  test("confirm a table that is there, and no number that no row holds", async () => {
    const answers = await found(() => []);
    expect(foundOf(answers, "dbo.ServerData")).toBe("confirmed");
    expect(foundOf(answers, "dbo.ServerData.SiteStatus = 125")).toBe("not-seen");
  });

  test("confirm a number that a row holds, and differ by one that nobody explains", async () => {
    const answers = await found((query) =>
      query.includes("GROUP BY") && query.includes("[SiteStatus]") ? [{ value: 125 }, { value: 126 }] : [],
    );
    expect(foundOf(answers, "dbo.ServerData.SiteStatus = 125")).toBe("confirmed");
    expect(answers).toContainEqual({
      id: "dbo.ServerData.SiteStatus = 126",
      found: "differs",
      note: "nobody explains it",
    });
  });

  test.each<readonly [string, string, unknown, string]>([
    ["dbo.vSMS_SC_SQL_Task", "BeginTime", new Date(0), 'it holds "1970-01-01T00:00:00.000Z"'],
    ["dbo.vSMS_SC_SQL_Task", "BeginTime", "22:00", 'it holds "22:00"'],
    ["dbo.RCM_ReplicationLinkStatus", "UpdateTime", 5, 'it holds "5"'],
    ["sys.database_recovery_status", "recovery_fork_guid", "no guid", 'it holds "no guid"'],
    ["dbo.ServerData", "SiteStatus", null, "it holds NULL"],
    ["dbo.v_Package", "Name", 7, 'it holds "7"'],
    ["sys.certificates", "thumbprint", "xyz", 'it holds "xyz"'],
    ["sys.databases", "is_encrypted", 2, 'it holds "2"'],
  ])("differ where %s.%s holds %s", async (table, column, value, note) => {
    const answers = await found((query) =>
      query.includes(`FROM ${table};`) && !query.includes("GROUP BY")
        ? [{ ...rowOf(table), [column]: value as null }]
        : [],
    );
    expect(answers).toContainEqual({ id: `${table}.${column}`, found: "differs", note });
  });

  test.each<readonly [string, string, unknown]>([
    ["dbo.vSMS_SC_SQL_Task", "BeginTime", "2200"],
    ["dbo.vSMS_SC_SQL_Task", "IsEnabled", true],
    ["dbo.RCM_ReplicationLinkStatus", "UpdateTime", "2026-11-30 10:00:00.000"],
    ["dbo.RCM_ReplicationLinkStatus", "UpdateTime", null],
    ["sys.database_recovery_status", "recovery_fork_guid", "{6F9619FF-8B86-D011-B42D-00C04FC964FF}"],
    ["sys.certificates", "thumbprint", "0xAB01"],
    ["sys.certificates", "thumbprint", new Uint8Array([1])],
  ])("confirm %s.%s where it holds %s", async (table, column, value) => {
    const answers = await found((query) =>
      query.includes(`FROM ${table};`) && !query.includes("GROUP BY")
        ? [{ ...rowOf(table), [column]: value as null }]
        : [],
    );
    expect(foundOf(answers, `${table}.${column}`)).toBe("confirmed");
  });

  test("differ by the one column that is not there; what it would hold is not asked", async () => {
    const answers = await found((query) => {
      if (query.includes("[SiteStatus]")) throw refused(207, "Invalid column name 'SiteStatus'.");
      return [];
    });
    const of = (id: string) => answers.find((it) => it.id === id);
    expect(of("dbo.ServerData")).toEqual({ id: "dbo.ServerData", found: "confirmed" });
    expect(of("dbo.ServerData.SiteCode")?.found).toBe("confirmed");
    expect(of("dbo.ServerData.SiteStatus")).toEqual({
      id: "dbo.ServerData.SiteStatus",
      found: "differs",
      note: "sql01.contoso.com could not read dbo.ServerData: Invalid column name 'SiteStatus'. (error 207)",
    });
    expect(of("dbo.ServerData.SiteStatus = 120")).toEqual({
      id: "dbo.ServerData.SiteStatus = 120",
      found: "not-asked",
      note: "dbo.ServerData.SiteStatus could not be read",
    });
  });

  test("be of a newer version where it has no older name", async () => {
    const answers = await found((query) => {
      if (query.includes("[Status]") && query.includes("ServerData"))
        throw refused(207, "Invalid column name 'Status'.");
      return [];
    });
    expect(foundOf(answers, "dbo.ServerData.Status")).toBe("other-name");
  });

  test("have a table that a right hides: it is not asked, and the grant is told", async () => {
    const answers = await found((query) => {
      if (!query.includes("dbo.ArticleData")) return [];
      throw refused(
        229,
        "The SELECT permission was denied on the object 'ArticleData', database 'CM_PS1', schema 'dbo'.",
      );
    });
    const { found: is, note } = answers.find(({ id }) => id === "dbo.ArticleData")!;
    expect(is).toBe("not-asked");
    expect(note).toContain("GRANT SELECT ON dbo.ArticleData TO [DOMAIN\\account$];");
    expect(foundOf(answers, "dbo.ArticleData.ArticleName")).toBe("not-asked");
  });
});

test("a session that is lost ends the questions", async () => {
  const lost = new SqlError("connection", [{ number: 0, severity: 20, text: "socket hang up" }]);
  await expect(
    found(() => {
      throw lost;
    }),
  ).rejects.toMatchObject({ problem: { code: "sql-unreachable" } });
});

function found(answer: (query: string) => readonly SqlRow[]) {
  const sql: SqlRunner = {
    query: async (query) => answer(query),
    batch: async () => [],
    close: async () => undefined,
  };
  return askFacts(sql, { task: { database: address, where: "PS1/CM_PS1" }, values: {} });
}

function foundOf(answers: Awaited<ReturnType<typeof found>>, id: string): string | undefined {
  return answers.find((it) => it.id === id)?.found;
}

function refused(number: number, text: string): SqlError {
  return new SqlError("statement", [{ number, severity: 14, text }]);
}
