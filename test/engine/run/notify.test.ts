import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { given } from "../../../src/core/base/given.ts";
import type { Outcome } from "../../../src/core/model/outcome.ts";
import type { NotifyRule } from "../../../src/core/model/policy/resolved-policy.ts";
import type { WindowState } from "../../../src/core/model/window.ts";
import { notify } from "../../../src/engine/run/notify.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import { policyOf } from "../../support/build-site.ts";
import { problemNamed } from "../../support/engine-site.ts";
import { testWorld } from "../../support/test-world.ts";

test.each([
  ["done", "inside", ["succeeded"]],
  ["done", "none", ["succeeded"]],
  ["done", "closing", ["succeeded", "windowAtRisk"]],
  ["done", "outside", ["succeeded", "windowAtRisk"]],
  ["done", "not-proven", ["succeeded", "windowAtRisk"]],
  ["some-failed", "inside", ["failed"]],
  ["some-failed", "closing", ["failed", "windowAtRisk"]],
  ["cancelled", "none", ["failed"]],
] as const)("a run that ends as %s with a window that is %s is told to who asked for %j", async (...row) => {
  const [result, state, events] = row;
  const rules = (["failed", "succeeded", "windowAtRisk"] as const).map((on) => ({ env: on, on: [on] }));
  const { called } = await tell(rules, { result, state });
  expect(called).toEqual(events.toSorted());
});

test.each<[("new" | "known" | undefined)[], Outcome["result"], string[]]>([
  [["new"], "done", ["failed"]],
  [["known"], "done", []],
  [["known", "new"], "done", ["failed"]],
  [["known", undefined], "failed", ["failed"]],
])(
  "files that were left out (%j, beside a step that is %s) are told to %j once",
  async (marks, other, events) => {
    const rules = (["failed", "succeeded"] as const).map((on) => ({ env: on, on: [on] }));
    const outcomes = marks.map((inPart) => ({ ...outcome("capture", "done"), ...given({ inPart }) }));
    const all = [...outcomes, outcome("verify", other)];
    const { called } = await tell(rules, { result: "some-failed", outcomes: all });
    expect(called).toEqual(events);
  },
);

test("what is posted of files that were left out names the first, and counts the others", async () => {
  const { url, posts } = await startServer(200);
  const remarks = ["a", "b", "c"].map((it) => problemNamed("file-locked", `${it} is held open.`));
  const outcomes = [{ ...outcome("capture PS1/files", "done"), inPart: "new" as const, remarks }];
  await tell([{ env: url, on: ["failed"] }], { result: "some-failed", outcomes });
  expect(JSON.parse(posts[0]!)).toEqual({
    text: "sitekeep PS1: some-failed. Window: It closes soon.\ncapture PS1/files: done in part: a is held open. (and 2 entries more)",
  });
});

test("a webhook that asked for several things is called once, for the first or the last of them", async () => {
  const both = { env: "both", on: ["failed", "succeeded", "windowAtRisk"] } as const;
  expect((await tell([both], { result: "done", state: "closing" })).called).toEqual(["both"]);
  expect((await tell([both], { result: "done", state: "inside" })).called).toEqual(["both"]);
});

test("what is posted names the site, its result, the window, and each step that was not done", async () => {
  const { url, posts } = await startServer(200);
  const outcomes = [
    outcome("capture PS1/files", "done"),
    outcome("capture PS1/database", "failed", "SQL Server is down"),
    outcome("forget the point of 2026-11-22 01:30Z of PS1", "cancelled"),
  ];
  const { notices } = await tell([{ env: url, on: ["failed"] }], { result: "cancelled", outcomes });
  expect(notices).toEqual([]);
  const lines = [
    "sitekeep PS1: cancelled. Window: It closes soon.",
    "capture PS1/database: failed: SQL Server is down",
    "forget the point of 2026-11-22 01:30Z of PS1: cancelled",
  ];
  expect(posts.map((it) => JSON.parse(it))).toEqual([{ text: lines.join("\n") }]);
});

test("a webhook that refuses is a notice, and its address stays secret", async () => {
  const { url } = await startServer(500);
  const { notices } = await tell([{ env: url, on: ["failed"] }], { result: "some-failed" });
  expect(notices).toEqual([expect.stringMatching(/^A notification was not delivered: /)]);
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

interface Run {
  readonly result: string;
  readonly state?: WindowState;
  readonly outcomes?: readonly Outcome[];
}

/** Tells the webhooks of a run. What a webhook's secret holds is its address, or the name that is noted. */
async function tell(
  rules: readonly { readonly env: string; readonly on: NotifyRule["on"] }[],
  { result, state = "inside", outcomes = [] }: Run,
) {
  const called: string[] = [];
  const { post } = testWorld();
  const world = testWorld({
    environment: (name) => name,
    post: async (url, body) => (url.startsWith("http") ? post(url, body) : void called.push(url)),
  });
  const session = openSession(world, new AbortController().signal);
  const policy = policyOf({ notify: rules.map(({ env, on }) => ({ webhook: { env }, on })) });
  const window = { state, basis: "", because: "It closes soon." };
  const plan = { site: "PS1", policy, window, actions: [], facts: {}, risks: [] };
  const notices = await notify(session, { plan, outcomes }, result);
  return { notices, called: called.toSorted() };
}

function outcome(title: string, result: Outcome["result"], message?: string): Outcome {
  const problem = given({
    problem: message === undefined ? undefined : problemNamed("sql-unreachable", message),
  });
  return { site: "PS1", title, result, startedAt: 0, finishedAt: 0, ...problem };
}
