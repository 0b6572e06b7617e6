import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hour, minute, second } from "../../src/core/base/instant.ts";
import type { Source } from "../../src/core/model/policy/source.ts";
import { SqlError, type SqlRow } from "../../src/drivers/access/sql/sql-runner.ts";
import type { ToolResult } from "../../src/drivers/driver.ts";
import { openSession } from "../../src/engine/session/session.ts";
import { readTaskStatus, runTask } from "../../src/engine/task.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { noon, policyOf } from "../support/build-site.ts";
import { refusal } from "../support/made-up-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { bareMachine, testWorld } from "../support/test-world.ts";

const set: Source = { kind: "task-backup", name: "task", site: "E:\\CMBackup" };
const lastNight = noon - 14 * hour;

function row(message: number, atMs: number): SqlRow {
  const time = new Date(atMs).toISOString().replace("T", " ").replace("Z", "");
  return { message, time, severity: null, part: 0 };
}

/** A site whose machine, server and clock are made up; what lies on its drives is real. */
function siteOf({ sources = [set] }: { readonly sources?: readonly Source[] } = {}) {
  const folder = temporaryFolder();
  for (const it of ["D/ConfigMgr/Logs", "E/CMBackup"]) mkdirSync(join(folder, it), { recursive: true });
  const site = {
    now: noon,
    folder,
    messages: [row(5035, lastNight + 41 * minute), row(5055, lastNight)] as readonly SqlRow[] | Error,
    servers: [{ server: "\\\\cm01.contoso.com", status: 0 }] as SqlRow[] | Error,
    registry: undefined as string | undefined,
    service: 1,
    start: { exitCode: 0 } as Partial<ToolResult>,
    commands: [] as string[],
    told: [] as string[],
    /** What passes while somebody waits. */
    pass: () => {},
  };
  const query = async (text: string) => {
    if (site.messages instanceof Error) throw site.messages;
    if (text.includes("v_StatusMessage")) return site.messages;
    if (text.includes("vSMS_SC_SQL_Task"))
      return [{ enabled: 1, days: 127, begins: 2200, latest: 2230, location: "E:\\CMBackup" }];
    if (site.servers instanceof Error) throw site.servers;
    return site.servers;
  };
  const backend = memoryBackend();
  const machine = {
    ...bareMachine,
    identity: "cm01.contoso.com",
    paths: { "D:\\": join(folder, "D"), "E:\\": join(folder, "E") },
  };
  const world = testWorld({
    machine,
    now: () => site.now,
    connect: async () => ({ query, batch: query, close: async () => undefined }),
    openBackend: () => backend,
    async run({ line }) {
      const call = line.join(" ");
      site.commands.push(call);
      if (line[0] === "reg.exe" && site.registry !== undefined)
        writeFileSync(line[3]!, Buffer.from(`\ufeff${site.registry}`, "utf16le"));
      const stdout = `SERVICE_NAME: x\n        TYPE : 10  X \n        STATE : ${site.service}  X \n`;
      const answer = call.includes(" start ") ? site.start : {};
      return {
        exitCode: line[0] === "reg.exe" && site.registry === undefined ? 1 : 0,
        stdout,
        stderr: "",
        ...answer,
      };
    },
    async sleep(ms) {
      site.now += ms;
      site.pass();
    },
  });
  const repository = { name: "main", location: { folder: "/main" }, keys: [], encrypt: false };
  const policy = policyOf({ sources, repository });
  const session = openSession(world, new AbortController().signal);
  const waiting = {
    waitMs: 10 * minute,
    tell: (run: { readonly snapshotAt?: number } | undefined) =>
      void site.told.push(run === undefined ? "unseen" : run.snapshotAt === undefined ? "begun" : "copying"),
  };
  return Object.assign(site, {
    status: () => readTaskStatus(session, policy),
    run: () => runTask(session, policy, waiting),
  });
}

test("a look at the task tells its runs, its set, its next begin and its machine", async () => {
  expect(await siteOf().status()).toMatchObject({
    site: "PS1",
    at: noon,
    enabled: true,
    nextBeginAt: noon + 10 * hour,
    runs: [{ startedAt: lastNight, state: "finished", toldBy: ["messages"] }],
    set: { source: "task", state: "lacking", problem: { code: "file-missing" }, documents: [] },
    activeServer: { is: "known", value: "cm01.contoso.com" },
    service: { is: "known", value: 1 },
  });
});

test("a policy that keeps no set has a task all the same, told by the site's own log", async () => {
  const site = siteOf({ sources: [] });
  site.messages = [];
  const line = `STATMSG: ID=5055 SEV=I COMP="SMS_SITE_BACKUP" GMTDATE=Sun Nov 22 09:00:00.000 2026 \n`;
  writeFileSync(join(site.folder, "D/ConfigMgr/Logs/smsbkup.log"), line);
  const status = await site.status();
  expect(status).not.toHaveProperty("set");
  expect(status.runs).toMatchObject([{ startedAt: noon - 3 * hour, state: "not-finished", toldBy: ["log"] }]);
});

test("of two site servers the active one is told; where none is, the registry is asked, and else nobody knows", async () => {
  const site = siteOf();
  site.servers = [
    { server: "cm01.contoso.com", status: 0 },
    { server: "cm02.contoso.com", status: 1 },
  ];
  expect((await site.status()).activeServer).toEqual({ is: "known", value: "cm02.contoso.com" });
  site.servers = [
    { server: "cm01.contoso.com", status: 0 },
    { server: "cm02.contoso.com", status: 0 },
  ];
  const untold = {
    is: "unknown",
    why: { code: "task-server-unknown", message: expect.stringContaining("2 servers") },
  };
  expect((await site.status()).activeServer).toMatchObject(untold);
  site.servers = refusal([229, "The SELECT permission was denied on the object 'vSMS_SC_SysResUse'."]);
  expect((await site.status()).activeServer).toMatchObject({
    is: "unknown",
    why: { code: "sql-permission" },
  });
  const names = Buffer.from("cm01.contoso.com\0\0", "utf16le").toString("hex").match(/../g)!.join(",");
  site.registry = `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS\\Identification]\r\n"Site Servers"=hex(7):${names}\r\n\r\n`;
  expect((await site.status()).activeServer).toEqual({ is: "known", value: "cm01.contoso.com" });
});

test("a run that is started is waited for, and its end is that of its own witnesses", async () => {
  const site = siteOf();
  const begin = noon + 7 * second;
  site.service = 4;
  const add = (it: SqlRow) => void (site.messages = [it, ...(site.messages as readonly SqlRow[])]);
  site.pass = () => {
    const waited = site.now - noon;
    if (waited === 10 * second) add(row(5055, begin));
    if (waited === 15 * second) add(row(5056, begin + second));
    if (waited === 20 * second) add(row(5035, begin + 9 * second));
  };
  expect(await site.run()).toEqual({
    result: "finished",
    waitedMs: 20 * second,
    run: {
      startedAt: begin,
      state: "finished",
      snapshotAt: begin + second,
      completedAt: begin + 9 * second,
      failures: [],
      toldBy: ["messages"],
    },
  });
  expect(site.told).toEqual(["unseen", "unseen", "begun", "copying"]);
  expect(site.commands).toContain("sc.exe start SMS_SITE_BACKUP");
});

test("a run that fails is told as that, with what it tells of why", async () => {
  const site = siteOf();
  site.pass = () => {
    site.messages = [
      row(5060, site.now),
      row(5055, site.now - second),
      ...(site.messages as readonly SqlRow[]),
    ];
  };
  expect(await site.run()).toMatchObject({ result: "failed", run: { failures: ["Status message 5060"] } });
});

test("an end that nobody sees is told as that, after the bound or when the service has stopped", async () => {
  const busy = siteOf();
  busy.service = 4;
  expect(await busy.run()).toEqual({ result: "not-seen", waitedMs: 10 * minute });
  const stopped = siteOf();
  expect(await stopped.run()).toEqual({ result: "stopped", waitedMs: 25 * second });
});

test("a server that does not answer while the site's services are stopped ends no waiting", async () => {
  const site = siteOf();
  site.service = 4;
  const { messages } = site;
  site.pass = () => {
    const waited = site.now - noon;
    if (waited < 30 * second) site.messages = silent;
    else site.messages = [row(5035, site.now), row(5055, noon + second), ...(messages as readonly SqlRow[])];
  };
  expect(await site.run()).toMatchObject({ result: "finished", waitedMs: 30 * second });
});

test("what Windows refuses is a problem with its cure, and nothing is waited for", async () => {
  const site = siteOf();
  site.start = { exitCode: 5, stdout: "[SC] StartService FAILED 5:\n" };
  expect(await site.run()).toMatchObject({
    problem: { code: "service-unknown", message: expect.stringContaining("this account may not (5)") },
  });
  expect(site.told).toEqual([]);
});

test("a run that was not known before, since its witnesses were silent, is not taken for the one that is started", async () => {
  const site = siteOf();
  site.service = 4;
  const { messages } = site;
  site.messages = silent;
  site.pass = () => void (site.messages = messages);
  expect(await site.run()).toEqual({ result: "not-seen", waitedMs: 10 * minute });
});

const silent = new SqlError("connection", [{ number: 0, severity: 0, text: "nobody listens" }]);
