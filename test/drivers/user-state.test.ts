import { expect, test } from "vitest";
import type { UserState } from "../../src/core/model/policy/source.ts";
import { pathOfDirectory, userState } from "../../src/drivers/user-state.ts";
import { address, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { madeUpMeans } from "../support/made-up-means.ts";
import { type Answer, madeUpServer, refusal } from "../support/made-up-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test.each([
  ["Directory=D:\\USMT1;MaxClients=100;MinDiskSpace=10;MinDiskSpaceUnit=3;", "D:\\USMT1"],
  ["MaxClients=100;directory = D:\\USMT1;MinDiskSpace=10;", "D:\\USMT1"],
  ["path=D:\\USMT1;clients=100;free=10;unit=3", "D:\\USMT1"],
  ["D:\\USMT1;100;10;3", "D:\\USMT1"],
  ["path=;clients=1", undefined],
  ["", undefined],
])("the folder in the property %s is %s", (value, path) => {
  expect(pathOfDirectory(value)).toBe(path);
});

test("an item without a value is an empty list, and what is not understood is told", async () => {
  const { captured, parameters } = await capture([
    { server: "\\\\SMP01", value: "Directory=D:\\USMT1;MaxClients=100;" },
    { server: "SMP01", value: null },
    { server: "SMP01", value: "" },
    { server: "SMP01", value: "MaxClients=100;" },
  ]);
  expect(parameters).toEqual({ siteCode: "PS1" });
  expect(captured.facts).toEqual({ folders: ["\\\\SMP01\\D$\\USMT1"], captured: 1 });
  expect(captured.problems).toMatchObject([
    { code: "site-shape-unknown", severity: "risk", message: expect.stringContaining("MaxClients=100;") },
  ]);
});

test("a list that may not be read is a risk with the grant, and folders of the policy are captured", async () => {
  const refused = refusal([229, "No 'vSMS_SC_SysResUse_PropertyLists'."]);
  const { captured } = await capture(refused, ["D:\\USMT1"]);
  expect(captured).toMatchObject({
    facts: { captured: 1 },
    problems: [
      {
        code: "sql-permission",
        severity: "risk",
        hint: expect.stringContaining("GRANT SELECT ON dbo.vSMS_SC_SysResUse_PropertyLists TO"),
      },
    ],
  });
});

test("with no folder a list that may not be read fails the capture, and an empty one does not", async () => {
  await expect(capture(refusal([229, "No."]))).rejects.toMatchObject({
    problem: { code: "sql-permission", severity: "error" },
  });
  expect((await capture([{ server: "SMP01", value: null }])).captured).toMatchObject({
    problems: [],
    facts: { folders: [], captured: 0 },
  });
});

async function capture(directories: Answer, folders: readonly string[] = []) {
  const { site } = policyOf();
  const sql = madeUpServer({ directories });
  const folder = temporaryFolder();
  const paths = { "D:\\USMT1": folder, "\\\\SMP01\\D$\\USMT1": folder };
  const source: UserState = {
    kind: "user-state",
    name: "states",
    discover: true,
    database: address,
    folders,
  };
  const means = madeUpMeans({ sql, paths });
  const captured = await userState.capture({ source, site, mode: "full" }, means, listingSink());
  return { captured, parameters: sql.parameters.directories };
}
