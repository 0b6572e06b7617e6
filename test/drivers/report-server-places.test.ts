import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../../src/core/base/problem.ts";
import type { ReportingServer } from "../../src/core/model/policy/source.ts";
import { keyToolPlaces } from "../../src/core/outside/site/report-server-places.ts";
import { exportReportKey } from "../../src/drivers/parts/keys/export-report-key.ts";
import { lookAtReportFolders } from "../../src/drivers/parts/report-folders.ts";
import { address, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { madeUpMeans, type MadeUpMachine } from "../support/made-up-means.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const programs = "C:\\Program Files";
const services = `${programs}\\Microsoft SQL Server Reporting Services`;
const powerBi = `${programs}\\Microsoft Power BI Report Server`;
const older = (version: number): string =>
  `${programs}\\Microsoft SQL Server\\MSRS${version}.MSSQLSERVER\\Reporting Services\\ReportServer`;

const usual = (instance: string): ReportingServer => ({
  kind: "reporting-server",
  name: "reports",
  on: "ssrs01",
  databases: [{ ...address, name: "ReportServer" }],
  encryptionKey: { instance },
  discover: true,
  folders: [],
});

describe("the folders of a report server whose policy names none", () => {
  test.each([
    ["SSRS", `${services}\\SSRS\\ReportServer`],
    ["PBIRS", `${powerBi}\\PBIRS\\ReportServer`],
    ["MSSQLSERVER", older(12)],
    ["mssqlserver", older(11).replace("MSSQLSERVER", "mssqlserver")],
  ])("of %s are found", async (instance, folder) => {
    expect(await look(usual(instance), [folder])).toEqual({ there: [folder], problems: [] });
  });

  test("are all that are there: an upgrade may have left one behind", async () => {
    const both = [older(13), older(11)];
    expect(await look(usual("MSSQLSERVER"), both)).toEqual({ there: both, problems: [] });
  });

  test.each([
    ["SSRS", `${services}\\SSRS\\ReportServer`],
    ["PBIRS", `${powerBi}\\PBIRS\\ReportServer`],
    ["MSSQLSERVER", [older(13), older(12), older(11)].join(", ")],
  ])(
    "of %s that are nowhere are told once, with every place that was looked at",
    async (instance, places) => {
      const { there, problems } = await look(usual(instance), ["C:\\Elsewhere"]);
      expect(there).toEqual([]);
      expect(problems).toEqual([
        expect.objectContaining({
          code: "file-missing",
          severity: "risk",
          message: `The report server's folder is not there on ssrs01. Looked at: ${places}`,
          where: "PS1/reports",
          hint: expect.stringContaining("encryptionKey: { instance: PBIRS }"),
        }),
      ]);
    },
  );

  test("without a machine of its own are told without one", async () => {
    const { on: _, ...here } = usual("SSRS");
    const { problems } = await lookAtReportFolders(here, "PS1/reports", madeUpMeans());
    expect(problems[0]!.message).toMatch(/^The report server's folder is not there\. Looked at: C:\\/);
  });

  test("that could not be looked at are not taken to be absent", async () => {
    const folder = older(13);
    const { there, problems } = await look(usual("MSSQLSERVER"), [], (root) => {
      // No file system gives out a name of that length.
      return { [share(folder)]: join(root, "x".repeat(300)) };
    });
    expect(there).toEqual([]);
    expect(problems).toEqual([expect.objectContaining({ code: "file-unreadable", severity: "risk" })]);
    expect(problems[0]!.message).toContain(folder);
  });
});

test("folders that a policy names win, and each has to be there", async () => {
  const written = { ...usual("PBIRS"), discover: false, folders: ["C:\\Here", "C:\\None"] };
  const { there, problems } = await look(written, ["C:\\Here", `${powerBi}\\PBIRS\\ReportServer`]);
  expect(there).toEqual(["C:\\Here"]);
  expect(problems.map((it) => [it.severity, it.message])).toEqual([
    ["risk", "The report server's folder is not there: C:\\None"],
  ]);
});

test("folders that a policy names beside the discovered one are looked at as well", async () => {
  const found = `${powerBi}\\PBIRS\\ReportServer`;
  const again = found.toLowerCase();
  const both = { ...usual("PBIRS"), folders: ["C:\\ReportSources", again, `${found}\\bin`] };
  expect(await look(both, ["C:\\ReportSources", again, found, `${found}\\bin`])).toEqual({
    there: [found, "C:\\ReportSources"],
    problems: [],
  });
});

test("a report server whose key is not asked for is taken to be of the usual instance", async () => {
  const { encryptionKey: _, ...noKey } = usual("PBIRS");
  const folder = `${services}\\SSRS\\ReportServer`;
  expect(await look(noKey, [folder])).toEqual({ there: [folder], problems: [] });
});

describe("the key tool", () => {
  const here: readonly [string, readonly string[]][] = [
    ["SSRS", [`${services}\\Shared Tools\\rskeymgmt.exe`]],
    ["PBIRS", [`${powerBi}\\Shared Tools\\rskeymgmt.exe`]],
    [
      "MSSQLSERVER",
      ["130", "120", "110"].flatMap((version) => [
        `C:\\Program Files (x86)\\Microsoft SQL Server\\${version}\\Tools\\Binn\\rskeymgmt.exe`,
        `${programs}\\Microsoft SQL Server\\${version}\\Tools\\Binn\\rskeymgmt.exe`,
      ]),
    ],
  ];

  test.each(here)(
    "of %s is looked for where its setup puts it, on the report server itself",
    async (instance, places) => {
      expect(await placesGiven({ ...usual(instance), on: "cm01" }, instance)).toEqual(places);
      const { on: _, ...nowhereElse } = usual(instance);
      expect(await placesGiven(nowhereElse, instance)).toEqual(places);
    },
  );

  test("of this machine is not asked for the key of another", async () => {
    const runTool: MadeUpMachine["runTool"] = async (_, args) => (writeFileSync(args[2]!, "another's"), {});
    const means = madeUpMeans({ runTool, toolsNamed: false });
    const request = { source: usual("SSRS"), site: policyOf().site };
    const sink = listingSink();
    await expect(exportReportKey(request, { instance: "SSRS" }, { means, sink })).rejects.toMatchObject({
      problem: {
        code: "reporting-key-failed",
        severity: "error",
        message: expect.stringMatching(/^The encryption key of the report server on ssrs01 is not extracted/),
        where: "PS1/reports",
        hint: expect.stringContaining("`identity: ssrs01`"),
      },
    });
    expect([means.commands, sink.offers]).toEqual([[], []]);
  });

  test("that the machine file names is asked for the key of another machine", async () => {
    expect(await placesGiven(usual("SSRS"), "SSRS")).toEqual(here[0]![1]);
  });

  test("that could not be started is told with its usual place", async () => {
    const absent = {
      code: "command-failed",
      severity: "error",
      message: "No.",
      where: "x",
      hint: "Look.",
    } as const;
    const runTool = () => Promise.reject(new ProblemError(absent));
    await expect(exported(usual("PBIRS"), "PBIRS", { runTool })).rejects.toMatchObject({
      problem: {
        ...absent,
        message: "No. powershell.exe is not on this machine.",
        where: "PS1/reports",
        hint: `Look. The tool of this instance usually lies on ssrs01, as ${keyToolPlaces("PBIRS")[0]!}. Look for it.`,
      },
    });
  });
});

const share = (path: string): string => path.replace(/^C:/, "\\\\ssrs01\\C$");

/** Looks at a report server on whose drive some folders are. */
async function look(
  source: ReportingServer,
  present: readonly string[],
  paths: (root: string) => Readonly<Record<string, string>> = () => ({}),
) {
  const root = temporaryFolder();
  for (const path of present) mkdirSync(join(root, ...path.split("\\").slice(1)), { recursive: true });
  const means = madeUpMeans({ paths: { "\\\\ssrs01\\C$": root, ...paths(root) } });
  return lookAtReportFolders(source, "PS1/reports", means);
}

async function exported(source: ReportingServer, instance: string, machine: MadeUpMachine) {
  const means = madeUpMeans(machine);
  const { site } = policyOf();
  await exportReportKey({ source, site }, { instance }, { means, sink: listingSink() });
  return means.commands;
}

async function placesGiven(source: ReportingServer, instance: string) {
  const runTool: MadeUpMachine["runTool"] = async (_, args) => (writeFileSync(args[2]!, "key"), {});
  const [command] = (await exported(source, instance, { runTool })) as [
    string,
    unknown,
    { places: unknown },
  ][];
  return command![2].places;
}
