import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../../src/core/base/problem.ts";
import type { Precondition } from "../../../../src/core/model/precondition.ts";
import { examineTask } from "../../../../src/drivers/parts/task/examine-task.ts";
import { askServiceState, placeFor, startService } from "../../../../src/drivers/parts/task/services.ts";
import type { ToolResult } from "../../../../src/drivers/driver.ts";
import { withLab } from "../../../../packages/lab/test/made-lab.ts";
import { labMeans } from "../../../support/lab-means.ts";
import { madeUpMeans } from "../../../support/made-up-means.ts";

const lab = withLab();
const here = { where: "PS1/task" };

test("a sound site server of the lab has all that the task needs, but what nobody can tell", async () => {
  const found = await examineTask(here, labMeans(lab.folder));
  expect(found.map((it) => it.found)).toEqual([...Array<string>(6).fill("holds"), "unknown"]);
  expect(found.at(-1)).toMatchObject({ why: { code: "task-alert-unknown" } });
});

/** What a site server answers, each call by its arguments; everything that is not said is sound. */
type Said = Readonly<Record<string, Partial<ToolResult> | ProblemError>>;

const state = (number: number) => ({
  stdout: `\r\nSERVICE_NAME: x \r\n        TYPE : 10  WIN32_OWN_PROCESS \r\n        STATE : ${number}  X \r\n`,
});
const settings = (account: string) => ({
  stdout: ["TYPE : 10  A", "START : 2  B", "ERROR : 1  C", "PATH : D:\\x", `NAME : ${account}`]
    .map((it) => `        ${it}\r\n`)
    .join(""),
});
const error = (number: number) => ({ exitCode: number, stdout: `[SC] OpenService FEHLER ${number}:\r\n` });
const writers = (own: number, sql: number) => ({
  stdout: [
    ["03ba67dd-dc6d-4729-a038-251f7018463b", own] as const,
    ["A65FAA63-5EA8-4EBC-9DBD-A0C4DB26912A", sql] as const,
  ]
    .map(([id, number]) => `Writer name: 'x'\r\n   Writer Id: {${id}}\r\n   State: [${number}] x\r\n`)
    .join(""),
});

function meansOf(said: Said = {}) {
  return madeUpMeans({
    runTool: async (tool, args) => {
      const line = [tool, ...args].join(" ");
      const found = Object.entries(said).find(([call]) => line.endsWith(call))?.[1];
      if (found instanceof ProblemError) throw found;
      if (found !== undefined) return found;
      if (tool === "vssadmin") return writers(1, 5);
      if (line.endsWith("query SMS_SITE_BACKUP")) return state(1);
      return args.includes("qc") ? settings("LocalSystem") : state(4);
    },
  });
}

async function examined(said: Said, place = here): Promise<readonly string[]> {
  const found = await examineTask(place, meansOf(said));
  const told = (it: Precondition) =>
    it.found === "holds" ? [] : [`${it.found} ${it.why.code}: ${it.why.message}`];
  return found.slice(0, -1).flatMap(told);
}

describe("what the task needs on the site server", () => {
  test.each([
    ["is all there", {}, []],
    [
      "lacks its writer where the service is stopped",
      { "query SMS_SITE_VSS_WRITER": state(1) },
      ["fails task-writer-unfit: The SMS Writer is stopped"],
    ],
    [
      "lacks it where there is none",
      { "query SMS_SITE_VSS_WRITER": error(1060), "qc SMS_SITE_VSS_WRITER": error(1060) },
      [
        "fails task-writer-unfit: The SMS Writer is not there",
        "fails task-writer-unfit: The SMS Writer is not there",
      ],
    ],
    [
      "is not fit where the writer runs as another account",
      { "qc SMS_SITE_VSS_WRITER": settings("LAB\\svc") },
      ["fails task-writer-unfit: The SMS Writer runs as LAB\\svc"],
    ],
    [
      "is not fit where a writer has failed",
      { "list writers": writers(8, 15) },
      [
        "fails task-writer-unfit: The writer {03ba67dd-dc6d-4729-a038-251f7018463b} of VSS has failed (state 8)",
        "fails task-writer-unfit: The writer {a65faa63-5ea8-4ebc-9dbd-a0c4db26912a} of VSS has failed (state 15)",
      ],
    ],
    [
      "is not fit where VSS lists no SMS Writer; SQL Server may be elsewhere",
      {
        "list writers": {
          stdout: "   Writer Id: {11111111-2222-3333-4444-555555555555}\r\n   State: [1] x\r\n",
        },
      },
      ["fails task-writer-unfit: VSS does not list the SMS Writer"],
    ],
    [
      "is down where a service of the site has not come back",
      { "query SMS_EXECUTIVE": state(1) },
      ["fails task-services-down: The service SMS_EXECUTIVE is stopped."],
    ],
    [
      "may be down for a moment while the task is at work",
      { "query SMS_EXECUTIVE": state(3), "query SMS_SITE_BACKUP": state(4) },
      ["unknown task-services-down: The service SMS_EXECUTIVE is stopping."],
    ],
    [
      "is unknown where this account may not ask",
      { "query SMS_EXECUTIVE": error(5) },
      [
        "unknown service-unknown: The service SMS_EXECUTIVE on this machine could not be asked or started: this account may not (5).",
      ],
    ],
    [
      "is unknown where the answer is not understood",
      { "query SMS_EXECUTIVE": { stdout: "???" } },
      ["unknown service-unknown: What sc.exe tells of SMS_EXECUTIVE on this machine is not understood."],
    ],
    [
      "is unknown where vssadmin has no right",
      { "list writers": { exitCode: 2, stdout: "Error" } },
      ["unknown service-unknown: vssadmin could not", "unknown service-unknown: vssadmin could not"],
    ],
  ])("%s", async (_, said: Said, told) => {
    expect(await examined(said)).toEqual(told.map((it) => expect.stringContaining(it)));
  });

  test("steps of a snapshot are no failure of a writer", async () => {
    for (const number of [1, 2, 5, 16])
      expect(await examined({ "list writers": writers(number, 1) })).toEqual([]);
  });

  test("is asked of another machine by its name, but for what VSS tells there alone", async () => {
    const means = meansOf();
    const found = await examineTask({ ...here, server: "cm02.contoso.com" }, means);
    expect(means.commands).toContainEqual([
      "sc",
      ["\\\\cm02.contoso.com", "query", "SMS_SITE_VSS_WRITER"],
      expect.anything(),
    ]);
    expect(means.commands.every((it) => (it as readonly [string])[0] === "sc")).toBe(true);
    expect(found.filter((it) => it.found === "unknown")).toHaveLength(3);
  });

  test("is unknown where a tool is not on this machine", async () => {
    const absent = new ProblemError({
      code: "command-failed",
      severity: "error",
      message: "sc.exe is not on this machine.",
      where: "sc.exe",
      hint: "Name it.",
    });
    expect(await examined({ "query SMS_EXECUTIVE": absent })).toEqual([
      "unknown command-failed: sc.exe is not on this machine.",
    ]);
  });
});

test("a machine by its own name is this one", () => {
  const means = madeUpMeans();
  expect(placeFor(undefined, "x", means)).toEqual({ where: "x" });
  expect(placeFor("cm01.contoso.com", "x", means)).toEqual({ where: "x" });
  expect(placeFor("cm02.contoso.com", "x", means)).toEqual({ where: "x", server: "cm02.contoso.com" });
});

test("starting a service is judged by numbers, of which the printed one counts", async () => {
  const call = "start SMS_SITE_BACKUP";
  const start = (said: Partial<ToolResult>) =>
    startService("SMS_SITE_BACKUP", here, meansOf({ [call]: said }));
  expect(await start(state(2))).toBe("started");
  expect(await start(error(1056))).toBe("running");
  // A system that keeps one byte of an exit code.
  expect(await start({ exitCode: 1056 & 255, stdout: "[SC] StartService FAILED 1056:\r\n" })).toBe("running");
  await expect(start(error(5))).rejects.toMatchObject({
    problem: { message: expect.stringContaining("(5)") },
  });
  await expect(start(error(1058))).rejects.toMatchObject({
    problem: { hint: expect.stringContaining("start= demand") },
  });
  await expect(start({ exitCode: 7, stdout: "" })).rejects.toMatchObject({
    problem: { message: expect.stringContaining("Windows error 7 (7)") },
  });
});

test("a service that is not there is absent, and not unknown", async () => {
  expect(await askServiceState("NONE", here, labMeans(lab.folder))).toEqual({ is: "absent" });
});
