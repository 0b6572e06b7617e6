import type { Instant } from "../../../core/base/instant.ts";
import { minute } from "../../../core/base/instant.ts";
import { clientLine, lineEnd } from "../../../core/outside/site/task-set.ts";

/** A line of a component's log: its words, and when they were written. */
export interface LogLine {
  readonly text: string;
  /** Absent where the line has no time, or none that is understood. */
  readonly at?: Instant;
}

/** Reads a line in either form. One that has neither is all words. */
export function readLogLine(line: string): LogLine {
  const client = clientLine.shows.exec(line);
  if (client) {
    const [, text, hours, minutes, seconds, fraction, bias, month, dayOfMonth, year] = client;
    return worded(text!, { year, month, dayOfMonth, hours, minutes, seconds, fraction, bias });
  }
  const server = lineEnd.shows.exec(line);
  // What stands behind `$$<` is never words, whatever it holds.
  if (!server) return { text: stripped(line.replace(/\$\$<.*$/, "")) };
  const [, , month, dayOfMonth, year, hours, minutes, seconds, fraction, bias] = server;
  const time = { year, month, dayOfMonth, hours, minutes, seconds, fraction, bias };
  return worded(line.slice(0, server.index), time);
}

interface LineTime {
  readonly year: string | undefined;
  readonly month: string | undefined;
  readonly dayOfMonth: string | undefined;
  readonly hours: string | undefined;
  readonly minutes: string | undefined;
  readonly seconds: string | undefined;
  readonly fraction: string | undefined;
  /** Minutes that lead from the local time to UTC. */
  readonly bias: string | undefined;
}

function worded(words: string, time: LineTime): LogLine {
  const { year, month, dayOfMonth, hours, minutes, seconds, fraction = "0", bias } = time;
  const at =
    Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(dayOfMonth),
      Number(hours),
      Number(minutes),
      Number(seconds),
    ) +
    Math.round(Number(`0.${fraction}`) * 1_000) +
    Number(bias) * minute;
  const text = stripped(words);
  return Number.isNaN(at) || Number(month) > 12 || Number(dayOfMonth) > 31 ? { text } : { text, at };
}

/** A tilde before a line marks a break of it. */
function stripped(words: string): string {
  return words.trim().replace(/^~/, "");
}
