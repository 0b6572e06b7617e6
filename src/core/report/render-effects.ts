import { formatMinute } from "../base/instant.ts";
import type { DurationMs, Instant } from "../base/instant.ts";
import type { EffectFigures, PolicyEffect } from "../model/policy/policy-effect.ts";
import { acceptedWords } from "./words/accepted-words.ts";
import { countWords } from "./words/count-words.ts";
import { hoursText } from "./words/hours.ts";
import { noPaint, type Paint } from "./words/paint.ts";

const shownPoints = 5;

/** Says of each site what a change of its policy does within ninety days. Ends with a line feed. */
export function renderEffects(effects: readonly PolicyEffect[], paint: Paint = noPaint): string {
  const told = effects.filter((it) => it.change !== "none");
  if (told.length === 0) return `${paint("good", "No policy says anything else than before.")}\n`;
  return told
    .flatMap((it) => [`${paint("bold", it.site)}  ${changeWords(it, paint)}`, ...effectLines(it, paint)])
    .map((line) => `${line}\n`)
    .join("");
}

function changeWords({ change, policy }: PolicyEffect, paint: Paint): string {
  switch (change) {
    case "added":
      return `the policy ${policy} is new`;
    case "removed":
      return paint("bad", `the policy ${policy} is gone: nothing is captured and nothing forgotten any more`);
    case "changed":
    case "none":
      return `the policy ${policy} changes`;
  }
}

function effectLines(effect: PolicyEffect, paint: Paint): readonly string[] {
  const { forgetsNow, forgetsLater, spares, reddens, mends, accepts, before, after } = effect;
  return [
    ...(forgetsNow.length + forgetsLater.length > 0
      ? [
          `  ${paint("bad", `forgets ${countWords(forgetsNow.length, "point")} now and ${forgetsLater.length} within 90 days`)}${listed(forgetsLater)}`,
        ]
      : []),
    ...(spares.length > 0
      ? [`  ${paint("good", `keeps ${countWords(spares.length, "point")} longer`)}${listed(spares)}`]
      : []),
    ...moved("the worst gap", [before?.worstGapMs, after?.worstGapMs], paint),
    ...moved("time at risk", [before?.atRiskMs, after?.atRiskMs], paint),
    ...countLine("points after 90 days", "points", effect),
    ...countLine("captures in 90 days", "captures", effect),
    ...reddens.map((it) => `  ${paint("bad", `red with it: ${it.message}`)}`),
    ...mends.map((it) => `  ${paint("good", `red no more: ${it.message}`)}`),
    ...accepts.map((it) => `  accepts: ${acceptedWords(it)}`),
  ];
}

function listed(dues: readonly Instant[]): string {
  if (dues.length === 0) return "";
  const first = dues.slice(0, shownPoints).map(formatMinute).join(", ");
  return `: ${first}${dues.length > shownPoints ? ", …" : ""}`;
}

function moved(
  what: string,
  [before, after]: readonly [DurationMs | undefined, DurationMs | undefined],
  paint: Paint,
): readonly string[] {
  if (before === after || after === undefined) return [];
  if (before === undefined) return [`  ${what} is ${hoursText(after)}`];
  const words = `${what} ${after > before ? "grows" : "shrinks"} from ${hoursText(before)} to ${hoursText(after)}`;
  return [`  ${paint(after > before ? "bad" : "good", words)}`];
}

function countLine(
  what: string,
  of: keyof EffectFigures,
  { before, after }: PolicyEffect,
): readonly string[] {
  if (after === undefined || before?.[of] === after[of]) return [];
  return [
    before === undefined ? `  ${after[of]} ${what}` : `  ${what}: ${after[of]} instead of ${before[of]}`,
  ];
}
