import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { RunningTask } from "../engine.ts";
import type { StatementContext } from "../execute/statement-context.ts";
import { information } from "../sql-error.ts";
import type { Options } from "./backup-options.ts";

/** Thrown when the client has cancelled or gone; what was written stays as it is. */
export class BackupAborted extends Error {}

const slowTenthMs = 1000;

/** Tells the client and `sys.dm_exec_requests` how far a long statement has come, and lets others work. */
export class Progress {
  readonly #context: StatementContext;
  readonly #task: RunningTask;
  readonly #stepPercent: number | undefined;
  #reported = 0;

  constructor(context: StatementContext, task: RunningTask, options: Options) {
    this.#context = context;
    this.#task = task;
    this.#stepPercent = options.has("STATS")
      ? Math.min(100, Math.max(1, options.number("STATS") ?? 10))
      : undefined;
  }

  /** Called after each piece of the work. */
  async reach(done: number, total: number): Promise<void> {
    const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
    const before = this.#task.percent;
    this.#task.percent = percent;
    if (
      this.#stepPercent !== undefined &&
      (percent === 100 || percent >= this.#reported + this.#stepPercent)
    ) {
      this.#reported = percent;
      this.#context.sink.message(information(3211, `${percent} percent processed.`));
      await this.#context.sink.flush();
    }
    await this.#pause(percent - before);
    if (this.#context.signal.aborted) throw new BackupAborted("The statement was cancelled.");
  }

  async #pause(percent: number): Promise<void> {
    await nextTurn();
    if (!this.#context.engine.isInForce("slow-backup")) return;
    const { signal } = this.#context;
    await sleep((percent * slowTenthMs) / 10, undefined, { signal }).catch(() => undefined);
  }
}

/** `in 1.234 seconds (5.678 MB/sec)`, by the wall clock. */
export function renderRate(pages: number, elapsedMs: number): string {
  const seconds = Math.max(1, elapsedMs) / 1000;
  const rate = (pages * 8192) / 1_048_576 / seconds;
  return `in ${seconds.toFixed(3)} seconds (${rate.toFixed(3)} MB/sec)`;
}
