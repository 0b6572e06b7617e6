import type { Instant } from "../../../core/base/instant.ts";
import { writerStarted } from "../../../core/outside/site/install-folder.ts";
import { readStatusLine } from "./status-line.ts";

/** What of a line is looked at: no line of a log is longer. */
const lineCharactersMax = 8_192;

/**
 * When the SMS writer last started, by smswriter.log; `undefined` where the log does not reach back so far.
 */
export function lastWriterStart(text: string): Instant | undefined {
  const starts = text
    .split(/\r\n|\n/)
    .map((line) => readStatusLine(line.slice(0, lineCharactersMax)))
    .filter((it) => it?.id === writerStarted.number && it.component === writerStarted.component);
  return starts.at(-1)?.at;
}
