import { styleText } from "node:util";
import { guardTerminal } from "../../core/base/visible.ts";
import type { Paint } from "../../core/report/words/paint.ts";
import type { Screen } from "../command/screen.ts";

/** The streams of this process, or whatever stands in for them. */
export interface Terminal {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** Colours for standard output: none unless it is a terminal that wants them. */
  readonly paint: Paint;
  readonly columns: number;
  /** A person can be asked something. */
  readonly interactive: boolean;
}

const styles = { good: "green", bad: "red", warn: "yellow", dim: "dim", bold: "bold" } as const;

/** The real terminal. `styleText` knows NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
export function realTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosed);
  return {
    out: (text) => void process.stdout.write(guardTerminal(endLine(text))),
    err: (text) => void process.stderr.write(guardTerminal(endLine(text))),
    paint: (style, text) => styleText(styles[style], text, { stream: process.stdout }),
    columns: process.stdout.columns || 110,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  };
}

/** Makes the screen of a command: what it tells while it works is left out where a document is to come. */
export function screenOn(terminal: Terminal, awaitsDocument: boolean): Screen {
  const { out, err, paint, columns, interactive } = terminal;
  return {
    tell: awaitsDocument ? () => undefined : (text) => out(typeof text === "string" ? text : text()),
    remark: err,
    paint,
    columns,
    interactive,
    longestList: awaitsDocument ? Infinity : 200,
    awaitsDocument,
  };
}

/**
 * Whoever reads may have enough, as `head` does: what a command does is finished all the same, and nothing
 * more is shown.
 */
function ignoreClosed(fault: NodeJS.ErrnoException): void {
  if (fault.code !== "EPIPE") throw fault;
}

function endLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
