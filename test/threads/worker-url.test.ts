import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ingestWorker } from "../../src/store/crew/crew.ts";
import { workerUrl } from "../../src/threads/worker-url.ts";

test("a worker is found from the source, from the built program and from a chunk of it", () => {
  const source = new URL("../../src/store/crew/crew.ts", import.meta.url).href;
  expect(existsSync(fileURLToPath(workerUrl(source, ingestWorker)))).toBe(true);
  const worker = { source: "./x.ts", built: "ingest-worker.js" };
  expect(workerUrl("file:///opt/chunks/dist/sitekeep.js", worker).href).toBe(
    "file:///opt/chunks/dist/ingest-worker.js",
  );
  expect(workerUrl("file:///opt/dist/chunks/run-AB12.js", worker).href).toBe(
    "file:///opt/dist/ingest-worker.js",
  );
});
