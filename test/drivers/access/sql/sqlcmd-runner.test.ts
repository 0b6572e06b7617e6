import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SqlcmdConnection } from "../../../../src/drivers/access/sql/sqlcmd-options.ts";
import { openSqlcmd } from "../../../../src/drivers/access/sql/sqlcmd-runner.ts";
import { hostileNames } from "../../../support/hostile-names.ts";
import { SqlError, type SqlMessage } from "../../../../src/drivers/access/sql/sql-runner.ts";

// A command that stands in for sqlcmd: it keeps what it was given and plays recorded output.
const player = `
import { appendFileSync, readFileSync } from "node:fs";
const [folder, ...args] = process.argv.slice(2);
const says = JSON.parse(readFileSync(folder + "/says", "utf8"))[args[0]];
if (says !== undefined) {
  appendFileSync(folder + "/asked", args[0] + "\\n");
  process.stdout.write(says.out);
  process.exit(says.code);
}
let input = "";
for await (const part of process.stdin) input += part;
appendFileSync(folder + "/seen", JSON.stringify({ args, input }) + "\\n");
const next = input.includes("AS one;") ? { out: "one\\n---\\n1\\n", err: "", code: 0 } : JSON.parse(readFileSync(folder + "/play", "utf8"));
process.stdout.write(next.out);
process.stderr.write(next.err);
appendFileSync(folder + "/pid", String(process.pid));
if (next.wait) await new Promise((resolve) => setTimeout(resolve, next.wait));
process.exitCode = next.code;
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sqlcmd-"));
  writeFileSync(join(folder, "player.mjs"), player);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("rows come by name; NULL is no value; a number comes as text", async () => {
  const runner = await open({
    out: "SiteCode\u001fType\u001fParent\r\n----\u001f--\u001f---\r\nPS1\u001f2\u001fNULL\r\n\r\n",
  });
  expect(await runner.query("SELECT 1")).toEqual([{ SiteCode: "PS1", Type: "2", Parent: null }]);
});

test("the statement goes over standard input, with literals for parameters, and nothing of it is an argument", async () => {
  const runner = await open({ out: "" });
  await runner.query("SELECT @name;", { name: "O'Neill", count: 3 });
  const { args, input } = seen().at(-1)!;
  expect(input).toBe(
    "SET NOCOUNT ON;\nDECLARE @name nvarchar(4000) = N'O''Neill';\nDECLARE @count bigint = 3;\nSELECT @name;\nGO\n",
  );
  expect(args.join(" ")).not.toContain("Neill");
  expect(args).toContain("-E");
  expect(args).toContain("-x");
});

test("all errors are kept, the cause first, in whatever language their headers are", async () => {
  const err =
    "Meldung 3201, Ebene 16, Status 1, Server SQL01, Zeile 1\r\nCannot open backup device 'E:\\x.bak'. Operating system error 5(Access is denied.).\r\n" +
    "Msg 3013, Level 16, State 1, Server SQL01, Line 1\r\nBACKUP DATABASE is terminating abnormally.\r\n";
  const runner = await open({ out: "", err, code: 1 });
  const error = await runner.batch("BACKUP").catch((it: SqlError) => it);
  expect(error).toBeInstanceOf(SqlError);
  expect(error).toMatchObject({
    stage: "statement",
    messages: [{ number: 3201, severity: 16 }, { number: 3013 }],
  });
});

test("progress arrives as messages and is no error", async () => {
  const err = "Msg 3211, Level 10, State 1, Server SQL01, Line 1\n10 percent processed.\n";
  const runner = await open({ out: "", err });
  const messages: SqlMessage[] = [];
  await runner.batch("BACKUP", { onMessage: (message) => messages.push(message) });
  expect(messages).toEqual([{ number: 3211, severity: 10, text: "10 percent processed." }]);
});

test("a server that can't be reached and a refused login are told apart", async () => {
  const far = await open({
    out: "",
    err: "Sqlcmd: Error: Microsoft ODBC Driver 17 : TCP Provider: No connection.\n",
    code: 1,
  });
  await expect(far.query("SELECT 2")).rejects.toMatchObject({ stage: "connection" });
  const refused = await open({
    out: "",
    err: "Msg 18456, Level 14, State 1, Server S, Line 1\nLogin failed.\n",
    code: 1,
  });
  await expect(refused.query("SELECT 2")).rejects.toMatchObject({ stage: "login" });
  const bare = await open({ out: "", err: "Sqlcmd: Error: X : Login failed for user 'A\\b'..\n", code: 1 });
  await expect(bare.query("SELECT 2")).rejects.toMatchObject({
    stage: "login",
    messages: [{ number: 18456 }],
  });
  const untrusted = await open({
    out: "",
    err: "HResult 0x80090325, Level 16, State 1\nSSL Provider: No.\n",
    code: 1,
  });
  await expect(untrusted.query("SELECT 2")).rejects.toMatchObject({ stage: "connection" });
});

test("a missing sqlcmd is a connection that was not had, with its name", async () => {
  const target = {
    command: ["/nowhere/sqlcmd"],
    server: "s",
    database: "d",
    encrypt: true,
    trustServerCertificate: false,
  };
  await expect(openSqlcmd(target)).rejects.toMatchObject({
    stage: "connection",
    message: expect.stringContaining("sqlcmd"),
  });
});

const forms = "-b -x -X1 -I";
const shape = "-m-1 -r1 -W -w 65535 -s \u001f";

test.each([
  ["go", `-E -S sql01 -d CM_PS1 -l 15 -N true ${forms} ${shape}`],
  ["odbc", `-E -S sql01 -d CM_PS1 -l 15 -N ${forms} -f 65001 ${shape}`],
  ["unknown", `-E -S sql01 -d CM_PS1 -l 15 -N ${forms} ${shape}`],
] as const)("%s sqlcmd is given the options that it documents", async (kind, line) => {
  expect(await argumentsOf({ kind })).toBe(line);
});

test.each([
  ["go", "strict", "-l 15 -N strict -b"],
  ["odbc", "strict", "-l 15 -Ns -b"],
  ["unknown", "strict", "-l 15 -Ns -b"],
  ["go", false, "-l 15 -b"],
  ["odbc", false, "-l 15 -b"],
] as const)("encryption of a %s sqlcmd that is %j", async (kind, encrypt, part) => {
  expect(await argumentsOf({ kind, encrypt })).toContain(part);
});

test("a certificate is trusted unseen only where the policy says so", async () => {
  expect(await argumentsOf({ trustServerCertificate: true })).toContain("-N -C -b");
});

test.each([
  ["go", true, "-N true -J /sql01.cer -b"],
  ["go", "strict", "-N strict -J /sql01.cer -b"],
  ["go", false, "-l 15 -b"],
  ["odbc", true, "-N -b"],
  ["unknown", true, "-N -b"],
] as const)(
  "a known certificate, %s and encryption %j: compared, or left to Windows, and never just any",
  async (kind, encrypt, part) => {
    const pinned = { kind, encrypt, serverCertificate: "/sql01.cer", trustServerCertificate: true };
    expect(await argumentsOf(pinned)).toContain(part);
  },
);

test.each(hostileNames)(
  "%s is one value and one name, and nothing else of the command line",
  async (name) => {
    const runner = await open({ out: "" }, { database: name });
    await runner.query("SELECT @name;", { name });
    const { args, input } = seen().at(-1)!;
    expect(input.split("\n")).toEqual([
      "SET NOCOUNT ON;",
      `DECLARE @name nvarchar(4000) = N'${name.replaceAll("'", "''")}';`,
      "SELECT @name;",
      "GO",
      "",
    ]);
    const at = args.findIndex((it) => it.startsWith("-d"));
    const word = /^[-/]/.test(name) ? [`-d${name}`] : ["-d", name];
    expect(args.slice(at, at + word.length + 1)).toEqual([...word, "-l"]);
  },
);

test("a name that begins like an option is none", async () => {
  await open({ out: "" }, { server: "-Q", database: "/i" });
  expect(seen().at(-1)!.args.slice(0, 4)).toEqual(["-E", "-S-Q", "-d/i", "-l"]);
});

test("a command is asked once what it is, and again after it failed on its own account", async () => {
  await open({ out: "" }, { kind: "go" });
  const runner = await open({ out: "", err: "Sqlcmd: no.\n", code: 1 }, { kind: "odbc" });
  expect(readFileSync(join(folder, "asked"), "utf8")).toBe("--version\n");
  expect(seen().at(-1)!.args).toContain("true");
  await expect(runner.query("SELECT 2")).rejects.toMatchObject({ stage: "connection" });
  expect(await argumentsOf({ kind: "odbc" })).toContain("-f 65001");
});

test("a query that is not answered in time ends the command, and a batch may take longer", async () => {
  const runner = await open({ out: "", wait: 30_000 }, { queryTimeoutMs: 5000 });
  writeFileSync(join(folder, "pid"), "");
  await expect(runner.query("SELECT 2")).rejects.toMatchObject({
    stage: "connection",
    message: "No answer came within 5 s, and the command was ended.",
  });
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  expect(pid).toBeGreaterThan(1);
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"));
  const slow = await open({ out: "one\n---\n1\n\n", wait: 5500 }, { queryTimeoutMs: 5000 });
  expect(await slow.batch("BACKUP")).toEqual([{ one: "1" }]);
}, 60_000);

test("an abort ends the command", async () => {
  const runner = await open({ out: "", wait: 20_000 });
  const stop = new AbortController();
  const running = runner.batch("WAITFOR", { signal: stop.signal });
  setTimeout(() => stop.abort(), 300);
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
});

const unknownOption = { out: "Sqlcmd: '--version': Unknown Option. Enter '-?' for help.\n", code: 1 };
// What each kind says of itself: the one in English, the other in the language of Windows.
const kinds = {
  go: {
    "--version": { out: "sqlcmd - SQL\n\nVersion: 1.8.2\n\nLegal docs\n", code: 0 },
    "-?": { out: "Version: 1.8.2\n\nFlags:\n-?,--help\n", code: 0 },
  },
  odbc: {
    "--version": unknownOption,
    "-?": {
      out: "Microsoft (R) SQL Server-Befehlszeilentool\r\nVersion 15.0.1300.359 NT\r\n\r\nSyntax: Sqlcmd\r\n  [-f <Codeseite> | i:<Codeseite>[,o:<Codeseite>]] [-Z Neues Kennwort]\r\n",
      code: 0,
    },
  },
  unknown: { "--version": unknownOption, "-?": { out: "", code: 1 } },
};

async function open(
  play: { out: string; err?: string; code?: number; wait?: number },
  { kind, ...target }: Partial<SqlcmdConnection> & { kind?: keyof typeof kinds } = {},
) {
  writeFileSync(join(folder, "says"), JSON.stringify(kinds[kind ?? "odbc"]));
  writeFileSync(join(folder, "play"), JSON.stringify({ err: "", code: 0, ...play }));
  return openSqlcmd({
    command: [process.execPath, join(folder, "player.mjs"), folder],
    server: "sql01",
    database: "CM_PS1",
    encrypt: true,
    trustServerCertificate: false,
    ...target,
  });
}

async function argumentsOf(target: Parameters<typeof open>[1]): Promise<string> {
  await open({ out: "" }, target);
  return seen().at(-1)!.args.join(" ");
}

function seen(): { args: string[]; input: string }[] {
  return readFileSync(join(folder, "seen"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
