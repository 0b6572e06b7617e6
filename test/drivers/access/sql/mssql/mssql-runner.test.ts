import { readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { makeLabCertificate } from "../../../../../packages/lab/src/tds/certificate.ts";
import type { MssqlTarget } from "../../../../../src/drivers/access/sql/mssql/mssql-config.ts";
import { openMssql } from "../../../../../src/drivers/access/sql/mssql/mssql-runner.ts";
import { parseServerName } from "../../../../../src/core/base/server-name.ts";
import type { SqlMessage, SqlRunner } from "../../../../../src/drivers/access/sql/sql-runner.ts";
import type { Means } from "../../../../../src/drivers/driver.ts";
import { withSql } from "../../../../../src/drivers/parts/session/sql-session.ts";
import { hostileNames } from "../../../../support/hostile-names.ts";
import { labDatabase } from "../../../../support/lab-sources.ts";
import { withRunningLab } from "../../../../support/running-lab.ts";

const lab = withRunningLab();
const opened: SqlRunner[] = [];
afterEach(async () => {
  for (const runner of opened.splice(0)) await runner.close();
});

test("a query answers with rows by name, over TLS that was checked", async () => {
  const sql = await open();
  const rows = await sql.query("SELECT SiteCode, Type FROM dbo.v_Site WHERE SiteCode = @code;", {
    code: "PS1",
  });
  expect(rows).toEqual([{ SiteCode: "PS1", Type: 2 }]);
});

test("a parameter is a value, whatever it holds", async () => {
  const sql = await open();
  const code = "x'; DROP TABLE Sites; --";
  expect(await sql.query("SELECT SiteCode FROM dbo.v_Site WHERE SiteCode = @code;", { code })).toEqual([]);
  expect((await sql.query("SELECT SiteCode FROM dbo.v_Site;")).length).toBe(3);
});

test.each(hostileNames)("%s as a parameter comes back as it is, and is no other statement", async (name) => {
  const sql = await open();
  expect(await sql.query("SELECT @name AS name;", { name })).toEqual([{ name }]);
});

test("an error of the server carries its number", async () => {
  const sql = await open();
  const failure = sql.query("SELECT x FROM dbo.Nowhere;");
  await expect(failure).rejects.toMatchObject({
    stage: "statement",
    messages: [{ number: 208, severity: 16 }],
  });
});

test("a query without rows, and a batch without any, answer with none", async () => {
  const sql = await open({ user: "labadmin", password: secret("labadmin-password") });
  const nothing = "UPDATE dbo.Sites SET SiteName = SiteName WHERE SiteCode = 'none';";
  expect([await sql.query(nothing), await sql.batch(nothing)]).toEqual([[], []]);
  expect(await sql.batch("SELECT SiteCode FROM dbo.v_Site WHERE SiteCode = 'PS1';")).toEqual([
    { SiteCode: "PS1" },
  ]);
});

test("what a server says while a batch runs is handed on, and nobody need listen", async () => {
  const sql = await open();
  const messages: SqlMessage[] = [];
  await sql.batch(backup("said.bak"), { onMessage: (message) => void messages.push(message) });
  await sql.batch(backup("said.bak"));
  rmSync(join(lab.folder, "hosts/sql01/E/stage/said.bak"));
  expect(messages.filter(({ number }) => number === 3211).at(-1)).toEqual({
    number: 3211,
    severity: expect.any(Number),
    text: expect.stringContaining("100 percent processed"),
  });
});

test("a batch that is refused carries all that the server said, the cause first", async () => {
  const sql = await open();
  const refused = await lab.during(["share-not-writable"], () =>
    sql.batch(backup("refused.bak")).catch((error: unknown) => error),
  );
  expect(refused).toMatchObject({
    stage: "statement",
    messages: [
      { number: 3201, severity: 16, text: expect.stringContaining("Operating system error 5") },
      { number: 3013, severity: 16, text: "BACKUP DATABASE is terminating abnormally." },
    ],
    cause: { name: "RequestError" },
  });
});

test("a batch that is stopped ends on the server, and one that was stopped before is not sent", async () => {
  const sql = await open();
  await lab.during(["slow-backup"], async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 150);
    const began = Date.now();
    await expect(sql.batch(backup("slow.bak"), { signal: stop.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(Date.now() - began).toBeLessThan(8_000);
  });
  const stopped = sql.batch("no T-SQL", { signal: AbortSignal.abort() });
  await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  rmSync(join(lab.folder, "hosts/sql01/E/stage/slow.bak"), { force: true });
  expect(await sql.query("SELECT 1 AS one;")).toEqual([{ one: 1 }]);
});

test("a wrong password is a refused login", async () => {
  await expect(open({ password: "wrong" })).rejects.toMatchObject({ stage: "login" });
});

test("a database that can't be opened is a refused login with its name", async () => {
  const failure = open({ database: "CM_XXX" });
  await expect(failure).rejects.toMatchObject({ stage: "login", message: expect.stringContaining("CM_XXX") });
});

test("a certificate of another name is refused", async () => {
  const failure = open({ certificateName: "other.lab" });
  await expect(failure).rejects.toMatchObject({
    stage: "connection",
    message: expect.stringMatching(/altname|match/i),
  });
});

test("a certificate of an unknown authority is refused, unless any is trusted", async () => {
  const { certificateAuthority: _, ...unknown } = target();
  await expect(openMssql(unknown)).rejects.toMatchObject({
    stage: "connection",
    message: expect.stringMatching(/certificate/i),
  });
  opened.push(await openMssql({ ...unknown, trustServerCertificate: true }));
});

test("a certificate that is known itself is accepted whoever signed it, and by whatever name it is asked for", async () => {
  const { certificateAuthority: _, ...unknown } = target();
  const serverCertificate = secret("server.pem");
  opened.push(await openMssql({ ...unknown, certificateName: "other.lab", serverCertificate }));
});

test("where a certificate is known, no other is accepted, whatever its name and whether or not any is trusted", async () => {
  const { cert: serverCertificate } = await makeLabCertificate(["sql01.lab"]);
  const failure = openMssql({ ...target(), serverCertificate, trustServerCertificate: true });
  await expect(failure).rejects.toMatchObject({
    stage: "connection",
    message: expect.stringMatching(/certificate/i),
  });
});

test("a server that is not there is a connection that was not had", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  await expect(open({ port })).rejects.toMatchObject({ stage: "connection" });
});

test("a server that goes away is told by the next request, and does not end the process", async () => {
  const sql = await open();
  await sql.query("SELECT 1 AS one;");
  await lab.during(["sql-down"], async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(sql.query("SELECT 1 AS one;")).rejects.toMatchObject({ stage: "connection" });
  });
  expect(await sql.query("SELECT 1 AS one;")).toEqual([{ one: 1 }]);
});

test.each([
  ["cut", (socket: Socket) => void socket.destroy()],
  ["reset", (socket: Socket) => void socket.resetAndDestroy()],
  ["ended", (socket: Socket) => void socket.end()],
  ["spoilt", (socket: Socket) => void socket.write("no TLS record at all, nor anything else")],
])(
  "a connection that is %s between two queries is a problem with a cure, then works again",
  async (_, kill) => {
    const way = await openWay();
    const means = { sql: () => open({ port: way.port }) } as unknown as Means;
    const task = { database: labDatabase(lab.folder, "CM_PS1"), where: "PS1/database", doing: "look" };
    const asked = withSql(means, task, async (sql) => {
      await sql.query("SELECT 1 AS one;");
      way.close(kill);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const failure = await sql.query("SELECT 2 AS two;").catch((error: unknown) => error);
      way.open();
      expect(await sql.query("SELECT 3 AS three;")).toEqual([{ three: 3 }]);
      throw failure;
    });
    await expect(asked).rejects.toMatchObject({
      problem: {
        code: "sql-unreachable",
        where: "PS1/database",
        message: expect.stringContaining("sql01.lab"),
      },
    });
  },
);

test.each([
  ["sql01.contoso.com", { host: "sql01.contoso.com" }],
  ["sql01\\CM", { host: "sql01", instance: "CM" }],
  ["sql01\\MSSQLSERVER", { host: "sql01" }],
  ["tcp:sql01,1544", { host: "sql01", port: 1544 }],
  ["sql01\\CM, 1544", { host: "sql01", instance: "CM", port: 1544 }],
  [" sql01 \\ CM ,1544 ", { host: "sql01", instance: "CM", port: 1544 }],
  ["sql01,x", { host: "sql01,x" }],
  [",1544", { host: ",1544" }],
])("%s is read as people mean it", (text, parts) => {
  expect(parseServerName(text)).toEqual(parts);
});

/**
 * A way to the lab's server that can be closed: what is on it is dealt with, and nobody new comes through.
 */
async function openWay() {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    if (!isOpen) return void socket.destroy();
    sockets.add(socket);
    const far = connect(target().port!, "127.0.0.1").on("error", () => socket.destroy());
    socket.pipe(far).pipe(socket);
    socket.on("close", () => far.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    close(kill: (socket: Socket) => void) {
      isOpen = false;
      sockets.forEach(kill);
    },
    open() {
      isOpen = true;
    },
  };
}

function backup(name: string): string {
  return `BACKUP DATABASE [SUSDB] TO DISK = N'E:\\stage\\${name}' WITH COPY_ONLY, INIT, STATS = 5;`;
}

function secret(name: string): string {
  return readFileSync(join(lab.folder, "secrets", name), "utf8").trim();
}

function target(): MssqlTarget {
  const machine = parse(readFileSync(join(lab.folder, "machine.yaml"), "utf8")) as {
    servers: Record<string, string>;
  };
  const [host, port] = machine.servers["sql01.lab"]!.split(":");
  return {
    host: host!,
    port: Number(port),
    certificateName: "sql01.lab",
    database: "CM_PS1",
    user: "sitekeep",
    password: readFileSync(join(lab.folder, "secrets", "sql-password"), "utf8").trim(),
    encrypt: true,
    trustServerCertificate: false,
    certificateAuthority: readFileSync(join(lab.folder, "secrets", "ca.pem"), "utf8"),
    connectTimeoutMs: 5_000,
  };
}

async function open(change: Partial<MssqlTarget> = {}): Promise<SqlRunner> {
  const sql = await openMssql({ ...target(), ...change });
  opened.push(sql);
  return sql;
}
