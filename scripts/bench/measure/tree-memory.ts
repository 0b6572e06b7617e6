import { readdirSync, readFileSync } from "node:fs";

const lookEveryMs = 50;
/** A process that ends sooner was not seen at work. */
const looksMin = 2;

/** A watch over the memory of a process and of everything below it. */
export interface MemoryWatch {
  stop(): void;
  /**
   * The larger of two: the most that all of them held at one look (VmRSS), and the most that one of them ever
   * held (VmHWM).
   */
  peakBytes(): number | undefined;
}

/** Looks every 50 ms at what Linux says in /proc. Elsewhere nothing is seen. */
export function watchMemory(pid: number): MemoryWatch {
  let peak = 0;
  let looks = 0;
  const look = (): void => {
    looks += 1;
    const processes = treeOf(pid).map(memoryOf);
    peak = Math.max(peak, sum(processes.map((it) => it.now)), ...processes.map((it) => it.highest));
  };
  const timer = setInterval(look, lookEveryMs);
  return { stop: () => clearInterval(timer), peakBytes: () => (looks < looksMin ? undefined : peak) };
}

function treeOf(pid: number): readonly number[] {
  const tree = [pid];
  for (const parent of tree) tree.push(...childrenOf(parent));
  return tree;
}

/** Each thread of a process has the children that it began. */
function childrenOf(pid: number): readonly number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"));
    return lists.flatMap((text) => text.split(" ").filter(Boolean).map(Number));
  } catch {
    return []; // It has ended.
  }
}

function memoryOf(pid: number): { readonly now: number; readonly highest: number } {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const kib = (name: string): number =>
      Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
    return { now: kib("VmRSS") * 1024, highest: kib("VmHWM") * 1024 };
  } catch {
    return { now: 0, highest: 0 };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, it) => total + it, 0);
}
