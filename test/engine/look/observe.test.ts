import { expect, test } from "vitest";
import type { Json } from "../../../src/core/base/json.ts";
import { observe } from "../../../src/engine/look/observe.ts";
import { recordStart } from "../../../src/engine/session/record.ts";
import type { World } from "../../../src/engine/session/world.ts";
import type { SnapshotLook } from "../../../src/store/repository.ts";
import { engineSite, files, problemNamed } from "../../support/engine-site.ts";
import { replacing } from "../../support/replacing.ts";

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
  const { snapshots, runs, repositoryProblem } = await away.inSession((it) => observe(it, away.policy));
  expect({ snapshots, runs, repositoryProblem }).toEqual({
    snapshots: [],
    runs: [],
    repositoryProblem: {
      code: "internal-fault",
      severity: "error",
      message: "Something unforeseen happened: no share",
      where: "repository main",
      hint: expect.any(String) as string,
      about: { kind: "repository", name: "main" },
    },
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

test("of many runs the fifty newest are told", async () => {
  const site = engineSite({});
  const plan = await site.plan();
  const { runs } = await site.inSession(async (session) => {
    const opened = await session.repository(site.policy.repository, { create: true });
    if (!opened.exists) throw new Error("It was made.");
    for (let count = 1; count <= 52; count += 1)
      await recordStart(site.world, opened.repository, { plan, trigger: "watch" });
    return observe(session, site.policy);
  });
  expect(runs.map((it) => it.sequence)).toEqual(Array.from({ length: 50 }, (_, at) => 52 - at));
});

test.each([
  ["live", "listed", true],
  ["verified", "objects", true],
  ["recorded", "listed", false],
  ["repository", "listed", false],
] as const)(
  "a look that is %s looks snapshots up as %s; it asks the sources: %s",
  async (look, as, isAsked) => {
    const looks: (SnapshotLook | undefined)[] = [];
    const site = engineSite({
      wrap: (repository) =>
        replacing(repository, {
          snapshots: (as?: SnapshotLook) => (looks.push(as), repository.snapshots(as)),
        }),
    });
    await site.run();
    site.does["files"] = { facts: { build: "6.00" } };
    looks.splice(0);
    const { sources } = await site.inSession((session) => observe(session, site.policy, look));
    expect(looks).toEqual([as]);
    expect(sources["files"]).toEqual({ answers: true, facts: isAsked ? { build: "6.00" } : {}, risks: [] });
  },
);

test("a look that Ctrl-C cuts off is not recorded over the last whole one", async () => {
  const stop = new AbortController();
  const driver = { answers: true, facts: { build: "5.00" }, risks: [] };
  const records: Record<string, Json> = {};
  const world = (observed: () => Promise<unknown>): Partial<World> => ({
    driverOf: () => ({ observe: observed }) as never,
    remember: async (name, value) => void (records[name] = value),
    recall: async (name) => records[name],
  });
  const whole = engineSite({ world: world(async () => driver) });
  await whole.inSession((session) => observe(session, whole.policy));
  const cut = engineSite({ signal: stop.signal, world: world(() => new Promise(() => stop.abort())) });
  const { sources } = await cut.inSession((session) => observe(session, cut.policy));
  expect(sources["files"]).toMatchObject({ answers: false, problem: { code: "cancelled" } });
  const recorded = await whole.inSession((session) => observe(session, whole.policy, "recorded"));
  expect(recorded.sources).toEqual({ files: driver });
});

test("a source whose look is at fault is a problem of that source", async () => {
  const site = engineSite({
    world: {
      driverOf: () => {
        throw new Error("a bug");
      },
    },
  });
  const { sources } = await site.inSession((session) => observe(session, site.policy));
  expect(sources).toMatchObject({
    files: { answers: false, problem: { code: "internal-fault", where: "PS1/files" } },
  });
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
  const problem = {
    code: "nothing-recorded",
    severity: "error",
    message: "No look at PS1 is recorded on this machine.",
    where: "PS1",
    hint: "Run `sitekeep plan` once without --recorded.",
  };
  const recorded = () => site.inSession((session) => observe(session, site.policy, "recorded"));
  await expect(recorded()).rejects.toMatchObject({ problem });
  const seen = await site.inSession((session) => observe(session, site.policy, "repository"));
  expect(seen).toMatchObject({ sources: {}, window: { own: { problem }, partners: {} } });
  const other = { ...site.policy, name: "other" };
  await site.inSession((session) => observe(session, other));
  await expect(recorded()).rejects.toMatchObject({ problem });
});

const window = { own: {}, partners: {} };

test.each<Json>([
  null,
  7,
  { at: "noon", sources: {}, window },
  { at: 1, sources: [], window },
  { at: 1, sources: {}, window: {} },
  { at: 1, sources: {}, window: { own: {} } },
  { at: 1, sources: {}, window: { partners: {} } },
  { at: 1, sources: {} },
  { at: 1, sources: { files: 1 }, window },
  { at: 1, sources: { files: {} }, window },
  { at: 1, sources: { scripts: { answers: true }, files: { answers: "yes" } }, window },
])("a record of another shape, %j, counts as none", async (record) => {
  const site = engineSite({
    world: { recall: async (name) => (name.startsWith("answers") ? record : undefined) },
  });
  await expect(site.inSession((session) => observe(session, site.policy, "recorded"))).rejects.toMatchObject({
    problem: { code: "nothing-recorded" },
  });
});
