import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const leftOut = "The policies have 1 error: what is wrong is left out. See it with: sitekeep validate";

test("a policy with an error keeps no other from its plan, and is told in red, in JSON and in the exit code", async () => {
  const { sitekeep } = newSites();
  const plan = await sitekeep("plan", "--detailed-exitcode");
  expect(plan.code).toBe(1);
  expect(plan.out).toMatch(
    /^Left out, with everything that it was to protect, until it is mended:\n {2}error .*two\.yaml:/,
  );
  expect(plan.out).toContain("+ capture scripts (folder)");
  expect(plan.out).toMatch(/Plan: 1 to capture, .*, 1 error\.\n$/);
  expect(plan.err).toContain(leftOut);
  const { code, out } = await sitekeep("plan", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ sites: [{ site: "ONE" }], leftOut: [{ code: "schedule-cron" }] });
  expect((await sitekeep("plan", "--format", "markdown")).out).toContain("- **schedule-cron** at ");
  expect((await sitekeep("plan", "--format", "github")).out).toMatch(/^::error .*two\.yaml/m);
});

test("a policy with an error keeps no other from being captured, and no run says that all was done", async () => {
  const { sitekeep, kept } = newSites();
  const captured = await sitekeep("capture", "ONE", "--yes");
  expect(captured.code).toBe(3);
  expect(captured.out).toContain("1 done.");
  expect(captured.err).toContain(leftOut);
  expect((await sitekeep("apply", "--site", "one", "--yes")).code).not.toBe(0);
  const before = kept();
  // Nothing is due of the sound one, and that is still not peace.
  const applied = await sitekeep("apply", "--yes");
  expect(applied.code).toBe(1);
  expect(applied.out).not.toContain("every promise is kept.");
  expect(kept()).toEqual(before);
  const status = await sitekeep("status", "--check");
  expect(status.code).toBeGreaterThan(0);
  expect(status.out).toMatch(/\nLeft out, .*\n {2}error .*two\.yaml/);
  expect(JSON.parse((await sitekeep("status", "--json")).out)).toMatchObject({
    sites: [{ site: "ONE" }],
    leftOut: [{ code: "schedule-cron" }],
  });
});

test("a repository is read while a policy is wrong, and its keys and holds are not touched", async () => {
  const { sitekeep } = newSites();
  await sitekeep("capture", "ONE", "--yes");
  const listed = await sitekeep("snapshots", "list");
  expect(listed).toMatchObject({ code: 0, err: expect.stringContaining(leftOut) });
  expect(listed.out).toContain("ONE");
  // It reads all repositories of the policies, and can't know whether these are all.
  expect((await sitekeep("verify")).code).toBe(1);
  const held = await sitekeep("snapshots", "hold", "ONE/scripts", "--because", "a test");
  expect(held).toMatchObject({ code: 1, err: expect.stringContaining("schedule-cron") });
});

test("what policies do beside others is not told while one of either is wrong", async () => {
  const { sitekeep, policies } = newSites();
  const compared = await sitekeep("plan", "--diff", policies);
  expect(compared).toMatchObject({ code: 1, err: expect.stringContaining("schedule-cron") });
});

/** Two sites of a file each: `one.yaml` is sound, `two.yaml` is not. */
function newSites() {
  const root = temporaryFolder();
  const [policies, scripts] = [join(root, "policies"), join(root, "scripts")];
  for (const folder of [policies, scripts]) mkdirSync(folder);
  writeFileSync(join(scripts, "deploy.ps1"), "Get-CMSite\n");
  writeFileSync(join(policies, "main.yaml"), repositoryText(root));
  writeFileSync(join(policies, "one.yaml"), policyText("ONE", { scripts, cron: "30 1 * * *" }));
  writeFileSync(join(policies, "two.yaml"), policyText("TWO", { scripts, cron: "nonsense" }));
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  return {
    policies,
    /** The manifests in the repository. */
    kept: () => readdirSync(join(root, "main", "snapshots"), { recursive: true }),
    sitekeep: (...line: readonly string[]) => runHere([...line, "--policies", policies], cache),
  };
}

function repositoryText(root: string): string {
  return `apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${join(root, "main")} }
encrypt: false
`;
}

function policyText(
  code: string,
  { scripts, cron }: { readonly scripts: string; readonly cron: string },
): string {
  return `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ${code.toLowerCase()} }
site: { code: ${code}, database: { server: "127.0.0.1:1", name: CM_${code} } }
repository: main
schedule: { cron: "${cron}" }
defaultSources: false
sources: { scripts: { kind: folder, root: ${scripts} } }
`;
}
