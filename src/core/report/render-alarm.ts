import { formatMinute } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { CauseLook, News, Undelivered } from "../model/policy/alarm.ts";
import { countWords } from "./words/count-words.ts";

/** What a message to a webhook is made of. */
export interface AlarmMessage {
  readonly look: Pick<CauseLook, "about" | "because">;
  /** The machine that tells it. */
  readonly machine: string;
  readonly news: Pick<News, "begun" | "over">;
  /** A run that ended well is told, too. */
  readonly succeeded: boolean;
  /** What a webhook that lacked something is told, now that it can be reached. */
  readonly undelivered?: Undelivered | undefined;
}

/** A chat shows so many problems of one message and a reader reads them; `status` has the rest. */
const shownMost = 20;

/** Writes the text of one message: whom it is about and how much is new, then each problem with its cure. */
export function renderAlarm(message: AlarmMessage): string {
  const { look, news, undelivered } = message;
  return [
    headOf(message),
    ...shown(news.begun, ({ problem }) => begunLines(problem)),
    ...shown(news.over, ({ problem, at }) => [`✓ over, told ${formatMinute(at)}: ${problem.message}`]),
    ...(undelivered === undefined
      ? []
      : [`Messages since ${formatMinute(undelivered.since)} did not arrive: ${undelivered.why}`]),
    ...(look.because === undefined ? [] : [`Window: ${look.because}`]),
  ].join("\n");
}

function headOf({ look, machine, news, succeeded }: AlarmMessage): string {
  const { begun, over } = news;
  const parts = [
    ...(succeeded ? ["done"] : []),
    ...(begun.length > 0 ? [countWords(begun.length, "problem")] : []),
    ...(over.length > 0 ? [`${countWords(over.length, "problem")} over`] : []),
  ];
  return `sitekeep ${look.about} on ${machine}: ${parts.length > 0 ? parts.join(", ") : "nothing new"}.`;
}

function begunLines({ code, message, hint }: Problem): readonly string[] {
  return [`! ${message} [${code}]`, `  → ${hint}`];
}

function shown<Told>(all: readonly Told[], lines: (told: Told) => readonly string[]): readonly string[] {
  const more = all.length - shownMost;
  const rest = more > 0 ? [`… and ${countWords(more, "more", "more")}: \`sitekeep status\` lists them.`] : [];
  return [...all.slice(0, shownMost).flatMap(lines), ...rest];
}
