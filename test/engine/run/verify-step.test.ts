import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { applyPlan } from "../../../src/engine/run/apply.ts";
import { planPolicies } from "../../../src/engine/pipeline.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import { policyOf } from "../../support/build-site.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { testWorld } from "../../support/test-world.ts";

test("a run that died between commit and proof is mended by reading back what it committed", async () => {
  const [scripts, folder] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(scripts, "tell.cmd"), "echo told".repeat(100));
  const { code, type, installFolder, database } = policyOf().site;
  const policy = policyOf({
    site: { code, type, installFolder, database, servers: [] },
    partners: {},
    repository: { name: "main", location: { folder }, keys: [], encrypt: false },
    sources: [{ kind: "folder", name: "scripts", root: scripts, include: [], exclude: [] }],
  });
  const world = testWorld({ cacheFolder: temporaryFolder() });
  const round = async () => {
    const session = openSession(world, new AbortController().signal);
    onTestFinished(() => session.close());
    const { plan } = await planPolicies(session, [policy]);
    const { outcomes } = await applyPlan(session, plan, { trigger: "apply" });
    await session.close();
    return outcomes.map((it) => `${it.title}: ${it.result}`);
  };
  expect(await round()).toEqual(["capture PS1/scripts: done"]);
  expect(await round()).toEqual([]);

  rmSync(join(folder, "proofs"), { recursive: true });
  expect(await round()).toEqual(["verify PS1/scripts: done"]);
  expect(await round()).toEqual([]);
});
