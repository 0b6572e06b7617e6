import type { Backend } from "../../../src/store/backends/backend.ts";

const year = 365 * 86_400_000;

/** How far the clock is off of the machine that works while another sleeps. */
export const clocks = [
  ["a clock that is right", 0],
  ["a clock ten years ahead", 10 * year],
  ["a clock ten years behind", -10 * year],
] as const;

/** What goes on while somebody sleeps, by the number of the call before which they fall asleep, from 1. */
export type Naps = ReadonlyMap<number, () => Promise<void>>;

/** A store as somebody sees it who falls asleep before some calls: this one and all that come later wait. */
export function sleepyBackend(inner: Backend, naps: Naps): Backend & { calls(): number } {
  let calls = 0;
  let awake: Promise<void> = Promise.resolve();
  const turn = async (): Promise<void> => {
    const nap = naps.get(++calls);
    if (nap) awake = awake.then(nap);
    await awake;
  };
  return {
    title: inner.title,
    calls: () => calls,
    put: async (name, bytes) => (await turn(), inner.put(name, bytes)),
    putNew: async (name, bytes) => (await turn(), inner.putNew(name, bytes)),
    get: async (name, part) => (await turn(), inner.get(name, part)),
    async *list(prefix) {
      await turn();
      yield* inner.list(prefix);
    },
    remove: async (name) => (await turn(), inner.remove(name)),
    move: async (from, to) => (await turn(), inner.move(from, to)),
  };
}
