import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { minute } from "../../../src/core/base/instant.ts";
import { makeRedactor } from "../../../src/engine/session/redact.ts";
import { connect, makeMeans } from "../../../src/engine/session/means.ts";
import type { Command, World } from "../../../src/engine/session/world.ts";
import { address } from "../../support/build-site.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { bareMachine, testWorld } from "../../support/test-world.ts";

const { signal } = new AbortController();
const done = { exitCode: 0, stdout: "", stderr: "" };

test("a tool is run as the machine file says, with its deadline", async () => {
  const ran: Command[] = [];
  const run = async (command: Command) => (ran.push(command), done);
  const own = means({ run });
  await own.runTool("reg", ["export", "HKLM"]);
  await own.runTool("rskeymgmt", ["-e"], { timeoutMs: 5 });
  const named = { ...bareMachine, tools: { reg: ["wine", "reg.exe"] } };
  await means({ run, machine: named }).runTool("reg", ["query"]);
  expect(ran.map(({ line, timeoutMs }) => [line, timeoutMs])).toEqual([
    [["reg.exe", "export", "HKLM"], 10 * minute],
    [["rskeymgmt.exe", "-e"], 5],
    [["wine", "reg.exe", "query"], 10 * minute],
  ]);
  expect(ran.every((it) => it.signal === signal)).toBe(true);
  expect([own, means({ machine: named })].map((it) => it.isToolNamed("reg"))).toEqual([false, true]);
});

test("a tool that the machine file does not name is looked for where its setup puts it", async () => {
  const folder = temporaryFolder();
  const [absent, there, other] = ["2022.exe", "2019.exe", "2017.exe"].map((it) => join(folder, it));
  for (const path of [there!, other!]) writeFileSync(path, "");
  const ran: unknown[] = [];
  const run = async ({ line }: Command) => (ran.push(line), done);
  const places = [absent!, there!, other!];
  await means({ run }).runTool("rskeymgmt", ["-e"], { places });
  await means({ run }).runTool("rskeymgmt", ["-e"], { places: [absent!] });
  const named = { ...bareMachine, tools: { rskeymgmt: ["own.exe"] } };
  await means({ run, machine: named }).runTool("rskeymgmt", ["-e"], { places });
  expect(ran).toEqual([
    [there, "-e"],
    ["rskeymgmt.exe", "-e"],
    ["own.exe", "-e"],
  ]);
});

test("a name that nobody else made has twelve letters and digits, and another each time", () => {
  const own = means({});
  const names = Array.from({ length: 50 }, () => own.nonce());
  expect(names.every((it) => /^[a-z0-9]{12}$/.test(it))).toBe(true);
  expect(new Set(names).size).toBe(50);
});

test("folders are removed when the step ends, each once", async () => {
  const removed: string[] = [];
  let made = 0;
  const makeTemporaryFolder = async () => {
    const path = `/tmp/made${++made}`;
    return { path, remove: async () => void removed.push(path) };
  };
  const world = testWorld({ makeTemporaryFolder });
  const own = makeMeans(world, makeRedactor(), { signal, report: () => {} });
  await own.means.temporaryFolder();
  await own.means.temporaryFolder();
  expect(removed).toEqual([]);
  await own.dispose();
  expect(removed).toEqual(["/tmp/made1", "/tmp/made2"]);
});

test("a login's password is read when it is needed, and never told afterwards", async () => {
  const asked: unknown[] = [];
  const redactor = makeRedactor();
  const world = testWorld({
    environment: (name) => (name === "SQL" ? "correct horse" : undefined),
    connect: async (_, password) => (asked.push(password), {} as never),
  });
  const auth = { as: "login", user: "sa", password: { env: "SQL" } } as const;
  await connect({ world, redactor }, { ...address, auth });
  await connect({ world, redactor }, address);
  expect(asked).toEqual(["correct horse", undefined]);
  expect(redactor.clean("refused correct horse")).not.toContain("correct horse");
});

test("connections that are handed in are used in place of own ones", async () => {
  const shared = {} as never;
  const own = makeMeans(testWorld(), makeRedactor(), { signal, report: () => {}, sql: async () => shared });
  expect(await own.means.sql(address)).toBe(shared);
});

test("a step has the world's clock, its secrets, and connections of its own", async () => {
  const runner = {} as never;
  const own = means({ now: () => 7, environment: () => "correct horse", connect: async () => runner });
  expect(own.now()).toBe(7);
  expect(await own.secret({ env: "SQL" })).toBe("correct horse");
  expect(await own.sql(address)).toBe(runner);
});

test("a path of a host is reached as the machine file maps it", () => {
  const paths = { "\\\\admin07\\D$": "/mnt/admin07/d" };
  const own = means({ machine: { ...bareMachine, paths } });
  expect(own.localPath("D:\\files\\a.txt", "admin07")).toBe("/mnt/admin07/d/files/a.txt");
});

function means(parts: Partial<World>) {
  return makeMeans(testWorld(parts), makeRedactor(), { signal, report: () => {} }).means;
}
