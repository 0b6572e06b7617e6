import { expect, test } from "vitest";
import { second } from "../../../src/core/base/instant.ts";
import { deliver } from "../../../src/engine/alarms/deliver.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import { testWorld } from "../../support/test-world.ts";
import { startWebhook } from "../../support/webhook-listener.ts";

const webhook = { env: "HOOK" } as const;

test("what arrives is posted once, and its answer given back", async () => {
  const { hook, send, waits } = await newWay();
  expect(await send()).toEqual({ delivered: true, answer: "200 OK" });
  expect(hook.takeTexts()).toEqual(["Window closing."]);
  expect(waits).toEqual([]);
});

test.each([503, 500, 429, 408])(
  "after a %i it is tried again, with growing waits and an end",
  async (status) => {
    const { hook, send, waits } = await newWay();
    hook.answer(status);
    expect(await send()).toMatchObject({ delivered: false, why: expect.stringContaining(`${status}`) });
    expect(hook.takeTexts()).toHaveLength(4);
    expect(waits).toEqual([second, 3 * second, 9 * second]);
  },
);

test.each([400, 401, 404, 410])("a %i would be another one: it is not tried again", async (status) => {
  const { hook, send, waits } = await newWay();
  hook.answer(status);
  expect(await send()).toMatchObject({ delivered: false });
  expect(hook.takeTexts()).toHaveLength(1);
  expect(waits).toEqual([]);
});

test("one that answers again is told, whatever it answered before", async () => {
  const { hook, send } = await newWay({ onWait: () => hook.answer(200) });
  hook.answer(503);
  expect(await send()).toMatchObject({ delivered: true });
});

test("where nobody listens the system's reason is told, and no address", async () => {
  const { send, url } = await newWay({ url: "http://127.0.0.1:1/secret-path" });
  const delivery = await send();
  expect(delivery).toMatchObject({ delivered: false, why: expect.stringMatching(/ECONNREFUSED|bad port/) });
  expect(JSON.stringify(delivery)).not.toContain(url);
});

test("an address that can't be had is told, and nothing is tried again", async () => {
  const { send, waits } = await newWay({ url: "" });
  expect(await send()).toMatchObject({ delivered: false, why: expect.stringContaining("HOOK") });
  expect(waits).toEqual([]);
});

test("the end of a run ends a try that hangs, within a second", async () => {
  const { hook, send, stop } = await newWay();
  hook.answer("silent");
  const began = performance.now();
  setTimeout(stop, 100);
  expect(await send()).toMatchObject({ delivered: false });
  expect(performance.now() - began).toBeLessThan(1000);
});

test("the end of a run ends the wait before the next try", async () => {
  const { hook, send } = await newWay({ onWait: (stop) => stop() });
  hook.answer(503);
  expect(await send()).toMatchObject({ delivered: false });
  expect(hook.takeTexts().length).toBeLessThanOrEqual(2);
});

/** A session that posts over a real socket and notes its waits. */
async function newWay({
  url,
  onWait,
}: { readonly url?: string; readonly onWait?: (stop: () => void) => void } = {}) {
  const hook = await startWebhook();
  const waits: number[] = [];
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  const world = testWorld({
    environment: () => url ?? hook.url,
    async sleep(ms) {
      waits.push(ms);
      onWait?.(stop);
    },
  });
  const session = openSession(world, interrupt.signal);
  return {
    hook,
    waits,
    stop,
    url: url ?? hook.url,
    send: () => deliver(session, webhook, "Window closing."),
  };
}
