import type { RunListener } from "../../core/model/run-event.ts";
import { outcomeLines, isRemarkable } from "../../core/report/render-outcomes.ts";
import type { Outcome } from "../../core/model/outcome.ts";
import type { CommandCall } from "../command/command.ts";
import { liveTree } from "./live-tree.ts";
import { plainLines } from "./plain-lines.ts";

/** How a run is shown while it runs. */
export interface RunView {
  readonly listener: RunListener;
  /** Ends the drawing, whatever became of the run. */
  close(): Promise<void>;
  /** What is to be said of the outcomes when the run is over, beside their count. */
  lastLines(outcomes: readonly Outcome[]): readonly string[];
}

/** A tree that is drawn over on a terminal, lines elsewhere, and nothing beside a document. */
export function runViewFor({ screen }: CommandCall): RunView {
  if (screen.awaitsDocument) return { listener: () => {}, close: async () => {}, lastLines: () => [] };
  if (process.stdout.isTTY !== true)
    return { listener: plainLines(screen), close: async () => {}, lastLines: () => [] };
  const lastLines = (outcomes: readonly Outcome[]) =>
    outcomes.filter(isRemarkable).flatMap((it) => outcomeLines(it, screen.paint));
  return { ...liveTree(), lastLines };
}
