import { makeVisible } from "../../core/base/visible.ts";
import { countWords } from "../../core/report/words/count-words.ts";
import { makeProgressText } from "../../core/report/words/progress-text.ts";
import type { CommandCall } from "../command/command.ts";

/** One line of a terminal that is written over as work goes on; nothing elsewhere. */
export interface ProgressLine {
  show(progress: { readonly files: number; readonly bytes: number; readonly current?: string }): void;
  say(progress: { readonly text: string; readonly doneBytes?: number; readonly totalBytes?: number }): void;
  end(): void;
}

const redrawEveryMs = 100;

/** Makes a progress line on standard error. */
export function makeProgressLine(call: CommandCall, now: () => number): ProgressLine {
  const live = process.stderr.isTTY && !call.screen.awaitsDocument;
  const text = makeProgressText(now());
  let drawnAt = 0;
  const say: ProgressLine["say"] = (progress) => {
    if (!live || Date.now() - drawnAt < redrawEveryMs) return;
    drawnAt = Date.now();
    process.stderr.write(`\r\u001b[K${makeVisible(text(progress, now())).slice(0, call.screen.columns - 1)}`);
  };
  return {
    say,
    show: ({ files, bytes, current }) =>
      say({ text: current ?? countWords(files, "file"), doneBytes: bytes }),
    end: () => void (drawnAt > 0 && process.stderr.write("\r\u001b[K")),
  };
}
