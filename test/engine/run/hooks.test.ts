import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Hook } from "../../../src/core/model/policy/resolved-policy.ts";
import { runHook } from "../../../src/engine/run/hooks.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import type { World } from "../../../src/engine/session/world.ts";
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
    expect(await run({ run: [script], allow: [script], onFailure })).toEqual({
      code: "hook-failed",
      severity,
      message: `The hook ${script} ended with 7: the CMDB is away.`,
      where: `PS1 hook ${script}`,
      hint: "Run it by hand with the same account; its environment variables are in docs/policy.md.",
    });
  },
);

test("a hook that fails without a word is told by its exit code", async () => {
  const { script } = makeScript("exit 3");
  const problem = await run({ run: [script], allow: [script] });
  expect(problem?.message).toBe(`The hook ${script} ended with 3.`);
});

test.each([
  ["warn", "risk"],
  ["fail", "error"],
] as const)(
  "a hook that can't be run is under onFailure: %s of severity %s too",
  async (onFailure, severity) => {
    const { script, told } = makeScript('touch "$1"');
    expect(await run({ run: [script, told], allow: [], onFailure })).toMatchObject({
      code: "executable-not-allowed",
      severity,
      message: `${script} may not be run for a hook of PS1: it is not on this machine's allow-list.`,
    });
    expect(() => readFileSync(told)).toThrow();

    const hanging = makeScript("exec sleep 30").script;
    const before = Date.now();
    expect(await run({ run: [hanging], allow: [hanging], timeoutMs: 200, onFailure })).toMatchObject({
      code: "command-failed",
      severity,
      message: `${hanging} did not end within 200ms and was stopped.`,
    });
    expect(Date.now() - before).toBeLessThan(5_000);
  },
);

test("a fault that nobody foresaw names the hook", async () => {
  const world = { run: () => Promise.reject(new Error("no such thing")) };
  expect(await run({ run: ["/bin/tell"], allow: ["/bin/tell"] }, world)).toMatchObject({
    code: "internal-fault",
    where: "PS1 hook /bin/tell",
  });
});

function makeScript(body: string): { readonly script: string; readonly told: string } {
  const folder = temporaryFolder();
  const script = join(folder, "hook.sh");
  writeFileSync(script, `#!/bin/sh\n${body}\n`);
  chmodSync(script, 0o755);
  return { script, told: join(folder, "told") };
}

function run(
  { allow, ...hook }: Partial<Hook> & { readonly run: readonly string[]; readonly allow: readonly string[] },
  parts: Partial<World> = {},
) {
  const world = testWorld({ machine: { ...bareMachine, allow }, ...parts });
  const session = openSession(world, new AbortController().signal);
  return runHook(session, { timeoutMs: 10_000, onFailure: "warn", ...hook }, facts);
}
