import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Outcome } from "../../../src/core/model/outcome.ts";
import type { NotifyRule, ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import { notify } from "../../../src/engine/run/notify.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import type { SiteOutcomes } from "../../../src/engine/run/site-run.ts";
import { testWorld } from "../../support/test-world.ts";

test("a failed run is told to who asked for failures, with what failed", async () => {
  const { url, posts } = await startServer(200);
  expect(await tell(url, ["failed"], "some-failed")).toEqual([]);
  expect(posts).toHaveLength(1);
  expect(JSON.parse(posts[0]!).text).toContain("capture PS1/database: failed: SQL Server is down");
});

test("a run that went well is not told to who asked for failures", async () => {
  const { url, posts } = await startServer(200);
  await tell(url, ["failed"], "done");
  expect(posts).toEqual([]);
});

test("a window at risk is told even after a run that went well", async () => {
  const { url, posts } = await startServer(200);
  await tell(url, ["windowAtRisk"], "done", "closing");
  expect(JSON.parse(posts[0]!).text).toContain("It closes soon.");
});

test("a webhook that refuses is a notice, and its address stays secret", async () => {
  const { url } = await startServer(500);
  const notices = await tell(url, ["failed"], "some-failed");
  expect(notices[0]).toContain("A notification was not delivered");
  expect(notices.join()).not.toContain(url);
});

async function startServer(status: number) {
  const posts: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      posts.push(body);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return { posts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

function tell(url: string, on: NotifyRule["on"], result: string, state: "inside" | "closing" = "inside") {
  const world = testWorld({ environment: (name) => (name === "HOOK" ? url : undefined) });
  const session = openSession(world, new AbortController().signal);
  const policy = { notify: [{ webhook: { env: "HOOK" }, on }] } as unknown as ResolvedPolicy;
  const problem = {
    code: "sql-unreachable",
    severity: "error",
    message: "SQL Server is down",
    where: "",
    hint: "",
  } as const;
  const failed = {
    site: "PS1",
    title: "capture PS1/database",
    result: "failed",
    startedAt: 0,
    finishedAt: 0,
    problem,
  } as const;
  const outcomes: Outcome[] = result === "done" ? [] : [failed];
  const window = { state, basis: "", because: "It closes soon." };
  const run = { plan: { site: "PS1", policy, window }, outcomes } as unknown as SiteOutcomes;
  return notify(session, run, result);
}
