import { second } from "../../core/base/instant.ts";
import type { RunListener } from "../../core/model/run-event.ts";
import { outcomeLines } from "../../core/report/render-outcomes.ts";
import { describeStep } from "../../core/report/words/describe-step.ts";
import type { Screen } from "../command/screen.ts";
import { StepProgressWords } from "./step-progress.ts";

/** Lines stay in a log for ever: each outcome is one as it comes, and progress now and then. */
const everyMs = 10 * second;

/** Shows a run as lines: for a file, a pipe, a scheduler. */
export function plainLines({ tell, paint }: Screen): RunListener {
  const progress = new StepProgressWords(everyMs);
  return (event) => {
    switch (event.what) {
      case "run-began":
        return;
      case "step-began":
        return progress.begin(event.step, event.at);
      case "step-progressed": {
        const words = progress.wordsOf(event);
        if (words !== undefined) tell(paint("dim", `  ${describeStep(event.step)}: ${words}`));
        return;
      }
      case "step-noted":
        return tell(paint("dim", `  ${describeStep(event.step)}: ${event.text}`));
      case "step-ended":
        return outcomeLines(event.outcome, paint).forEach((line) => tell(line));
    }
  };
}
