import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPolicyFolder } from "../../src/cli/policy-folder.ts";
import { policyFileBytesMax } from "../../src/core/policy/check-text.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("a file that may be a policy is read whole, of a larger one no more than its beginning", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.yaml"), "x".repeat(policyFileBytesMax));
  writeFileSync(join(folder, "b.yaml"), "y".repeat(policyFileBytesMax + 1));
  const [whole, cut] = await readPolicyFolder(folder);
  expect(whole).toEqual({ path: join(folder, "a.yaml"), text: "x".repeat(policyFileBytesMax) });
  expect(cut).toMatchObject({ path: join(folder, "b.yaml"), wholeBytes: policyFileBytesMax + 1 });
  expect(cut!.text).toMatch(/^y{100,2000}$/);
});
