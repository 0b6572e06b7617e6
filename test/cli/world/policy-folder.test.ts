import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPolicyFolder } from "../../../src/cli/world/policy-folder.ts";
import { policyFileBytesMax } from "../../../src/core/policy/yaml/check-text.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a file that may be a policy is read whole, of a larger one no more than its beginning", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.yaml"), "x".repeat(policyFileBytesMax));
  writeFileSync(join(folder, "b.yaml"), "y".repeat(policyFileBytesMax + 1));
  const [whole, cut] = await readPolicyFolder(folder);
  expect(whole).toEqual({ path: join(folder, "a.yaml"), text: "x".repeat(policyFileBytesMax) });
  expect(cut).toMatchObject({ path: join(folder, "b.yaml"), wholeBytes: policyFileBytesMax + 1 });
  expect(cut!.text).toMatch(/^y{100,2000}$/);
});

test.skipIf(process.platform === "win32")(
  "a link to a policy is read, and one that leads nowhere is told",
  async () => {
    const folder = temporaryFolder();
    const elsewhere = join(temporaryFolder(), "shared.txt");
    writeFileSync(elsewhere, "kind: BackupPolicy");
    symlinkSync(elsewhere, join(folder, "a.yaml"));
    expect(await readPolicyFolder(folder)).toEqual([
      { path: join(folder, "a.yaml"), text: "kind: BackupPolicy" },
    ]);
    symlinkSync(join(folder, "nowhere"), join(folder, "b.yaml"));
    expect((await readPolicyFolder(folder))[1]).toMatchObject({
      path: join(folder, "b.yaml"),
      text: "",
      unreadable: expect.stringContaining("no such file"),
    });
  },
);

test.skipIf(process.platform === "win32")(
  "configuration that is mounted in versions behind a name with a dot is read once",
  async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "..2026_11_30"));
    writeFileSync(join(folder, "..2026_11_30", "ps1.yaml"), "one");
    symlinkSync("..2026_11_30", join(folder, "..data"));
    symlinkSync(join("..data", "ps1.yaml"), join(folder, "ps1.yaml"));
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, ".git", "old.yaml"), "old");
    expect(await readPolicyFolder(folder)).toEqual([{ path: join(folder, "ps1.yaml"), text: "one" }]);
  },
);

test.skipIf(process.platform === "win32")(
  "a folder that a link leads to is read, once, and a circle of links ends",
  async () => {
    const folder = temporaryFolder();
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, "shared.yml"), "shared");
    symlinkSync(elsewhere, join(folder, "common"));
    symlinkSync(elsewhere, join(folder, "twice"));
    symlinkSync(folder, join(elsewhere, "back"));
    expect(await readPolicyFolder(folder)).toHaveLength(1);
    symlinkSync(join(folder, "nowhere"), join(folder, "gone"));
    const files = await readPolicyFolder(folder);
    expect(files.find((it) => it.path === join(folder, "gone"))).toHaveProperty("unreadable");
  },
);
