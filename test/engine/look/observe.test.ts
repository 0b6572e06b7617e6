import { expect, test } from "vitest";
import { observe } from "../../../src/engine/look/observe.ts";
import { engineSite, files, problemNamed } from "../../support/engine-site.ts";

const scripts = { ...files, name: "scripts" };

test.each([
  [[], undefined],
  [["CM01.test"], undefined],
  [["cm02.contoso.com", "cm01.test"], undefined],
  [["cm02.contoso.com"], "this machine is cm01.test; the policy is applied by cm02.contoso.com"],
  [["cm01"], "this machine is cm01.test; the policy is applied by cm01"],
  [["a", "b"], "this machine is cm01.test; the policy is applied by a or b"],
])(
  "a policy whose servers are %j is applied here, or is said to be applied elsewhere",
  async (servers, why) => {
    const site = engineSite({});
    const policy = { ...site.policy, site: { ...site.policy.site, servers } };
    expect((await site.inSession((session) => observe(session, policy))).elsewhere).toBe(why);
  },
);

test("a machine that is none of the site's servers plans, and applies nothing", async () => {
  const site = engineSite({});
  const { policy } = engineSite({ policy: { site: { ...site.policy.site, servers: ["cm02.contoso.com"] } } });
  const passive = engineSite({ policy: { site: policy.site } });
  const plan = await passive.plan();
  expect(plan.sites[0]).toMatchObject({ elsewhere: expect.any(String), actions: [{ do: "capture" }] });
  expect(await passive.run(plan)).toEqual([]);
  expect(await passive.snapshots()).toEqual([]);
});

test("a source that does not answer is data, and the others are looked at all the same", async () => {
  const site = engineSite({ sources: [files, scripts], does: { files: { isSilent: "file-missing" } } });
  const { sources } = await site.inSession((session) => observe(session, site.policy));
  expect(sources).toEqual({
    files: { answers: false, problem: problemNamed("file-missing") },
    scripts: { answers: true, facts: {}, risks: [] },
  });
});

test("a repository that is not there yet is an empty one, and one that can't be used is a problem", async () => {
  const site = engineSite({});
  const look = () => site.inSession((session) => observe(session, site.policy));
  const empty = await look();
  expect(empty).toMatchObject({ snapshots: [], runs: [] });
  expect(empty).not.toHaveProperty("repositoryProblem");
  const away = engineSite({
    world: {
      openBackend: () => {
        throw new Error("no share");
      },
    },
  });
  expect(await away.inSession((session) => observe(session, away.policy))).toMatchObject({
    snapshots: [],
    runs: [],
    repositoryProblem: { code: "internal-fault" },
  });
});

test("runs are told newest first, and only those of the site", async () => {
  const site = engineSite({});
  await site.run();
  site.pass(24 * 3_600_000);
  await site.run();
  const { runs } = await site.inSession((session) => observe(session, site.policy));
  expect(runs.map((it) => it.sequence)).toEqual([2, 1]);
  const other = { ...site.policy, site: { ...site.policy.site, code: "PS2" } };
  expect((await site.inSession((session) => observe(session, other))).runs).toEqual([]);
  expect((await site.inSession((session) => observe(session, other))).snapshots).toEqual([]);
});

test("what was learnt by a look is told again without asking, with its instant", async () => {
  const site = engineSite({ does: { files: { facts: { build: "5.00" } } } });
  const live = await site.inSession((session) => observe(session, site.policy));
  site.pass(60_000);
  site.does["files"] = { isSilent: "file-missing" };
  const recorded = await site.inSession((session) => observe(session, site.policy, "recorded"));
  expect(recorded.at).toBe(live.at);
  expect(recorded.sources).toEqual(live.sources);
});

test("where nothing was recorded, that is a problem; the repository alone can be looked at", async () => {
  const site = engineSite({});
  await expect(site.inSession((session) => observe(session, site.policy, "recorded"))).rejects.toMatchObject({
    problem: { code: "nothing-recorded" },
  });
  const seen = await site.inSession((session) => observe(session, site.policy, "repository"));
  expect(seen).toMatchObject({ sources: {}, window: { own: { problem: { code: "nothing-recorded" } } } });
});

test.each([null, 7, { at: "noon" }, { at: 1, sources: {}, window: {} }, { at: 1, sources: { files: 1 } }])(
  "a record of another shape, %j, counts as none",
  async (record) => {
    const site = engineSite({
      world: { recall: async (name) => (name.startsWith("answers") ? record : undefined) },
    });
    await expect(
      site.inSession((session) => observe(session, site.policy, "recorded")),
    ).rejects.toMatchObject({ problem: { code: "nothing-recorded" } });
  },
);
