import { expect, test } from "vitest";
import type { DatabaseAddress } from "../../../src/core/model/policy/source.ts";
import { SqlError, type SqlRow, type SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import { observe, observeWindow } from "../../../src/engine/look/observe.ts";
import { address, noon, policyOf } from "../../support/build-site.ts";
import { engineSite } from "../../support/engine-site.ts";

const { partners } = policyOf();
const ownFork = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
const casFork = "0e984725-c51c-4bf4-9960-e1c80e27aba0";

test("the window is read from the site's database and from each partner's, and every connection is closed", async () => {
  const { site, open } = siteOf((database) => (database.name === "CM_CAS" ? casFork : ownFork));
  const facts = (fork: string, name: string) => ({
    readAt: noon,
    clockOffsetMs: 0,
    changeTracking: "unknown",
    recoveryFork: fork,
    links: [],
    // This server answers nothing else: neither its clock, nor a right, nor the state of its own site.
    unread: ["clock", "setting", "site states"].map((witness) => ({
      witness,
      why: expect.objectContaining({ where: `PS1/${name}` }),
    })),
  });
  const window = { own: facts(ownFork, "CM_PS1"), partners: { CAS: facts(casFork, "CM_CAS") } };
  expect(await site.inSession((session) => observeWindow(session, site.policy))).toEqual(window);
  expect(open).toEqual([]);
  expect((await site.inSession((session) => observe(session, site.policy))).window).toEqual(window);
  expect(open).toEqual([]);
});

test("of a server that can't be reached it is told what could not be read from which database", async () => {
  const { site } = siteOf(({ name }) => {
    throw new SqlError("connection", [{ number: 0, severity: 20, text: `No ${name}.` }]);
  });
  const { window, siteTask, site: whole } = await site.inSession((session) => observe(session, site.policy));
  const own = (doing: string) => unreachable("sql01.contoso.com", "CM_PS1", doing);
  const partner = unreachable("sqlcas.contoso.com", "CM_CAS", "read the window from CM_CAS");
  expect(window).toEqual({
    own: { problem: own("read the window from CM_PS1") },
    partners: { CAS: { problem: partner } },
  });
  expect(siteTask).toEqual({ problem: own("read the schedule of the site's task from CM_PS1") });
  const why = own("look at CM_PS1 as a whole");
  expect(whole!["page-verify"]).toEqual({ is: "unknown", why });
});

test.each([
  [{ as: "windows" } as const, "[DOMAIN\\account$]"],
  [{ as: "login", user: "keeper", password: { env: "PASSWORD" } } as const, "[keeper]"],
])("the cure of a task that is hidden names the login: %j", async (auth, member) => {
  const { site } = siteOf(() => ownFork, { auth });
  const { siteTask } = await site.inSession((session) => observe(session, site.policy));
  expect(siteTask).toEqual({
    problem: {
      code: "site-task-unread",
      severity: "risk",
      message:
        "When the task Backup Site Server of PS1 runs could not be read from vSMS_SC_SQL_Task: the view shows no row for the site.",
      where: "PS1/CM_PS1",
      hint: `USE [CM_PS1]; ALTER ROLE db_datareader ADD MEMBER ${member}; (docs/permissions.md) Or write \`notDuring: []\` if the task is not used.`,
    },
  });
});

test("a fault in the look at a database is a problem of that database", async () => {
  const site = engineSite({ world: { connect: async () => Promise.reject(new Error("a cable")) } });
  const { window, siteTask, site: whole } = await site.inSession((it) => observe(it, site.policy));
  const fault = {
    code: "internal-fault",
    severity: "error",
    message: "Something unforeseen happened: a cable",
    where: "PS1/CM_PS1",
    hint: expect.any(String) as string,
  };
  expect(window).toEqual({ own: { problem: fault }, partners: {} });
  expect(siteTask).toEqual({ problem: fault });
  expect(whole!["page-verify"]).toEqual({ is: "unknown", why: fault });
});

function unreachable(server: string, database: string, doing: string) {
  return {
    code: "sql-unreachable",
    severity: "error",
    message: `${server} could not ${doing}: No ${database}.`,
    where: `PS1/${database}`,
    hint: `Check that SQL Server on ${server} runs, its port, and the firewall between.`,
    about: { kind: "server", name: server },
  };
}

/** A site whose servers answer with a recovery fork, and with nothing else; `open` is what is connected. */
function siteOf(
  forkOf: (database: DatabaseAddress) => string,
  { auth = address.auth }: { readonly auth?: DatabaseAddress["auth"] } = {},
) {
  const open: string[] = [];
  const connect = async (database: DatabaseAddress): Promise<SqlRunner> => {
    const fork = forkOf(database);
    open.push(database.name);
    const query = async (text: string): Promise<readonly SqlRow[]> =>
      text.includes("fork") ? [{ fork }] : [];
    return { query, batch: query, close: async () => void open.splice(open.indexOf(database.name), 1) };
  };
  const { parent: _, ...site } = policyOf().site;
  const database = { ...address, auth };
  const policy = { partners, site: { ...site, servers: [], database } };
  return { open, site: engineSite({ policy, world: { connect, environment: () => "secret" } }) };
}
