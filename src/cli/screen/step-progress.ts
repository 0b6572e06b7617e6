import type { DurationMs, Instant } from "../../core/base/instant.ts";
import type { StepProgressed } from "../../core/model/run-event.ts";
import { stepId, type Step } from "../../core/model/stage.ts";
import { makeProgressText } from "../../core/report/words/progress-text.ts";

/** Words the progress of steps that run side by side, not more often than people can read it. */
export class StepProgressWords {
  readonly #everyMs: DurationMs;
  readonly #steps = new Map<string, { words: ReturnType<typeof makeProgressText>; shownAt: Instant }>();

  constructor(everyMs: DurationMs) {
    this.#everyMs = everyMs;
  }

  begin(step: Step, at: Instant): void {
    this.#steps.set(stepId(step), { words: makeProgressText(at), shownAt: at });
  }

  /** What to show now; `undefined` when the last words are too fresh. */
  wordsOf({ step, progress, at }: StepProgressed): string | undefined {
    const known = this.#steps.get(stepId(step));
    if (known === undefined || at - known.shownAt < this.#everyMs) return undefined;
    known.shownAt = at;
    return known.words(progress, at);
  }
}
