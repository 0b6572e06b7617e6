import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCommand } from "../../../../src/cli/world/run-command.ts";
import { ProblemError } from "../../../../src/core/base/problem.ts";
import type { ReportingServer } from "../../../../src/core/model/policy/source.ts";
import { powerShellOptions } from "../../../../src/core/outside/site/report-server-wmi.ts";
import { exportReportKey } from "../../../../src/drivers/parts/keys/export-report-key.ts";
import { reportKeyScript } from "../../../../src/drivers/parts/keys/report-key-script.ts";
import { makeMeans } from "../../../../src/engine/session/means.ts";
import { makeRedactor } from "../../../../src/engine/session/redact.ts";
import type { Command } from "../../../../src/engine/session/world.ts";
import { address, policyOf } from "../../../support/build-site.ts";
import { listingSink } from "../../../support/collecting-sink.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { bareMachine, testWorld } from "../../../support/test-world.ts";

const standIn = join(import.meta.dirname, "../../../support/play-power-shell.mjs");

describe("the key of a report server that WMI reaches", () => {
  test.each(["gives the key", "greets before"])("is what the server that %s gives", async (how) => {
    const { file, noted, ran, password } = await exported({ how });
    expect(file).toBe(`sealed for SSRS with ${password}`);
    expect(noted).toEqual([
      {
        args: powerShellOptions.args,
        instance: "SSRS",
        server: "ssrs01",
        password,
        rest: [""],
        method: "BackupEncryptionKey",
        kind: "MSReportServer_ConfigurationSetting",
      },
    ]);
    expect(ran).toHaveLength(1);
  });

  test("is asked of this machine without a way to another", async () => {
    const { noted } = await exported({ on: "cm01.test" });
    expect(noted).toMatchObject([{ instance: "SSRS" }]);
    expect(noted[0]).not.toHaveProperty("server");
  });

  test("is asked for under a password that is in no argument, and in no line that Windows would log", async () => {
    const { ran, password } = await exported({});
    expect(password.length).toBeGreaterThan(20);
    expect(JSON.stringify(ran.map(({ line }) => line))).not.toContain(password);
    const [script, ...others] = ran[0]!.input!.split("\r\n");
    expect(others).toEqual([password, ""]);
    for (const form of [password, Buffer.from(password).toString("base64")])
      expect(script).not.toContain(form);
  });
});

describe("where WMI gives no key", () => {
  const reasons: readonly (readonly [how: string, why: string])[] = [
    ["denies access", "WMI could not be asked (0x80070005)"],
    ["knows no such instance", "there is no such instance"],
    ["refuses", "the server refused it (0x8004020C)"],
    ["gives no key", "the server gave none"],
    ["cuts the key", "bytes came, and the server told of"],
    ["spoils the key", "the server gave none"],
    ["tells no length", "and the server told of no number"],
    ["tells no result", "what the server answered is not understood"],
    ["says nothing", "PowerShell ended with 1 and told nothing"],
    ["repeats the password", "PowerShell ended with 0 and told nothing"],
  ];

  test.each(reasons)("since the server %s, the tool that the machine file names gives it", async (how) => {
    const { file, ran } = await exported({ how, hasTool: true });
    expect(file).toBe("by the tool");
    expect(ran.map(({ line }) => line[0])).toEqual([process.execPath, "rskeymgmt-of-test"]);
  });

  test.each(reasons)("since the server %s, and no tool does, both are told", async (how, why) => {
    const { problem, password } = await exported({ how });
    expect(problem).toMatchObject({ code: "reporting-key-failed", severity: "error", where: "PS1/reports" });
    expect(problem!.message).toContain("The encryption key of the report server on ssrs01 is not extracted");
    expect(problem!.message).toContain(
      `The encryption key of the report server SSRS on ssrs01 did not come through WMI: `,
    );
    expect(problem!.message).toContain(why);
    expect(problem!.hint).toMatch(/identity: ssrs01.*local administrator of the report server/);
    expect(JSON.stringify(problem)).not.toContain(password);
  });

  test("since there is no PowerShell, the tool gives it", async () => {
    const { file } = await exported({ powerShell: ["no-such-power-shell"], hasTool: true });
    expect(file).toBe("by the tool");
  });
});

describe("the script", () => {
  const script = (instance: string, server = "ssrs01") =>
    reportKeyScript({ instance, server, password: "p4ss" }).split("\r\n")[0]!;

  test("is one line of plain letters, whatever a policy calls a server", () => {
    const strange = script("S'); Stop-Computer; ('\r\nü", "x'\n; y");
    expect(strange).toMatch(/^[\x20-\x7E]+$/);
    expect(strange).not.toContain("Stop-Computer");
    expect(strange.split("'").length % 2).toBe(1);
  });

  test("closes what it opens", () => {
    for (const [open, close] of ["()", "{}", "[]"].map((it) => it.split("")))
      expect(script("SSRS").split(open!).length).toBe(script("SSRS").split(close!).length);
  });

  test("goes to another machine over a way that is encrypted", () => {
    expect(script("SSRS")).toContain("Authentication = 'PacketPrivacy'");
    expect(reportKeyScript({ instance: "SSRS", password: "p4ss" })).toContain("$reach = @{};");
  });
});

interface Setting {
  readonly how?: string;
  readonly on?: string;
  readonly hasTool?: boolean;
  readonly powerShell?: readonly string[];
}

/** Exports the key with a stand-in for PowerShell that is a program of its own, started as the real one is. */
async function exported({ how = "gives the key", on = "ssrs01", hasTool = false, powerShell }: Setting) {
  const notes = join(temporaryFolder(), "notes.txt");
  writeFileSync(notes, "");
  const tools = {
    powershell: powerShell ?? [process.execPath, standIn, how, notes],
    ...(hasTool && { rskeymgmt: ["rskeymgmt-of-test"] }),
  };
  const ran: Command[] = [];
  const passwords: string[] = [];
  const run = async (command: Command) => {
    ran.push(command);
    if (command.line[0] !== "rskeymgmt-of-test") return runCommand(command);
    writeFileSync(command.line[command.line.indexOf("-f") + 1]!, "by the tool");
    return { exitCode: 0, stdout: "", stderr: "" };
  };
  const makeTemporaryFolder = async () => ({ path: temporaryFolder(), remove: async () => undefined });
  const machine = { ...bareMachine, identity: "cm01.test", tools };
  const redactor = makeRedactor();
  const { signal } = new AbortController();
  const step = { signal, report: () => undefined, sealed: true };
  const { means } = makeMeans(testWorld({ run, machine, makeTemporaryFolder }), redactor, step);
  const noting = { ...means, conceal: (secret: string) => (passwords.push(secret), means.conceal(secret)) };
  const sink = listingSink();
  const request = { source: { ...source, on }, site: policyOf().site };
  const ended = await exportReportKey(request, { instance: "SSRS" }, { means: noting, sink }).catch(
    (thrown: unknown) => thrown,
  );
  const [offer] = sink.offers as unknown as { readonly locator: { readonly bytes: Uint8Array } }[];
  return {
    ran,
    password: passwords.at(-1)!,
    noted: readFileSync(notes, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((it) => JSON.parse(it) as object),
    ...(offer && { file: Buffer.from(offer.locator.bytes).toString() }),
    ...(ended instanceof ProblemError && { problem: ended.problem }),
  };
}

const source: ReportingServer = {
  kind: "reporting-server",
  name: "reports",
  on: "ssrs01",
  databases: [{ ...address, name: "ReportServer" }],
  discover: true,
  folders: [],
};
