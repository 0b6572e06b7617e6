import { expect, onTestFinished, test } from "vitest";
import { known } from "../../../src/core/base/fact.ts";
import type { Json } from "../../../src/core/base/json.ts";
import { questionsFor } from "../../../src/core/lint/asked.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { SqlError } from "../../../src/drivers/access/sql/sql-runner.ts";
import type { SqlRow, SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import { observe } from "../../../src/engine/look/observe.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import type { World } from "../../../src/engine/session/world.ts";
import { noon, policyOf } from "../../support/build-site.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { testWorld } from "../../support/test-world.ts";

const password = "correct-horse-battery";
const policy = withLogin();
const questions = questionsFor(policy);

test("a server that can't be reached leaves every fact unknown, for one cause that the plan tells once", async () => {
  const observed = await look(async () => {
    throw new SqlError("connection", [{ number: 0, severity: 20, text: "Connection refused." }]);
  });
  expect(Object.keys(observed.site!).sort()).toEqual(questions.map((it) => it.name).sort());
  const whys = Object.values(observed.site!).map((it) => it.is === "unknown" && it.why.message);
  expect([...new Set(whys)]).toEqual([expect.stringContaining("Connection refused.")]);
  const { risks } = makePlan([policy], [observed], noon).sites[0]!;
  expect(risks.filter((it) => it.code === "hazard-not-judged")).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/^PS1 was not judged for .*page-verify-off.*: .* Connection refused\./),
    }),
  ]);
});

test("a server that refuses one question answers the others, and its words show no secret", async () => {
  const observed = await look(async (query) => {
    if (query.includes("page_verify")) throw refused(`Login ${password} is not known.`);
    return query.includes("recovery_model_desc AS value") ? [{ value: "FULL" }] : [];
  });
  expect(observed.site!["recovery-model"]).toEqual(known("FULL"));
  expect(observed.site!["page-verify"]).toMatchObject({ is: "unknown", why: { code: "sql-failed" } });
  expect(JSON.stringify(observed.site)).not.toContain(password);
});

test("what was seen is there again when it is recalled", async () => {
  const memory = new Map<string, Json>();
  const live = await look(async () => [], { memory });
  const recalled = await look(fault, { memory, as: "recorded" });
  expect(recalled.site).toEqual(live.site);
});

test("what a former version recorded of the site is no answer, and the sources stay as they were seen", async () => {
  const memory = new Map<string, Json>();
  await look(async () => [], { memory });
  for (const [name, record] of memory)
    memory.set(name, {
      ...(record as object),
      site: { version: "5.00.9128.1000", server: { isClustered: true } },
    });
  const recalled = await look(fault, { memory, as: "recorded" });
  expect(recalled.site).toEqual({});
  expect(Object.keys(recalled.sources)).toEqual(policy.sources.map((it) => it.name));
  const { risks } = makePlan([policy], [recalled], noon).sites[0]!;
  expect(risks.filter((it) => it.code === "hazard-not-judged")).toHaveLength(1);
});

async function fault(): Promise<never> {
  throw new Error("Nobody is asked.");
}

function refused(text: string): SqlError {
  return new SqlError("statement", [{ number: 50_000, severity: 16, text }]);
}

function withLogin() {
  const { site, sources: _, ...rest } = policyOf();
  const auth = { as: "login", user: "sitekeep", password: { env: "PASSWORD" } } as const;
  const database = { ...site.database, auth };
  const [source] = policyOf().sources;
  return {
    ...rest,
    site: { ...site, database },
    partners: {},
    sources: [{ ...source!, database } as typeof source & {}],
  };
}

async function look(
  answer: (query: string) => Promise<readonly SqlRow[]>,
  { memory = new Map<string, Json>(), as = "live" as "live" | "recorded" } = {},
) {
  const sql: SqlRunner = { query: answer, batch: answer, close: async () => undefined };
  const parts: Partial<World> = {
    now: () => noon,
    cacheFolder: temporaryFolder(),
    environment: () => password,
    connect: async () => sql,
    recall: async (name) => memory.get(name),
    remember: async (name, value) => void memory.set(name, value),
  };
  const session = openSession(testWorld(parts), new AbortController().signal);
  onTestFinished(() => session.close());
  const repository = { ...policy.repository, location: { folder: temporaryFolder() } };
  return observe(session, { ...policy, repository }, as);
}
