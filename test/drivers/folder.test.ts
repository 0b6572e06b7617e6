import { expect, test } from "vitest";
import type { Folder } from "../../src/core/model/policy/source.ts";
import { folder } from "../../src/drivers/folder.ts";
import { noon, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { madeUpMeans } from "../support/made-up-means.ts";
import { plantFiles } from "../support/plant-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { site } = policyOf();
const source: Folder = { kind: "folder", name: "scripts", root: "D:\\Scripts", include: [], exclude: [] };
const missing = {
  code: "file-missing",
  severity: "error",
  message: "The folder is not there: D:\\None",
  where: "PS1/scripts",
  hint: "Check the path in the policy.",
};

test.each<[string, Partial<Folder>, string]>([
  ["this machine", {}, "D:\\Scripts"],
  ["another machine", { on: "cm02" }, "\\\\cm02\\D$\\Scripts"],
])("what is wanted of a folder of %s is kept, and counted", async (_, change, place) => {
  const paths = {
    [place]: plantFiles(temporaryFolder(), { "a/b.ps1": "1", "a/c.txt": "1", "a/x.ps1": "1" }),
  };
  const of = { ...source, ...change, include: ["**/*.ps1"], exclude: ["**/x.*"] };
  const means = madeUpMeans({ paths });
  expect(await folder.observe({ source: of, site }, means)).toEqual({ answers: true, facts: {}, risks: [] });
  const sink = listingSink();
  expect(await folder.capture({ source: of, site, mode: "full" }, means, sink)).toEqual({
    mode: "full",
    asOf: noon,
    facts: { root: "D:\\Scripts", files: 1 },
    problems: [],
  });
  expect(sink.files()).toEqual(["a/b.ps1"]);
});

test("a pattern that asked for something and found nothing is a risk of the capture", async () => {
  const paths = { "D:\\Scripts": plantFiles(temporaryFolder(), { "a/b.ps1": "1" }) };
  const of = { ...source, include: ["a", "gone/**"], exclude: ["later/**"] };
  const { problems } = await folder.capture(
    { source: of, site, mode: "full" },
    madeUpMeans({ paths }),
    listingSink(),
  );
  expect(problems).toMatchObject([
    {
      code: "pattern-fits-nothing",
      severity: "risk",
      message: "The pattern gone/** fits nothing that is there: whatever it was written for is not captured.",
      where: "PS1/scripts",
    },
  ]);
});

test("a folder that is not there is no answer, and no capture", async () => {
  const request = { source: { ...source, root: "D:\\None" }, site, mode: "full" } as const;
  const about = { kind: "file", path: "D:\\None" };
  const means = madeUpMeans({ paths: { "D:\\": temporaryFolder() } });
  expect(await folder.observe(request, means)).toEqual({ answers: false, problem: { ...missing, about } });
  await expect(folder.capture(request, means, listingSink())).rejects.toMatchObject({ problem: missing });
});

test("a folder that another machine lacks is told with the machine", async () => {
  const request = { source: { ...source, root: "D:\\None", on: "cm02" }, site };
  const means = madeUpMeans({ paths: { "\\\\cm02\\D$": temporaryFolder() } });
  expect(await folder.observe(request, means)).toMatchObject({
    problem: { ...missing, about: { kind: "file", path: "D:\\None", on: "cm02" } },
  });
});
