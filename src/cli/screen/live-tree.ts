import { Listr, type ListrTask, type ListrTaskWrapper } from "listr2";
import { formatBytes } from "../../core/base/bytes.ts";
import type { Outcome } from "../../core/model/outcome.ts";
import type { RunBegan, RunListener } from "../../core/model/run-event.ts";
import { stepId, type Stage, type Step } from "../../core/model/stage.ts";
import { countWords } from "../../core/report/words/count-words.ts";
import { describeStep } from "../../core/report/words/describe-step.ts";
import { StepProgressWords } from "./step-progress.ts";

/** How often a terminal is drawn over for one step. */
const everyMs = 100;

type Row = ListrTaskWrapper<unknown, never, never>;

/**
 * One step in the tree: its row, once the drawing has come to it, and what became of it, once that is known.
 */
interface Leaf {
  row: Row | undefined;
  readonly ended: Promise<Outcome | undefined>;
  end(outcome: Outcome | undefined): void;
}

/**
 * Draws a run as a tree on a terminal. The tree has the stages and lanes of the run, walks through them in
 * the same order and waits at each step for what is told of it: it decides nothing, and the run never waits
 * for it.
 */
export function liveTree(): { readonly listener: RunListener; close(): Promise<void> } {
  const progress = new StepProgressWords(everyMs);
  const leaves = new Map<string, Leaf>();
  let drawn: Promise<unknown> = Promise.resolve();
  const show = (step: Step, text: string | undefined): void => {
    const row = leaves.get(stepId(step))?.row;
    if (row && text !== undefined) row.output = text;
  };
  const listener: RunListener = (event) => {
    switch (event.what) {
      case "run-began":
        drawn = draw(event, leaves);
        return;
      case "step-began":
        return progress.begin(event.step, event.at);
      case "step-progressed":
        return show(event.step, progress.wordsOf(event));
      case "step-noted":
        return show(event.step, event.text);
      case "step-ended":
        return leaves.get(stepId(event.step))?.end(event.outcome);
    }
  };
  return {
    listener,
    async close() {
      for (const leaf of leaves.values()) leaf.end(undefined);
      await drawn;
    },
  };
}

function draw({ sites }: RunBegan, leaves: Map<string, Leaf>): Promise<unknown> {
  const tasks = sites.map(({ site, stages }): ListrTask => {
    // Now, and not when the drawing comes to it: a step may have ended by then.
    const rows = stages.flatMap((stage) => rowsOf(stage, leaves));
    return { title: site, task: (_, task) => task.newListr(rows) };
  });
  return new Listr(tasks, {
    concurrent: false,
    exitOnError: false,
    // Ctrl-C is ours: it aborts the session's signal, and the steps end by themselves.
    registerSignalListeners: false,
    rendererOptions: {
      collapseSubtasks: false,
      collapseErrors: false,
      showErrorMessage: true,
      formatOutput: "truncate",
    },
    fallbackRenderer: "silent",
  }).run();
}

/** A stage of several lanes is a row with the lanes below it; any other is its steps. */
function rowsOf({ name, lanes, lanesAtOnce }: Stage, leaves: Map<string, Leaf>): ListrTask[] {
  const rows = lanes.flatMap((lane) => {
    const steps = lane.map((step) => rowOf(step, leaves));
    return steps.length < 2 ? steps : [group(lane.map(nameOf).join(", then "), steps, 1)];
  });
  return name === "captures" ? [group(name, rows, lanesAtOnce)] : rows;
}

function group(title: string, rows: ListrTask[], atOnce: number): ListrTask {
  return {
    title,
    task: (_, task) => task.newListr(rows, { concurrent: atOnce === 1 ? false : atOnce, exitOnError: false }),
  };
}

function nameOf(step: Step): string {
  return step.is === "action" && "source" in step.action ? step.action.source : describeStep(step);
}

function rowOf(step: Step, leaves: Map<string, Leaf>): ListrTask {
  const { promise: ended, resolve: end } = Promise.withResolvers<Outcome | undefined>();
  const leaf: Leaf = { row: undefined, ended, end };
  leaves.set(stepId(step), leaf);
  return {
    title: describeStep(step),
    async task(_, row) {
      leaf.row = row as Row;
      const outcome = await leaf.ended;
      if (outcome !== undefined) showEnd(outcome, row as Row);
    },
  };
}

/** A failure is shown by throwing, as listr2 wants it; the list goes on. */
function showEnd(outcome: Outcome, row: Row): void {
  const { title, result, problem } = outcome;
  const why = problem?.message ?? result;
  if (result === "done") row.title = `${title} · ${doneText(outcome)}`;
  else if (result === "failed") throw new Error(`${title}: ${why}`);
  else row.skip(`${title}: ${result}: ${why}`);
}

function doneText({ remarks, bytes, addedBytes, files }: Outcome): string {
  const noted = remarks?.length ? `, ${remarks.length} remarks` : "";
  if (bytes === undefined) return `done${noted}`;
  return `${countWords(files ?? 0, "file")}, ${formatBytes(bytes)}, ${formatBytes(addedBytes ?? 0)} added${noted}`;
}
