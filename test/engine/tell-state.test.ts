import { expect, test } from "vitest";
import type { ResolvedPolicy } from "../../src/core/model/policy/resolved-policy.ts";
import { planPolicies } from "../../src/engine/pipeline.ts";
import { tellPolicies, tellSites } from "../../src/engine/tell-state.ts";
import { engineSite, problemNamed, type EngineSetting } from "../support/engine-site.ts";
import { startWebhook } from "../support/webhook-listener.ts";

const failing = { files: { fails: "file-missing" } } as const;

test("what a run has failed at is told after it, and its being over after the next", async () => {
  const { site, hook, runAndTell } = await newSite({ does: { ...failing } });
  await runAndTell();
  expect(hook.takeTexts()).toEqual([expect.stringContaining("[file-missing]")]);
  await runAndTell();
  expect(hook.takeTexts()).toEqual([]);
  site.does["files"] = {};
  await runAndTell();
  expect(hook.takeTexts()).toEqual([expect.stringMatching(/^sitekeep PS1 on cm01.test: 1 problem over\.\n/)]);
});

test("what a run has mended is not told", async () => {
  const { hook, runAndTell } = await newSite({});
  await runAndTell();
  expect(hook.takeTexts()).toEqual([]);
});

test("a site that another machine applies is that machine's to tell", async () => {
  const { site } = engineSite({}).policy;
  const { hook, runAndTell } = await newSite({
    does: { files: { isSilent: "file-missing" } },
    policy: { site: { ...site, servers: ["cm02.contoso.com"] } },
  });
  await runAndTell();
  expect(hook.takeTexts()).toEqual([]);
});

test("a run that was stopped tells nothing, and what was told stays", async () => {
  const stop = new AbortController();
  stop.abort();
  const { hook, runAndTell } = await newSite({ does: { ...failing }, signal: stop.signal });
  expect(await runAndTell()).toEqual([]);
  expect(hook.takeTexts()).toEqual([]);
});

test("two webhooks are told each by itself: what one has missed is told to that one, and of it to the other", async () => {
  const [first, second] = [await startWebhook(), await startWebhook()];
  const environment = (name: string) => ({ HOOK: first.url, OTHER: second.url })[name];
  const rules = ["HOOK", "OTHER"].map((env) => ({ webhook: { env }, on: ["failed"] as const }));
  const { runAndTell } = await newSite({
    does: { ...failing },
    policy: { notify: rules },
    world: { environment },
  });
  second.answer(404);
  expect(await runAndTell()).toMatchObject([{ code: "alarm-not-delivered", where: "PS1 notify" }]);
  expect([first, second].map((it) => it.takeTexts().length)).toEqual([1, 1]);
  second.answer(200);
  expect(await runAndTell()).toEqual([]);
  expect(first.takeTexts()).toEqual([expect.stringMatching(/\[alarm-not-delivered\]/)]);
  expect(second.takeTexts()).toEqual([expect.stringMatching(/\[file-missing\][^]*did not arrive/)]);
  await runAndTell();
  expect(first.takeTexts()).toEqual([expect.stringMatching(/1 problem over/)]);
  expect(second.takeTexts()).toEqual([]);
});

test("a broken folder is told to whom it named when it was sound, and to nobody before", async () => {
  const { site, hook } = await newSite({});
  const tell = (policies: readonly ResolvedPolicy[], ...codes: readonly ("yaml-syntax" | "no-policy")[]) =>
    site.inSession((session) =>
      tellPolicies(session, { folder: "/policies", policies, problems: codes.map((it) => problemNamed(it)) }),
    );
  await tell([], "yaml-syntax");
  expect(hook.takeTexts()).toEqual([]);
  await tell([site.policy]);
  await tell([], "yaml-syntax");
  await tell([], "yaml-syntax");
  expect(hook.takeTexts()).toEqual([expect.stringContaining("[yaml-syntax]")]);
  await tell([], "no-policy");
  expect(hook.takeTexts()).toEqual([expect.stringMatching(/1 problem, 1 problem over[^]*\[no-policy\]/)]);
  await tell([site.policy]);
  expect(hook.takeTexts()).toEqual([expect.stringContaining("1 problem over")]);
});

test.each([
  ["lost", undefined],
  ["damaged", null],
  ["of another version", { version: 2, targets: [] }],
  ["cut", { version: 1, targets: [{ webhook: { env: "HOOK" }, on: ["failed"], told: [{}] }] }],
])("a record that is %s tells again", async (_, record) => {
  const { hook, runAndTell } = await newSite({
    does: { files: { isSilent: "file-missing" } },
    world: { recall: async () => record },
  });
  await runAndTell();
  await runAndTell();
  expect(hook.takeTexts()).toHaveLength(2);
});

test("where nothing can be noted, it is told all the same", async () => {
  const { hook, runAndTell } = await newSite({
    does: { files: { isSilent: "file-missing" } },
    world: {
      async remember(name) {
        if (name.startsWith("told-")) throw new Error("ENOSPC");
      },
    },
  });
  expect(await runAndTell()).toEqual([]);
  expect(hook.takeTexts()).toHaveLength(1);
});

/** A site whose webhook is a real socket; `runAndTell` plans, applies, and tells as a command does. */
async function newSite(setting: EngineSetting) {
  const hook = await startWebhook();
  const site = engineSite({
    ...setting,
    policy: { notify: [{ webhook: { env: "HOOK" }, on: ["failed"] }], ...setting.policy },
    world: { environment: () => hook.url, ...setting.world },
  });
  const runAndTell = async () => {
    const planned = await site.inSession((session) => planPolicies(session, [site.policy]));
    const { outcomes } = await site.apply(planned.plan);
    return site.inSession((session) => tellSites(session, { ...planned, outcomes }));
  };
  return { site, hook, runAndTell };
}
