import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Hook } from "../../../src/core/model/policy/resolved-policy.ts";
import { runHook } from "../../../src/engine/run/hooks.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { bareMachine, testWorld } from "../../support/test-world.ts";

const facts = { site: "PS1", when: "after", result: "done", snapshots: ["a", "b"] } as const;

test("a hook is told of the run by its environment", async () => {
  const { script, told } = makeScript(
    'printf "%s %s %s %s" "$SITEKEEP_SITE" "$SITEKEEP_WHEN" "$SITEKEEP_RESULT" "$SITEKEEP_SNAPSHOTS" >"$1"',
  );
  expect(await run({ run: [script, told], allow: [script] })).toBeUndefined();
  expect(readFileSync(told, "utf8")).toBe("PS1 after done a,b");
});

test.each([
  ["warn", "risk"],
  ["fail", "error"],
] as const)(
  "a hook that fails under onFailure: %s is a problem of severity %s, with its last words",
  async (onFailure, severity) => {
    const { script } = makeScript('echo "first" >&2; echo "the CMDB is away" >&2; exit 7');
    const problem = await run({ run: [script], allow: [script], onFailure });
    expect(problem).toMatchObject({ code: "hook-failed", severity });
    expect(problem?.message).toContain("ended with 7: the CMDB is away");
  },
);

test("a hook that is not on the allow-list is not run", async () => {
  const { script, told } = makeScript('touch "$1"');
  const problem = await run({ run: [script, told], allow: [] });
  expect(problem?.code).toBe("executable-not-allowed");
  expect(() => readFileSync(told)).toThrow();
});

test("a hook that hangs is stopped after its time", async () => {
  const { script } = makeScript("exec sleep 30");
  const before = Date.now();
  const problem = await run({ run: [script], allow: [script], timeoutMs: 200 });
  expect(problem?.message).toContain("did not end within 200ms");
  expect(Date.now() - before).toBeLessThan(5_000);
});

function makeScript(body: string): { readonly script: string; readonly told: string } {
  const folder = temporaryFolder();
  const script = join(folder, "hook.sh");
  writeFileSync(script, `#!/bin/sh\n${body}\n`);
  chmodSync(script, 0o755);
  return { script, told: join(folder, "told") };
}

function run({
  allow,
  ...hook
}: Partial<Hook> & { readonly run: readonly string[]; readonly allow: readonly string[] }) {
  const world = testWorld({ machine: { ...bareMachine, allow } });
  const session = openSession(world, new AbortController().signal);
  return runHook(session, { timeoutMs: 10_000, onFailure: "warn", ...hook }, facts);
}
