import type { Backend } from "../../src/store/backends/backend.ts";

/** How a change fails: before anything happened, or after it happened and only the answer was lost. */
export type Fault = "before" | "after";

/** Thrown in place of a backend's answer. */
export class InjectedFault extends Error {
  override readonly name = "InjectedFault";
}

/** A backend whose n-th change fails, and every call after it: what a writer sees that dies there. */
export function faultyBackend(
  inner: Backend,
  failing: { readonly change: number; readonly fault: Fault },
): Backend & { changes(): number } {
  let changes = 0;
  let dead = false;

  async function change<Value>(effect: () => Promise<Value>): Promise<Value> {
    if (dead) throw new InjectedFault("The backend is gone.");
    const isLast = ++changes === failing.change;
    dead = isLast;
    if (isLast && failing.fault === "before") throw new InjectedFault(`Change ${changes} failed.`);
    const value = await effect();
    if (isLast) throw new InjectedFault(`The answer to change ${changes} was lost.`);
    return value;
  }

  return {
    title: `faulty ${inner.title}`,
    changes: () => changes,
    put: (name, bytes) => change(() => inner.put(name, bytes)),
    putNew: (name, bytes) => change(() => inner.putNew(name, bytes)),
    remove: (name) => change(() => inner.remove(name)),
    move: (from, to) => change(() => inner.move(from, to)),
    get: (name, part) => inner.get(name, part),
    list: (prefix) => inner.list(prefix),
  };
}

/** Which reading a disk or share refuses, by number from 1 and by name of the object. */
export type RefusesRead = (read: number, name: string) => boolean;

/**
 * A backend that answers some readings with the error of a bad sector, or of a share that is away for a
 * moment.
 */
export function unreadableBackend(
  inner: Backend,
  refuses: RefusesRead,
): Backend & { reads(): number; readonly below: Backend } {
  let reads = 0;
  return {
    ...inner,
    title: `unreadable ${inner.title}`,
    below: inner,
    reads: () => reads,
    async get(name, part) {
      if (refuses(++reads, name))
        throw Object.assign(new Error("EIO: made to fail, read"), { code: "EIO", syscall: "read" });
      return inner.get(name, part);
    },
  };
}
