import { symlinkSync, writeFileSync } from "node:fs";
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
    await expect(readPolicyFolder(folder)).rejects.toThrow(
      `no policy folder or file at ${join(folder, "b.yaml")}`,
    );
  },
);
