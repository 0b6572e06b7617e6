import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startWebhook } from "../support/webhook-listener.ts";

const begun = (code: string) =>
  expect.stringMatching(new RegExp(`: 1 problem\\.\\n! .*\\[${code}\\]\\n  → `));
const over = expect.stringMatching(/: 1 problem over\.\n✓ over, told .*Z: /);

test.each([
  ["a password that can't be had", "secret-unreadable", 1, "apply"],
  ["a repository that is away", "repository-vanished", 1, "apply"],
  ["a repository that is away, by hand", "repository-vanished", 1, "capture"],
  ["a policy that is broken", "unknown-key", 1, "apply"],
  ["a policy folder that is away", "policy-folder-missing", 1, "apply"],
  ["a source that is away, with nothing due", "file-missing", 0, "apply"],
] as const)("%s is told once, and once when it is over", async (_, code, exit, command) => {
  const site = await newSite({ keys: code === "secret-unreadable" ? passwordKey : noKey });
  await site.settle();
  const mend = breakages[code](site);
  expect((await site.run(command)).code).toBe(exit);
  expect(site.hook.takeTexts()).toEqual([begun(code)]);
  expect((await site.run(command)).code).toBe(exit);
  expect(site.hook.takeTexts()).toEqual([]);
  mend();
  expect((await site.run(command)).code).toBe(0);
  expect(site.hook.takeTexts()).toEqual([over]);
});

test("a state folder that is lost tells again, and nothing else is lost with it", async () => {
  const site = await newSite();
  await site.settle();
  breakages["file-missing"](site);
  await site.run("apply");
  site.hook.takeTexts();
  rmSync(site.place("cache"), { recursive: true });
  expect((await site.run("apply")).code).toBe(0);
  expect(site.hook.takeTexts()).toEqual([begun("file-missing")]);
});

test("an alarm that can't be delivered is red, and told as soon as it can be", async () => {
  const site = await newSite();
  await site.settle();
  breakages["file-missing"](site);
  site.hook.answer(404);
  const undelivered = await site.run("apply");
  expect(undelivered.code).toBe(3);
  expect(undelivered.err).toContain("could not be delivered to env:HOOK");
  expect(undelivered.err).toContain("it answered 404 Not Found");
  expect(undelivered.out + undelivered.err).not.toContain(site.hook.url);
  expect(site.hook.takeTexts()).toHaveLength(1);
  const status = await site.run("status", "--check");
  expect(status).toMatchObject({ code: 4, out: expect.stringMatching(/^ONE +broken /m) });
  expect(status.out).toContain("could not be delivered to env:HOOK");
  site.hook.answer(200);
  expect((await site.run("apply")).code).toBe(0);
  expect(site.hook.takeTexts()).toEqual([
    expect.stringMatching(
      /\[file-missing\][^]*Messages since .*Z did not arrive: it answered 404 Not Found\./,
    ),
  ]);
  expect((await site.run("status", "--check")).code).toBe(0);
});

test("a webhook without its secret is an alarm that can't be delivered", async () => {
  const site = await newSite();
  await site.settle();
  breakages["file-missing"](site);
  const run = await site.run("apply", { HOOK: "" });
  expect(run.code).toBe(3);
  expect(run.err).toContain("A secret can't be read from the environment variable HOOK");
});

test("a test message says what each webhook answered, and ends with 3 where one did not get it", async () => {
  const site = await newSite();
  const good = await site.run("notify");
  expect(good).toMatchObject({ code: 0, out: "delivered      env:HOOK (ONE): it answered 200 OK\n" });
  expect(site.hook.takeTexts()).toEqual([expect.stringMatching(/^sitekeep ONE on .*: a test message\. /)]);
  site.hook.answer(403);
  const bad = await site.run("notify", "--json");
  expect(bad.code).toBe(3);
  expect(JSON.parse(bad.out)).toEqual({
    apiVersion: "sitekeep/notified/v1",
    webhooks: [{ webhook: "env:HOOK", sites: ["ONE"], delivered: false, why: "it answered 403 Forbidden." }],
  });
});

test("where no webhook is named the test says that nobody is told", async () => {
  const site = await newSite({ notify: "" });
  expect(await site.run("notify")).toMatchObject({ code: 3, out: expect.stringContaining("nobody is told") });
});

test("a run that ends well is told to who asked for it, and no other is", async () => {
  const site = await newSite({ on: "[failed, succeeded, windowAtRisk]" });
  expect((await site.run("apply")).code).toBe(0);
  expect(site.hook.takeTexts()).toEqual([expect.stringMatching(/^sitekeep ONE on .*: done\.\n/)]);
  expect((await site.run("apply")).code).toBe(0);
  expect(site.hook.takeTexts()).toEqual([]);
});

type Site = Awaited<ReturnType<typeof newSite>>;

/** What befalls a site, each with its cure. */
const breakages = {
  "secret-unreadable": ({ place }: Site) => moved(place("password")),
  "repository-vanished": ({ place }: Site) => moved(place("main")),
  "policy-folder-missing": ({ place }: Site) => moved(place("policies")),
  "file-missing": ({ place }: Site) => moved(place("scripts")),
  "unknown-key": ({ write }: Site) => {
    write("surprise: 1\n");
    return () => write("");
  },
} as const;

function moved(path: string): () => void {
  renameSync(path, `${path}.away`);
  return () => renameSync(`${path}.away`, path);
}

/** A site of one folder with a webhook, on which nothing is due for months once it was captured. */
async function newSite({ on = "[failed]", keys = noKey, notify = notifyLine(on) } = {}) {
  const root = temporaryFolder();
  const place = (name: string) => join(root, name);
  for (const folder of ["policies", "scripts"]) mkdirSync(place(folder));
  writeFileSync(join(place("scripts"), "deploy.ps1"), "Get-CMSite\n");
  writeFileSync(place("password"), "several words\n");
  const hook = await startWebhook();
  const write = (more: string) =>
    writeFileSync(join(place("policies"), "one.yaml"), policyText(root, { notify, keys, more }));
  write("");
  const variables = { XDG_CACHE_HOME: place("cache"), LOCALAPPDATA: place("cache"), HOOK: hook.url };
  const run = (command: string, ...rest: readonly (string | Readonly<Record<string, string>>)[]) => {
    const words = rest.filter((it) => typeof it === "string");
    const other = Object.assign({}, ...rest.filter((it) => typeof it !== "string")) as Record<string, string>;
    const args = commandWords[command] ?? [];
    return runHere([command, ...args, ...words, "--policies", place("policies")], { ...variables, ...other });
  };
  const settle = async () => {
    await run("apply");
    hook.takeTexts();
  };
  return { place, write, run, hook, settle };
}

const commandWords: Readonly<Record<string, readonly string[]>> = {
  capture: ["ONE", "--yes"],
  apply: ["--yes"],
  notify: ["test"],
};

function notifyLine(on: string): string {
  return `notify: [{ webhook: { env: HOOK }, on: ${on} }]`;
}

/** A password costs a second each time that it is tried: only who loses it has one. */
const passwordKey = "keys: [{ password: { file: ROOT/password } }]";
const noKey = "encrypt: false";

function policyText(
  root: string,
  { notify, keys, more }: { notify: string; keys: string; more: string },
): string {
  return `${more}apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: one }
site: { code: ONE, database: { server: "127.0.0.1:1", name: CM_ONE } }
repository: main
schedule: { cron: "30 1 1 1 *", timeZone: UTC }
defaultSources: false
${notify}
sources: { scripts: { kind: folder, root: ${join(root, "scripts")} } }
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${join(root, "main")} }
${keys.replace("ROOT", root)}
`;
}
