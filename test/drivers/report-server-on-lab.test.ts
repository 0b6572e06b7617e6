import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLab } from "../../packages/lab/src/create-lab.ts";
import { lookAtReportFolders } from "../../src/drivers/parts/report-folders.ts";
import { labMeans } from "../support/lab-means.ts";
import { labSources } from "../support/lab-sources.ts";

const root = mkdtempSync(join(tmpdir(), "sitekeep-lab-"));
const folder = join(root, "lab");
const nowMs = Date.UTC(2026, 10, 22, 12);

beforeAll(() =>
  createLab({ folder, nowMs, size: "small", variant: { reportServer: "PBIRS" }, onStep: () => {} }),
);
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("the folder of Power BI Report Server is found by its instance, and by no other", async () => {
  const source = labSources(folder).sources["reporting-server"];
  const look = (instance: string) =>
    lookAtReportFolders(
      { ...source, encryptionKey: { instance }, folders: [] },
      "PS1/reports",
      labMeans(folder),
    );
  expect(await look("PBIRS")).toEqual({
    there: ["C:\\Program Files\\Microsoft Power BI Report Server\\PBIRS\\ReportServer"],
    problems: [],
  });
  for (const instance of ["SSRS", "MSSQLSERVER"])
    expect(await look(instance)).toMatchObject({
      there: [],
      problems: [
        { code: "file-missing", message: expect.stringContaining("on ssrs01.lab. Looked at: C:\\") },
      ],
    });
});
