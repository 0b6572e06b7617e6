import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AnswerLimits } from "../../../../../src/drivers/access/sql/answer-limits.ts";
import type { SqlcmdConnection } from "../../../../../src/drivers/access/sql/sqlcmd/sqlcmd-options.ts";
import { openSqlcmd } from "../../../../../src/drivers/access/sql/sqlcmd/sqlcmd-runner.ts";
import { hostileNames } from "../../../../support/hostile-names.ts";
import { SqlError, type SqlMessage } from "../../../../../src/drivers/access/sql/sql-runner.ts";

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
appendFileSync(folder + "/pid", String(process.pid));
process.stdout.write(next.out);
process.stderr.write(next.err);
while (next.forever) {
  const { to, text, everyMs } = next.forever;
  if (!process[to].write(text)) await new Promise((resolve) => process[to].once("drain", resolve));
  await new Promise((resolve) => setTimeout(resolve, everyMs));
}
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
const shape = "-m-1 -W -w 65535 -s \u001f";

test.each([
  ["go", `-E -S sql01 -d CM_PS1 -l 15 -N true ${forms} ${shape}`],
  ["odbc", `-E -S sql01 -d CM_PS1 -l 15 -N ${forms} -f 65001 -r1 ${shape}`],
  ["odbc-18", `-E -S sql01 -d CM_PS1 -l 15 -Nm ${forms} -f 65001 -r1 ${shape}`],
  ["odbc-18-linux", `-E -S sql01 -d CM_PS1 -l 15 -Nm ${forms} -r1 ${shape}`],
  ["unknown", `-E -S sql01 -d CM_PS1 -l 15 -N ${forms} -r1 ${shape}`],
] as const)("%s sqlcmd is given the options that it documents", async (kind, line) => {
  expect(await argumentsOf({ kind })).toBe(line);
});

test.each([
  ["go", "strict", "-l 15 -N strict -b"],
  ["odbc", "strict", "-l 15 -Ns -b"],
  ["unknown", "strict", "-l 15 -Ns -b"],
  ["go", false, "-l 15 -b"],
  ["odbc", false, "-l 15 -b"],
  ["odbc-18", false, "-l 15 -No -b"],
  ["odbc-18", "strict", "-l 15 -Ns -b"],
  ["odbc-18-linux", false, "-l 15 -No -b"],
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
  ["odbc-18", true, "-Nm -b"],
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
    stage: "answer",
    excess: "time",
    message: "No whole answer came within 5 s, and the command was ended.",
  });
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  expect(pid).toBeGreaterThan(1);
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"));
  const slow = await open({ out: "one\n---\n1\n\n", wait: 5500 }, { queryTimeoutMs: 5000 });
  expect(await slow.batch("BACKUP")).toEqual([{ one: "1" }]);
}, 60_000);

const row = "E:\\Sources\\App\u001f1\n".repeat(1000);
const names = "path\u001fid\n----\u001f--\n";
const notice = "Msg 3211, Level 0, State 1, Server S, Line 1\n10 percent processed.\n".repeat(100);
const damage = "Msg 8928, Level 16, State 1, Server S, Line 1\nObject ID 5: page (1:2).\n".repeat(100);
const small = { rows: 500, bytes: 1024 * 1024, messages: 500 };

test.each([
  ["query", "rows", { to: "stdout", text: row, everyMs: 0 }, { excess: "bytes" }],
  ["batch", "rows", { to: "stdout", text: row, everyMs: 0 }, { excess: "bytes" }],
  ["query", "messages", { to: "stderr", text: notice, everyMs: 0 }, { excess: "messages" }],
  ["batch", "messages", { to: "stderr", text: notice, everyMs: 0 }, { excess: "messages" }],
  ["batch", "text without a line", { to: "stderr", text: "x".repeat(9999), everyMs: 0 }, { excess: "bytes" }],
  ["batch", "errors", { to: "stderr", text: damage, everyMs: 0 }, { messages: { length: 200 } }],
  ["query", "a row now and then", { to: "stdout", text: "a\u001f1\n", everyMs: 300 }, { excess: "time" }],
  [
    "query",
    "a sentence now and then",
    { to: "stderr", text: "10 percent\n", everyMs: 300 },
    { excess: "time" },
  ],
] as const)(
  "a %s that is answered with %s for ever is ended, and so is the command",
  async (how, _, forever, expected) => {
    const runner = await open({ out: names, forever }, { queryTimeoutMs: 3000 }, small);
    writeFileSync(join(folder, "pid"), "");
    await expect(runner[how]("SELECT 2")).rejects.toMatchObject(expected);
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    expect(pid).toBeGreaterThan(1);
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"));
  },
);

test("more rows than are taken are none", async () => {
  const runner = await open({ out: names + row }, {}, small);
  await expect(runner.query("SELECT 2")).rejects.toMatchObject({ excess: "rows" });
});

test.each([
  ["a row that a line break makes two of", "a\u001f1\nE:\\b\nc\u001f2\n"],
  ["a row that was wrapped", "E:\\b\n\u001f2\n"],
  ["a value that may have been cut", `${"x".repeat(256)}\u001f2\n`],
])("%s is no answer", async (_, rows) => {
  const runner = await open({ out: `${names}${rows}\n` });
  await expect(runner.query("SELECT 2")).rejects.toMatchObject({ stage: "answer", excess: "form" });
});

test("a value just below and above where sqlcmd cuts is one", async () => {
  const [below, above] = [255, 257].map((length) => "x".repeat(length));
  const runner = await open({ out: `${names}${below}\u001f1\n${above}\u001f2\n\n` });
  expect(await runner.query("SELECT 2")).toEqual([
    { path: below, id: "1" },
    { path: above, id: "2" },
  ]);
});

test("the one in Go tells errors among its rows, with their numbers, and a row that looks like one is a row", async () => {
  const out = "Msg 208, Level 16, State 1, Server SQL01, Line 1\nInvalid object name 'dbo.x'.\n";
  const failing = await open({ out, code: 1 }, { kind: "go" });
  await expect(failing.query("SELECT 2")).rejects.toMatchObject({
    stage: "statement",
    messages: [{ number: 208, severity: 16, text: "Invalid object name 'dbo.x'." }],
  });
  const runner = await open({ out: "path\n----\nE:\\a1\\b2\\c3, d\n\n" }, { kind: "go" });
  expect(await runner.query("SELECT 2")).toEqual([{ path: "E:\\a1\\b2\\c3, d" }]);
});

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
  "odbc-18": {
    "--version": unknownOption,
    "-?": {
      out: "Microsoft (R) SQL Server Command Line Tool\r\nVersion 17.0.1000.7 NT\r\n\r\nusage: Sqlcmd            [-U login id]          [-P password]\r\n  [-N[s|m|o] Encrypt Connection]\r\n  [-f <codepage> | i:<codepage>[,o:<codepage>]] [-Z new password and exit]\r\n",
      code: 0,
    },
  },
  // The usage of the one for Linux leaves the code page away.
  "odbc-18-linux": {
    "--version": unknownOption,
    "-?": {
      out: "Microsoft (R) SQL Server Command Line Tool\nVersion 18.4.0001.1 Linux\n\nusage: sqlcmd            [-U login id]          [-P password]\n  [-N[s|m|o] Encrypt Connection]\n  [-i inputfile]         [-o outputfile]\n",
      code: 0,
    },
  },
  unknown: { "--version": unknownOption, "-?": { out: "", code: 1 } },
};

async function open(
  play: { out: string; err?: string; code?: number; wait?: number; forever?: unknown },
  { kind, ...target }: Partial<SqlcmdConnection> & { kind?: keyof typeof kinds } = {},
  limits?: AnswerLimits,
) {
  writeFileSync(join(folder, "says"), JSON.stringify(kinds[kind ?? "odbc"]));
  writeFileSync(join(folder, "play"), JSON.stringify({ err: "", code: 0, ...play }));
  return openSqlcmd(
    {
      command: [process.execPath, join(folder, "player.mjs"), folder],
      server: "sql01",
      database: "CM_PS1",
      encrypt: true,
      trustServerCertificate: false,
      ...target,
    },
    limits,
  );
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
