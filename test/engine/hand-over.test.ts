import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { given } from "../../src/core/base/given.ts";
import { hour } from "../../src/core/base/instant.ts";
import { ProblemError } from "../../src/core/base/problem.ts";
import type { Machine } from "../../src/core/model/policy/machine.ts";
import type { Source } from "../../src/core/model/policy/source.ts";
import { keptScriptName } from "../../src/drivers/parts/task/hand-over.ts";
import {
  type HandOverOrder,
  judgeHandOverNow,
  lookAtHandOver,
  planHandOver,
  planHandOverRemoval,
} from "../../src/engine/hand-over.ts";
import { planPolicies } from "../../src/engine/pipeline.ts";
import type { Session } from "../../src/engine/session/session.ts";
import type { CopyableRepository } from "../../src/store/copyable-repository.ts";
import { policyOf } from "../support/build-site.ts";
import { type EngineSetting, engineSite, files, problemNamed } from "../support/engine-site.ts";
import { replacing } from "../support/replacing.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { bareMachine } from "../support/test-world.ts";

const set: Source = { kind: "task-backup", name: "task", site: "E:\\CMBackup" };
const box = ["inboxes", "smsbkup.box"];
const mirrors = "robocopy E:\\a F:\\b /MIR\r\n";

const order: HandOverOrder = {
  program: ["C:\\Program Files\\nodejs\\node.exe", "C:\\Program Files\\sitekeep\\sitekeep.js"],
  options: [{ flag: "--policies", path: "D:\\my policies" }],
};

/** A site whose install folder is a folder of the test. */
function newSite({
  sources = [set] as readonly Source[],
  machine = {} as Partial<Machine>,
  wrap = undefined as EngineSetting["wrap"],
} = {}) {
  const root = temporaryFolder();
  const folder = join(root, ...box);
  mkdirSync(folder, { recursive: true });
  const { site } = policyOf();
  const paths = { "D:\\SMS": root, ...machine.paths };
  const made = engineSite({
    ...given({ wrap }),
    sources,
    policy: { site: { ...site, servers: [], installFolder: "D:\\SMS" } },
    world: { machine: { ...bareMachine, ...machine, paths } },
  });
  const { policy, inSession } = made;
  return {
    ...made,
    path: (name: string) => join(folder, name),
    plan: (changes: Partial<HandOverOrder> = {}) =>
      inSession((session) => planHandOver(session, policy, { ...order, ...changes })),
    removal: () => inSession((session) => planHandOverRemoval(session, policy)),
    look: () => inSession((session) => lookAtHandOver(session, policy)),
  };
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (thrown: { problem: { code: string; message: string } }) =>
      `${thrown.problem.code}: ${thrown.problem.message}`,
  );

test("the script calls sitekeep by absolute paths, for the source, on the same policies", async () => {
  const { plan } = newSite();
  const planned = await plan();
  expect(planned).toMatchObject({ does: "install", source: "task", risks: [] });
  expect(planned.keeps).toBeUndefined();
  expect(planned.text.split("\r\n")).toContain(
    '"C:\\Program Files\\nodejs\\node.exe" "C:\\Program Files\\sitekeep\\sitekeep.js" capture PS1 task --yes --after-task --policies "D:\\my policies" >>"D:\\SMS\\inboxes\\smsbkup.box\\sitekeep-hand-over.log" 2>&1 <nul',
  );
});

test("installed twice it is the same, and another call is an update", async () => {
  const { plan, path } = newSite();
  const first = await plan();
  await first.apply();
  expect(readFileSync(path("AfterBackup.bat"), "latin1")).toBe(first.text);
  const again = await plan();
  expect(again).toMatchObject({ does: "nothing", text: first.text });
  await again.apply();
  expect(await plan({ options: [] })).toMatchObject({ does: "update" });
});

test("a script that is there is kept, called, looked at for /MIR, and given back", async () => {
  const { plan, path, removal, look } = newSite();
  writeFileSync(path("AfterBackup.bat"), mirrors);
  const planned = await plan();
  expect(planned.keeps).toBe(`D:\\SMS\\inboxes\\smsbkup.box\\${keptScriptName}`);
  expect(planned.risks.map((it) => it.code)).toEqual(["after-backup-mirrors"]);
  expect(planned.text).toContain(`call "${planned.keeps}"`);
  await planned.apply();
  expect(await look()).toMatchObject({ handOver: { script: "ours", kept: { mirrors: true } } });
  expect((await plan()).does).toBe("nothing");
  const back = await removal();
  expect(back.does).toBe("give-back");
  await back.apply();
  expect(readFileSync(path("AfterBackup.bat"), "latin1")).toBe(mirrors);
  expect(await removal()).toMatchObject({ does: "nothing" });
});

test("a removal without a script of before leaves none, and one cut off is finished", async () => {
  const { plan, path, removal } = newSite();
  expect(await removal()).toMatchObject({ does: "nothing" });
  await (await plan()).apply();
  const alone = await removal();
  expect(alone.does).toBe("remove");
  await alone.apply();
  writeFileSync(path(keptScriptName), mirrors);
  const half = await removal();
  expect(half.does).toBe("give-back");
  await half.apply();
  expect(readFileSync(path("AfterBackup.bat"), "latin1")).toBe(mirrors);
});

test("what was edited is neither overwritten nor removed", async () => {
  const { plan, path, removal } = newSite();
  await (await plan()).apply();
  writeFileSync(path("AfterBackup.bat"), `${readFileSync(path("AfterBackup.bat"), "latin1")}net stop x\r\n`);
  const edited =
    "hand-over-blocked: D:\\SMS\\inboxes\\smsbkup.box\\AfterBackup.bat was edited after sitekeep";
  expect(await refusal(plan())).toContain(`${edited} wrote it, and is not overwritten.`);
  expect(await refusal(removal())).toContain(`${edited} wrote it, and is not removed.`);
});

test("two scripts of somebody's are one too many; the same one twice is an installation that was cut off", async () => {
  const { plan, path } = newSite();
  writeFileSync(path("AfterBackup.bat"), mirrors);
  writeFileSync(path(keptScriptName), "another");
  expect(await refusal(plan())).toMatch(/^hand-over-blocked: .* holds another script already/);
  writeFileSync(path(keptScriptName), mirrors);
  await (await plan()).apply();
  expect(readFileSync(path(keptScriptName), "latin1")).toBe(mirrors);
});

test("the source is the policy's only one of its kind, or the one that is named", async () => {
  const code = "hand-over-without-source: The policy ps1";
  expect(await refusal(newSite({ sources: [files] }).plan())).toBe(
    `${code} has no source of kind task-backup: there is nothing to hand over.`,
  );
  const other = { ...set, name: "other" } as Source;
  const two = newSite({ sources: [set, other] });
  expect(await refusal(two.plan())).toBe(`${code} has several sources of kind task-backup: task, other.`);
  expect((await two.plan({ source: "other" })).text).toContain(" capture PS1 other --yes ");
  expect(await refusal(two.plan({ source: "files" }))).toContain("by the name files.");
});

test.each([
  ["D:\\Sicherung für PS1", "letters outside of ASCII"],
  ["/home/admin/policies", "is no path of the site server"],
])("policies in %s are refused: %s", async (path, why) => {
  const { plan } = newSite();
  const options = [{ flag: "--policies", path }];
  expect(await refusal(plan({ options }))).toMatch(new RegExp(`^hand-over-path: .*${why}`));
});

test("a file of this machine is named as the site server knows it", async () => {
  const { plan } = newSite({ machine: { paths: { "E:\\conf": "/mnt/cm01/e/conf" } } });
  const options = [{ flag: "--policies", path: "/mnt/cm01/e/conf/policies" }];
  expect((await plan({ options })).text).toContain(" --policies E:\\conf\\policies ");
});

test("another machine than the site's servers installs nothing", async () => {
  const away = newSite();
  const policy = { ...away.policy, site: { ...away.policy.site, servers: ["cm09.test"] } };
  const plan = away.inSession((session) => planHandOver(session, policy, order));
  expect(await refusal(plan)).toMatch(/^policy-applied-elsewhere: .* this machine is cm01\.test/);
});

test("a program in a user's profile would let that user become the system", async () => {
  const { plan } = newSite();
  const program = [order.program[0]!, "C:\\Users\\adm\\AppData\\Roaming\\npm\\sitekeep.js"];
  expect((await plan({ program })).risks.map((it) => it.code)).toEqual(["hand-over-exposed"]);
});

/** What a look at the site tells of its hand-over. */
const seenBy = async ({ policy, inSession }: ReturnType<typeof newSite>) =>
  inSession(async (session: Session) => (await planPolicies(session, [policy])).observations[0]!.handOver);

test("plans and status see a hand-over that has failed", async () => {
  const site = newSite();
  await (await site.plan()).apply();
  writeFileSync(site.path("sitekeep-hand-over.txt"), "state=ended\r\nsitekeep=3\r\nkept=none\r\n");
  site.clock.now = Date.now();
  const { plan } = await site.inSession((session) => planPolicies(session, [site.policy]));
  expect(plan.sites[0]!.risks.map((it) => it.code)).toContain("hand-over-failed");
});

test("a later capture makes good for a hand-over that has failed, and a closed repository tells nothing", async () => {
  let isClosed = false;
  const closing = (repository: CopyableRepository) =>
    replacing(repository, {
      snapshots: async () =>
        isClosed
          ? Promise.reject(new ProblemError(problemNamed("repository-unreadable")))
          : repository.snapshots(),
    });
  const site = newSite({ wrap: closing });
  await (await site.plan()).apply();
  writeFileSync(site.path("sitekeep-hand-over.txt"), "state=ended\r\nsitekeep=3\r\nkept=none\r\n");
  site.clock.now = Date.now() + hour;
  const judged = () =>
    site.inSession(async (session) => {
      const { handOver } = await lookAtHandOver(session, site.policy);
      return (await judgeHandOverNow(session, site.policy, handOver)).map(({ code, severity }) => [
        code,
        severity,
      ]);
    });
  expect(await judged()).toEqual([["hand-over-failed", "risk"]]);
  await site.run();
  expect(await judged()).toEqual([]);
  isClosed = true;
  expect(await judged()).toEqual([
    ["hand-over-failed", "risk"],
    ["repository-unreadable", "risk"],
  ]);
});

test("nobody looks where the policy has nothing to do with it, or on a machine that is not the site's", async () => {
  expect(await seenBy(newSite())).toEqual({ script: "none" });
  const others = newSite({ sources: [files] });
  expect(await seenBy(others)).toBeUndefined();
  writeFileSync(others.path("AfterBackup.bat"), (await newSite().plan()).text, "latin1");
  expect(await seenBy(others)).toMatchObject({ script: "ours", source: "task" });
  const away = newSite();
  const policy = { ...away.policy, site: { ...away.policy.site, servers: ["cm09.test"] } };
  expect(await seenBy({ ...away, policy })).toBeUndefined();
});

test("a folder that can't be read is told, where the policy rests on it", async () => {
  const site = newSite();
  mkdirSync(site.path("AfterBackup.bat"));
  expect(await seenBy(site)).toMatchObject({ problem: { code: "file-unreadable" } });
  const others = newSite({ sources: [files] });
  mkdirSync(others.path("AfterBackup.bat"));
  expect(await seenBy(others)).toBeUndefined();
});
