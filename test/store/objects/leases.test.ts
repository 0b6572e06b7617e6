import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hour, minute } from "../../../src/core/base/instant.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { findLeases, readLeases, underLease } from "../../../src/store/objects/leases.ts";
import { objectStore } from "../../../src/store/objects/object-store.ts";
import { chance } from "../../support/test-repository.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a lease of three hours is renewed every half hour, and never more than two lie there", async () => {
  const { store, objects, restore } = restoring();
  const { ended, end } = restore();
  await vi.advanceTimersByTimeAsync(0);
  expect(await readLeases(store)).toMatchObject([{ from: 0, until: 3 * hour, holder: "cm01" }]);
  await vi.advanceTimersByTimeAsync(30 * minute - 1);
  expect(objects.size).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect((await readLeases(store)).map(({ from }) => from).sort()).toEqual([0, 30 * minute]);
  await vi.advanceTimersByTimeAsync(2 * hour);
  const last = (await readLeases(store)).map(({ until }) => until).sort((left, right) => left - right);
  expect(last).toEqual([5 * hour, 5.5 * hour]);
  end();
  await ended;
  expect(objects.size).toBe(0);
  await vi.advanceTimersByTimeAsync(hour);
  expect(objects.size).toBe(0);
});

test("a renewal that fails is tried again at the next, and harms nothing", async () => {
  const { store, backend, restore } = restoring();
  const { ended, end } = restore();
  await vi.advanceTimersByTimeAsync(0);
  backend.isFull = true;
  await vi.advanceTimersByTimeAsync(30 * minute);
  backend.isFull = false;
  await vi.advanceTimersByTimeAsync(30 * minute);
  expect((await readLeases(store)).map(({ from }) => from).sort()).toEqual([0, hour]);
  end();
  await ended;
});

test("a renewal that goes on while the work ends leaves nothing behind", async () => {
  const { objects, backend, restore } = restoring();
  const { ended, end } = restore();
  await vi.advanceTimersByTimeAsync(0);
  backend.delayMs = minute;
  await vi.advanceTimersByTimeAsync(30 * minute);
  end();
  await ended;
  await vi.advanceTimersByTimeAsync(minute);
  expect(objects.size).toBe(0);
});

test("a lease that can't be removed does not fail work that is done", async () => {
  const { objects, backend, restore } = restoring();
  const { ended, end } = restore();
  await vi.advanceTimersByTimeAsync(0);
  backend.isFull = true;
  end();
  expect(await ended).toBe("done");
  expect(objects.size).toBe(1);
});

test("leases that can't be read are named, and hide no other", async () => {
  const { store, objects, restore } = restoring();
  const { ended, end } = restore();
  await vi.advanceTimersByTimeAsync(0);
  objects.set(`leases/${"0".repeat(20)}`, new Uint8Array(9));
  expect(await readLeases(store)).toHaveLength(1);
  expect((await findLeases(store)).unreadable).toEqual([`leases/${"0".repeat(20)}`]);
  end();
  await ended;
});

/** A restore that lasts until it is told to end, on a store that may be full or slow. */
function restoring() {
  const objects = new Map<string, Uint8Array>();
  const inner = memoryBackend(objects);
  const start = Date.now();
  const backend = {
    ...inner,
    isFull: false,
    delayMs: 0,
    async putNew(name: string, bytes: Uint8Array) {
      if (backend.isFull) throw new Error("full");
      if (backend.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, backend.delayMs));
      return inner.putNew(name, bytes);
    },
    async remove(name: string) {
      if (backend.isFull) throw new Error("full");
      return inner.remove(name);
    },
  };
  const store = objectStore(backend, { repository: new Uint8Array(16) }, chance(1));
  const now = () => Date.now() - start;
  const order = { snapshot: "s1", tree: new Uint8Array(32), holder: "cm01", now };
  const restore = () => {
    const { promise, resolve: end } = Promise.withResolvers<void>();
    return { ended: underLease(store, order, () => promise.then(() => "done")), end };
  };
  return { store, objects, backend, restore };
}
