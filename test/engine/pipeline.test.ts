import { expect, test } from "vitest";
import { day } from "../../src/core/base/instant.ts";
import { foreseeUnheld } from "../../src/engine/foresee.ts";
import { noPolicy, planPolicies, readSelection } from "../../src/engine/pipeline.ts";
import { findPoint } from "../../src/engine/repository/find-point.ts";
import { holdPoint } from "../../src/engine/repository/hold-point.ts";
import { engineSite } from "../support/engine-site.ts";

const text = (code: string, name = code.toLowerCase()) => `
apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ${name} }
site: { code: ${code}, type: primary, database: { server: sql01, name: CM_${code}, auth: windows } }
repository: main
schedule: { cron: '30 1 * * *', timeZone: UTC }
`;
const repository = `
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: '\\\\backup01\\sitekeep$' }
keys: [{ file: 'D:\\keys\\main.key' }]
`;
const files = [
  { path: "one.yaml", text: text("PS1") },
  { path: "two.yaml", text: text("PS2") },
  { path: "main.yaml", text: repository },
];

test("every policy of a folder is chosen, or the site's that is named, whatever its letters", async () => {
  expect(await codesOf(files)).toEqual(["PS1", "PS2"]);
  expect(await codesOf(files, "ps2")).toEqual(["PS2"]);
});

test("one wrong document is left out and told, and the sound ones are chosen", async () => {
  const wrong = { path: "three.yaml", text: text("PS3").replace("type: primary", "type: secondary") };
  const read = await selection([...files, wrong]);
  expect(read).toMatchObject({
    ok: true,
    policies: [{ site: { code: "PS1" } }, { site: { code: "PS2" } }],
    leftOut: [{ severity: "error", where: expect.stringContaining("three.yaml") }],
  });
  // That there is none for PS3 would be false: it is the one that is wrong.
  const asked = await selection([...files, wrong], "PS3");
  expect(asked).toMatchObject({ ok: false, problems: [{ severity: "error" }] });
});

test("that no policy is for a site says for which there are some", async () => {
  const read = await selection(files, "PS9");
  expect(read).toMatchObject({ ok: false });
  if (!read.ok)
    expect(read.problems.at(-1)).toMatchObject({
      code: "no-policy",
      message: "No policy in policies is for the site PS9.",
      hint: "There are policies for: PS1, PS2.",
    });
  expect(noPolicy({ folder: "policies" }, [])).toMatchObject({
    message: "policies holds no policy.",
    hint: "Write a first one with `sitekeep init`.",
  });
});

test("a plan for another time than now is hypothetical, and is made for that time", async () => {
  const site = engineSite({});
  await site.run();
  const later = site.clock.now + 2 * day;
  const { now, hypothetical } = await site.inSession(async (session) => ({
    now: await planPolicies(session, [site.policy]),
    hypothetical: await planPolicies(session, [site.policy], { at: later }),
  }));
  expect(now.plan).not.toHaveProperty("hypothetical");
  expect(now.plan.sites[0]!.actions).toEqual([]);
  expect(hypothetical.plan).toMatchObject({ hypothetical: true, madeAt: later });
  expect(hypothetical.plan.sites[0]!.actions).toMatchObject([{ do: "capture" }]);
});

test("how long a held point would stay without its hold is foreseen, where a policy keeps it", async () => {
  const site = engineSite({
    policy: { retention: { last: 1 }, brakes: { minPoints: 1, maxForgetPerMille: 1000 } },
  });
  await site.run();
  const [first] = await site.snapshots();
  const address = site.policy.repository;
  await site.inSession(async (session) => {
    const opened = await session.repository(address);
    if (!opened.exists) throw new Error("It was made.");
    const point = findPoint(await site.snapshots(), first!.id);
    await holdPoint(session, opened.repository, { point, note: "audit" });
    const outlook = await foreseeUnheld(session, [site.policy], { address, point });
    expect(outlook).toBeDefined();
    expect(await foreseeUnheld(session, [], { address, point })).toBeUndefined();
    const renamed = { ...site.policy, name: "other" };
    expect(await foreseeUnheld(session, [renamed], { address, point })).toBeUndefined();
    const elsewhere = { ...address, name: "elsewhere" };
    expect(await foreseeUnheld(session, [site.policy], { address: elsewhere, point })).toBeUndefined();
  });
});

function selection(given: typeof files, name?: string) {
  const site = engineSite({ world: { readPolicyFiles: async () => given } });
  const chosen = name === undefined ? {} : { site: name };
  return site.inSession((session) => readSelection(session, { folder: "policies", ...chosen }));
}

async function codesOf(given: typeof files, name?: string): Promise<readonly string[]> {
  const read = await selection(given, name);
  return read.ok ? read.policies.map((it) => it.site.code) : read.problems.map((it) => it.message);
}
