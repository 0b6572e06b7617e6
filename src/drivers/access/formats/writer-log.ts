import type { Instant } from "../../../core/base/instant.ts";
import { readStatusLine } from "./status-line.ts";

/** A service's own first word in its log: community sources know it of other components. */
const started = { id: 500, component: "SMS_SITE_VSS_WRITER" } as const;

/** What of a line is looked at: no line of a log is longer. */
const lineCharactersMax = 8_192;

/**
 * When the SMS writer last started, by smswriter.log; `undefined` where the log does not reach back so far.
 */
export function lastWriterStart(text: string): Instant | undefined {
  const starts = text
    .split(/\r\n|\n/)
    .map((line) => readStatusLine(line.slice(0, lineCharactersMax)))
    .filter((it) => it?.id === started.id && it.component === started.component);
  return starts.at(-1)?.at;
}
