import { expect, test } from "vitest";
import { day, hour } from "../../../src/core/base/instant.ts";
import { ProblemError } from "../../../src/core/base/problem.ts";
import type { Plan } from "../../../src/core/model/plan.ts";
import { stepId } from "../../../src/core/model/stage.ts";
import { collectEvents, database, engineSite, files, registry } from "../../support/engine-site.ts";
import { replacing } from "../../support/replacing.ts";

const scripts = { ...files, name: "scripts" };
const twoKept = { retention: { last: 2 }, brakes: { minPoints: 1, maxForgetPerMille: 1000 } };

test("a site is captured, and then there is nothing to do", async () => {
  const site = engineSite({});
  expect(await site.run()).toEqual(["capture PS1/files: done"]);
  expect(await site.run()).toEqual([]);
});

test("a capture that fails fails alone, and the next run makes it", async () => {
  const site = engineSite({ sources: [files, scripts], does: { files: { fails: "file-missing" } } });
  expect(await site.run()).toEqual(["capture PS1/files: failed file-missing", "capture PS1/scripts: done"]);
  delete site.does["files"];
  expect(await site.run()).toEqual(["capture PS1/files: done"]);
});

test("what went well lets the oldest point go", async () => {
  const site = await twoPointsOld(engineSite({ policy: twoKept }));
  expect(await site.run()).toEqual([
    "capture PS1/files: done",
    "forget the point of 2026-11-22 01:30Z of PS1: done",
  ]);
  expect((await site.snapshots()).map((it) => it.point)).not.toContain(Date.UTC(2026, 10, 22, 1, 30));
});

test("a failed capture holds the forgets back", async () => {
  const site = await twoPointsOld(engineSite({ sources: [files, scripts], policy: twoKept }));
  const plan = await site.plan();
  site.does["scripts"] = { fails: "file-missing" };
  expect((await site.run(plan)).at(-1)).toBe(
    "forget the point of 2026-11-22 01:30Z of PS1: held-back forget-held-back",
  );
  expect((await site.snapshots()).map((it) => it.point)).toContain(Date.UTC(2026, 10, 22, 1, 30));
});

test("a skipped source holds the forgets back", async () => {
  const site = await twoPointsOld(engineSite({ sources: [files, scripts], policy: twoKept }));
  const plan = await site.plan();
  const [forget] = plan.sites[0]!.actions.filter((it) => it.do === "forget");
  site.does["scripts"] = { isSilent: "file-missing" };
  const skipping = await site.plan();
  const actions = [...skipping.sites[0]!.actions.filter((it) => it.do !== "forget"), forget!];
  const lines = await site.run({ ...skipping, sites: [{ ...skipping.sites[0]!, actions }] });
  expect(lines).toContain("skip PS1/scripts: skipped file-missing");
  expect(lines.at(-1)).toBe("forget the point of 2026-11-22 01:30Z of PS1: held-back forget-held-back");
});

test("a point that the rules protect by now is not forgotten, whatever the plan says", async () => {
  const site = engineSite({});
  await site.run();
  const [only] = await site.snapshots();
  const plan = await site.plan();
  const because = { why: "beyond-retention", detail: "" } as const;
  const forget = { do: "forget", point: only!.point, snapshots: [only!.id], because, restsOn: [] } as const;
  const wrong: Plan = { ...plan, sites: [{ ...plan.sites[0]!, actions: [forget] }] };
  expect(await site.run(wrong)).toEqual([
    "forget the point of 2026-11-22 01:30Z of PS1: held-back forget-held-back",
  ]);
  expect(await site.snapshots()).toHaveLength(1);
});

test("forgetting that breaks down is a failed step, and the point stays", async () => {
  const site = await twoPointsOld(
    engineSite({
      policy: twoKept,
      wrap: (it) => replacing(it, { forget: async () => Promise.reject(new Error("the share went away")) }),
    }),
  );
  const { outcomes, result } = await site.apply();
  expect(outcomes.at(-1)).toMatchObject({
    title: "forget the point of 2026-11-22 01:30Z of PS1",
    result: "failed",
    problem: { code: "internal-fault", message: expect.stringContaining("the share went away") },
  });
  expect(outcomes.at(-1)).not.toHaveProperty("forgot");
  expect(result).toBe("some-failed");
});

test("the registry is captured behind its database, and nothing of the site is between them", async () => {
  const order: string[] = [];
  const noting = (name: string, ms = 0) => ({
    async capturing() {
      order.push(`${name} begins`);
      await new Promise((done) => setTimeout(done, ms));
      order.push(`${name} ends`);
    },
  });
  const site = engineSite({
    sources: [registry, database],
    policy: { throttle: { concurrency: 4 } },
    does: { database: noting("database", 30), registry: noting("registry") },
  });
  await site.run();
  expect(order).toEqual(["database begins", "database ends", "registry begins", "registry ends"]);
});

test("captures run side by side as the throttle allows, and not more of them", async () => {
  let running = 0;
  let most = 0;
  const counting = {
    async capturing() {
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, 10));
      running--;
    },
  };
  const names = ["one", "two", "three", "four", "five"];
  const site = engineSite({
    sources: names.map((name) => ({ ...files, name })),
    does: Object.fromEntries(names.map((name) => [name, counting])),
    policy: { throttle: { concurrency: 2 } },
  });
  await site.run();
  expect(most).toBe(2);
});

test("hooks are run around the captures, and are told what came of them", async () => {
  const told: string[] = [];
  const hook = (name: string) => ({ run: [name], timeoutMs: hour, onFailure: "warn" }) as const;
  const site = engineSite({
    policy: { hooks: { before: [hook("/bin/before")], after: [hook("/bin/after")] } },
    does: { files: { fails: "file-missing" } },
    world: {
      machine: { ...allowing(["/bin/before", "/bin/after"]) },
      async run({ line, environment }) {
        told.push(`${line[0]} ${environment!["SITEKEEP_WHEN"]} ${environment!["SITEKEEP_RESULT"]}`);
        return { exitCode: 0, stdout: "", stderr: "" };
      },
    },
  });
  expect(await site.run()).toEqual([
    "hook before /bin/before: done",
    "capture PS1/files: failed file-missing",
    "hook after /bin/after: done",
  ]);
  expect(told).toEqual(["/bin/before before pending", "/bin/after after some-failed"]);
});

test("a hook that fails is a failed step where the policy says so, else a remark", async () => {
  const hook = (onFailure: "fail" | "warn") => ({ run: ["/bin/tell"], timeoutMs: hour, onFailure }) as const;
  for (const onFailure of ["fail", "warn"] as const) {
    const site = engineSite({
      policy: { hooks: { before: [], after: [hook(onFailure)] } },
      world: {
        machine: allowing(["/bin/tell"]),
        run: async () => ({ exitCode: 3, stdout: "", stderr: "no\n" }),
      },
    });
    const { outcomes } = await site.apply();
    const [, told] = outcomes;
    expect(told).toMatchObject(
      onFailure === "fail"
        ? { result: "failed", problem: { code: "hook-failed", message: expect.stringContaining("3: no") } }
        : { result: "done", remarks: [{ code: "hook-failed" }] },
    );
  }
});

test("a stopped run ends every step, and commits nothing more", async () => {
  const stop = new AbortController();
  const stopping = { capturing: async () => stop.abort() };
  const site = engineSite({
    sources: [files, scripts],
    does: { files: stopping },
    policy: { throttle: { concurrency: 1 } },
    signal: stop.signal,
  });
  const plan = await engineSite({ sources: [files, scripts] }).plan();
  const { outcomes, result } = await site.apply(plan);
  expect(outcomes.map((it) => it.result)).toEqual(["cancelled", "cancelled"]);
  expect(result).toBe("cancelled");
});

test("a run is told step by step, from its order to what became of each", async () => {
  const { events, listener } = collectEvents();
  const site = engineSite({ does: { files: { fails: "file-missing" } } });
  await site.run(undefined, listener);
  expect(events.map((it) => ("step" in it ? `${it.what} ${stepId(it.step)}` : it.what))).toEqual([
    "run-began",
    "step-began PS1 0",
    "step-ended PS1 0",
  ]);
  expect(events[0]).toMatchObject({ sites: [{ site: "PS1", stages: [{ name: "captures" }] }] });
  expect(events[2]).toMatchObject({ outcome: { result: "failed", problem: { code: "file-missing" } } });
});

test("what passes is tried again after a wait, which is told", async () => {
  const { events, listener } = collectEvents();
  let tries = 0;
  const site = engineSite({
    does: {
      files: {
        async capturing() {
          if (++tries < 3) throw new ProblemError(locked);
        },
      },
    },
  });
  expect(await site.run(undefined, listener)).toEqual(["capture PS1/files: done"]);
  expect(events.flatMap((it) => (it.what === "step-noted" ? it.text : []))).toEqual([
    "It is open. Trying again in 2 s.",
    "It is open. Trying again in 10 s.",
  ]);
});

test("a listener that throws is left alone, and the run goes on", async () => {
  const site = engineSite({});
  const { events, listener } = collectEvents();
  const broken = () => {
    throw new Error("no screen");
  };
  const { outcomes, notices } = await site.apply(undefined, broken, listener);
  expect(outcomes.map((it) => it.result)).toEqual(["done"]);
  expect(notices).toEqual(["The run could not be shown to its end: Error: no screen"]);
  expect(events.at(-1)).toMatchObject({ what: "step-ended" });
});

const locked = {
  code: "file-locked",
  severity: "error",
  message: "It is open.",
  where: "PS1/files",
  hint: "Close it.",
} as const;

function allowing(allow: readonly string[]) {
  return { identity: "cm01.test", allow, tools: {}, paths: {}, servers: {} };
}

/** Two points lie in the repository, and a third is due. */
async function twoPointsOld(site: ReturnType<typeof engineSite>) {
  for (let point = 0; point < 2; point++) {
    await site.run();
    site.pass(day);
  }
  return site;
}
