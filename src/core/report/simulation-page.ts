import { formatBytes } from "../base/bytes.ts";
import { formatDuration, formatMinute } from "../base/instant.ts";
import type { SimulatedDay, Simulation } from "../model/simulation.ts";
import { renderSimulation } from "./render-simulation.ts";

/**
 * The simulations as one HTML page that needs nothing beside itself: a calendar of each site, a cell a day.
 */
export function renderSimulationPage(simulations: readonly Simulation[]): string {
  const sites = simulations.map(renderSite).join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>sitekeep: what the policies will hold</title>
<style>${style}</style>
<h1>What the policies will hold</h1>
<p>Each cell is a day of the site's own calendar. Its colour is the worst of that day: where the newest copy of the site
database stood in the window, or else whether it grew older than promised. Point at a cell for its figures.</p>
<p class="legend">${legend}</p>
${sites}
</html>
`;
}

const states = [
  ["fresh", "as young as promised"],
  ["late", "older than promised"],
  ["closing", "closing: no time left to rebuild"],
  ["outside", "outside the window"],
  ["none", "no copy yet"],
] as const;
type State = (typeof states)[number][0];

const marks = [...states, ["none forgets", "dark edge: points are forgotten"]] as const;
const legend = marks.map(([mark, words]) => `<span><i class="${mark}"></i>${words}</span>`).join(" ");

function renderSite(simulation: Simulation): string {
  const months = Map.groupBy(simulation.days, (it) => it.date.slice(0, 7));
  const rows = [...months].map(([month, days]) => {
    const before = Number(days[0]!.date.slice(8)) - 1;
    const gap = before > 0 ? `<b style="grid-column: span ${before}"></b>` : "";
    return `<div class="month"><span>${month}</span>${gap}${days.map((it) => cell(it, simulation.maxDataAgeMs)).join("")}</div>`;
  });
  return `<section>
<h2>${escape(simulation.site)}</h2>
<div class="calendar">${rows.join("\n")}</div>
<pre>${escape(renderSimulation(simulation))}</pre>
</section>`;
}

function cell(day: SimulatedDay, promisedMs: number): string {
  const edge = day.forgotten.length > 0 ? " forgets" : "";
  return `<i class="${stateOf(day, promisedMs)}${edge}" title="${escape(titleOf(day))}"></i>`;
}

function stateOf({ window, oldestDataMs }: SimulatedDay, promisedMs: number): State {
  if (oldestDataMs === undefined) return "none";
  if (window === "closing" || window === "outside") return window;
  return oldestDataMs > promisedMs ? "late" : "fresh";
}

function titleOf({ date, points, captures, skipped, forgotten, oldestDataMs, bytes }: SimulatedDay): string {
  return [
    date,
    `${points} points`,
    `${captures} captures`,
    ...(skipped > 0 ? [`${skipped} sources silent`] : []),
    ...(oldestDataMs === undefined ? [] : [`data up to ${formatDuration(oldestDataMs)} old`]),
    ...(bytes === undefined ? [] : [`about ${formatBytes(bytes)}`]),
    ...forgotten.map((due) => `forgets ${formatMinute(due)}`),
  ].join("\n");
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.codePointAt(0)};`);
}

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --ground: #fff; --ink: #1c2430; --quiet: #64748b; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --ink: #e6eaf0; --quiet: #94a3b8; } }
body { background: var(--ground); color: var(--ink); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.month { display: grid; grid-template-columns: 5rem repeat(31, minmax(10px, 22px)); gap: 3px; margin-bottom: 3px; align-items: center; }
.month span { color: var(--quiet); font-variant-numeric: tabular-nums; }
i { display: block; aspect-ratio: 1; border-radius: 3px; }
.legend span { margin-right: 1.2rem; white-space: nowrap; }
.legend i { display: inline-block; width: 14px; margin-right: .4rem; vertical-align: -2px; }
.fresh { background: #4c9f70; } .late { background: #e3c14a; } .closing { background: #e07b39; } .outside { background: #b3362f; }
.none { background: #8884; } .forgets { box-shadow: inset 0 -3px #0006; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid #8884; border-radius: 6px; font-size: 13px; }
`;
