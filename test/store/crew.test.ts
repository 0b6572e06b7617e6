import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Crew, workerUrl } from "../../src/store/crew.ts";

test("the worker is found from the source, from the built program and from a chunk of it", () => {
  const source = new URL("../../src/store/crew.ts", import.meta.url).href;
  expect(existsSync(fileURLToPath(workerUrl(source)))).toBe(true);
  expect(workerUrl("file:///opt/chunks/dist/sitekeep.js").href).toBe(
    "file:///opt/chunks/dist/ingest-worker.js",
  );
  expect(workerUrl("file:///opt/dist/chunks/run-AB12.js").href).toBe("file:///opt/dist/ingest-worker.js");
});

test("small work starts no thread, and once threads run it goes to them", async () => {
  const crew = new Crew(2);
  const [desk] = crew.small();
  expect(crew.small()).toEqual([desk]);
  const threads = crew.large();
  expect(threads.length).toBe(2);
  expect(crew.small()).toBe(threads);
  await crew.close();
});

test("what a thread owes when it dies is rejected, not waited for", async () => {
  const crew = new Crew(1);
  const [thread] = crew.large();
  // A session that was never opened is a fault of ours, and ends nothing but this request.
  await expect(thread!.ask(1, { do: "finish" })).rejects.toThrow();
  // Listened to before the crew closes: the answer may come first, and a rejection nobody awaits ends the run.
  const owed = expect(thread!.ask(1, { do: "finish" })).rejects.toThrow();
  await crew.close();
  await owed;
  await expect(thread!.ask(1, { do: "finish" })).rejects.toThrow(/ended too early/);
});
