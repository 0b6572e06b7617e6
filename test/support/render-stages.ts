import type { Stage } from "../../src/core/model/stage.ts";
import { describeStep } from "../../src/core/report/words/describe-step.ts";

/** The order of a run, a lane a line. */
export function renderStages(stages: readonly Stage[]): readonly string[] {
  return stages.flatMap(({ name, lanes, lanesAtOnce }) => [
    `${name}, ${lanesAtOnce} at once`,
    ...lanes.map((lane) => `  ${lane.map(describeStep).join(" → ")}`),
  ]);
}
