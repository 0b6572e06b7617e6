import { formatBytes } from "../base/bytes.ts";
import { formatDuration, formatMinute } from "../base/instant.ts";
import type { Simulation, SimulatedDay } from "../model/simulation.ts";
import { worstFirst } from "../model/window.ts";
import { countWords } from "./words/count-words.ts";
import { hoursText } from "./words/hours.ts";
import { noPaint, type Paint } from "./words/paint.ts";
import { renderTable, type Column } from "./words/table.ts";

/**
 * Shows what a simulation came to: the months, the worst gap, the window, and what was expected. Ends with a
 * line feed.
 */
export function renderSimulation(simulation: Simulation, paint: Paint = noPaint): string {
  const { site, from, until, basis, totals } = simulation;
  const lines = [
    paint("bold", `${site}, simulated from ${formatMinute(from)} to ${formatMinute(until)}`),
    "",
    ...renderTable(monthColumns, monthsOf(simulation)),
    "",
    `${countWords(totals.captures, "capture")}, ${totals.skipped === 0 ? "none" : totals.skipped} skipped; ${countWords(totals.forgotten, "point")} forgotten, ${countWords(simulation.points.length, "point")} at the end, ${totals.mostPoints} at most.`,
    ...peakLine(simulation),
    gapLine(simulation, paint),
    ...riskLines(simulation, paint),
    ...(simulation.days.some((it) => it.window !== "none") ? [paint("dim", `The window is ${basis}.`)] : []),
    ...expectationLines(simulation, paint),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

interface Month {
  readonly month: string;
  readonly days: readonly SimulatedDay[];
}

function monthsOf({ days }: Simulation): readonly Month[] {
  const groups = Map.groupBy(days, (it) => it.date.slice(0, 7));
  return [...groups].map(([month, members]) => ({ month, days: members }));
}

const monthColumns: readonly Column<Month>[] = [
  { title: "Month", cell: ({ month }) => month },
  { title: "Captures", align: "right", cell: ({ days }) => String(sum(days.map((it) => it.captures))) },
  {
    title: "Forgotten",
    align: "right",
    cell: ({ days }) => String(sum(days.map((it) => it.forgotten.length))),
  },
  { title: "Points", align: "right", cell: ({ days }) => String(days.at(-1)!.points) },
  { title: "Oldest data", align: "right", cell: ({ days }) => ageText(days) },
  { title: "Size", align: "right", cell: ({ days }) => sizeText(days.at(-1)!.bytes) },
  { title: "Window", cell: ({ days }) => windowText(days) },
];

function ageText(days: readonly SimulatedDay[]): string {
  const ages = days.flatMap(({ oldestDataMs }) => oldestDataMs ?? []);
  return ages.length === 0 ? "–" : hoursText(Math.max(...ages));
}

function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? "–" : formatBytes(bytes);
}

function windowText(days: readonly SimulatedDay[]): string {
  const worst = worstFirst.find((state) => days.some((it) => it.window === state))!;
  const count = days.filter((it) => it.window === worst).length;
  return worst === "inside" || worst === "none" ? worst : `${worst} on ${countWords(count, "day")}`;
}

function peakLine({ totals: { peak } }: Simulation): readonly string[] {
  if (peak === undefined) return [];
  return [`Largest, estimated from what captures added so far: ${formatBytes(peak.bytes)} on ${peak.date}.`];
}

function gapLine({ worstGap }: Simulation, paint: Paint): string {
  if (worstGap === undefined) return paint("bad", "There was never a copy of the data.");
  const { asOf, until } = worstGap;
  return `Worst gap: ${hoursText(until - asOf)}, from ${formatMinute(asOf)} to ${formatMinute(until)}.`;
}

const stretchesShown = 5;

function riskLines({ atRisk }: Simulation, paint: Paint): readonly string[] {
  const shown = atRisk
    .slice(0, stretchesShown)
    .map(({ from, until, state }) =>
      paint(
        "bad",
        `Window ${state}: ${formatMinute(from)} to ${formatMinute(until)} (${formatDuration(until - from)}).`,
      ),
    );
  const more = atRisk.length - shown.length;
  return more > 0 ? [...shown, paint("bad", `… and ${more} more such stretches.`)] : shown;
}

function expectationLines({ expectations }: Simulation, paint: Paint): readonly string[] {
  return expectations.map(({ clause, result, counterexample }) => {
    if (result === "held") return `${paint("good", "✓")} ${clause}`;
    if (result === "not-reached") return `${paint("warn", "?")} ${clause}: the simulation ends before`;
    const { at, found } = counterexample!;
    return `${paint("bad", "✗")} ${clause}: on ${formatMinute(at)} ${found}`;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, it) => total + it, 0);
}
