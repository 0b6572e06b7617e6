import { formatBytes } from "../base/bytes.ts";
import { formatDuration, formatMinute } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { CopyStatus, SiteStatus, SourceStatus } from "../model/status.ts";
import { acceptedLines } from "./words/accepted-words.ts";
import { countWords } from "./words/count-words.ts";
import { gatherByCure, withCures } from "./words/cures.ts";
import { quietWords } from "./words/quiet-words.ts";
import { noPaint } from "./words/paint.ts";
import type { Paint, Style } from "./words/paint.ts";
import { windowState, windowStyle } from "./words/window-words.ts";
import { verdictWords } from "./words/point-words.ts";
import { renderTable } from "./words/table.ts";
import { isVerdictOn } from "../model/site-subject.ts";

const stateStyle: Readonly<Record<SiteStatus["state"], Style>> = {
  kept: "good",
  "at-risk": "warn",
  broken: "bad",
};

/** Writes a table of all sites and, below it, each site's sources and problems. Ends with a line feed. */
export function renderStatus(sites: readonly SiteStatus[], now: Instant, paint: Paint = noPaint): string {
  if (sites.length === 0) return "No site has a policy here.\n";
  const overview = renderTable(
    [
      { title: "SITE", cell: (it) => it.site },
      { title: "STATE", cell: stateWords, paint: (text, it) => paint(stateStyle[it.state], text) },
      { title: "LAST POINT", cell: pointWords },
      { title: "DATA AGE", cell: (it) => (it.dataAgeMs === undefined ? "–" : formatDuration(it.dataAgeMs)) },
      { title: "WINDOW", cell: windowWords, paint: (text, it) => paint(windowStyle[it.window.state], text) },
      { title: "POINTS", align: "right", cell: (it) => String(it.points) },
      { title: "NEXT", cell: (it) => nextWords(it, now) },
    ],
    sites,
  );
  return [...overview, ...sites.flatMap((site) => detailLines(site, paint))]
    .map((line) => `${line}\n`)
    .join("");
}

function stateWords({ state }: SiteStatus): string {
  return state === "at-risk" ? "at risk" : state;
}

function nextWords({ nextDue }: SiteStatus, now: Instant): string {
  if (nextDue === undefined) return "–";
  return `${formatMinute(nextDue)}, in ${formatDuration(Math.max(0, nextDue - now))}`;
}

function pointWords({ lastPoint }: SiteStatus): string {
  if (lastPoint === undefined) return "none";
  const quality = [
    ...(lastPoint.complete ? [] : ["incomplete"]),
    ...(lastPoint.verified ? [] : ["not verified"]),
    ...verdictWords(lastPoint),
  ];
  return `${formatMinute(lastPoint.due)}${quality.length > 0 ? ` (${quality.join(", ")})` : ""}`;
}

function windowWords({ window }: SiteStatus): string {
  const state = windowState(window.state);
  const until = window.state === "inside" || window.state === "closing" ? window.expiresAt : undefined;
  return until === undefined ? state : `${state} until ${formatMinute(until)}`;
}

function detailLines(site: SiteStatus, paint: Paint): readonly string[] {
  const sources = renderTable<SourceStatus>(
    [
      { title: "SOURCE", cell: (it) => it.source },
      { title: "KIND", cell: (it) => it.kind },
      {
        title: "NEWEST COPY",
        cell: (it) => (it.lastAsOf === undefined ? "none" : formatMinute(it.lastAsOf)),
      },
      {
        title: "VERIFIED",
        cell: (it) => (it.verified ? "yes" : "no"),
        paint: (text, it) => paint(it.verified ? "good" : "warn", text),
      },
      {
        title: "ANSWERS",
        cell: (it) => (it.answers ? "yes" : "no"),
        paint: (text, it) => paint(it.answers ? "good" : "bad", text),
      },
      { title: "SIZE", align: "right", cell: (it) => (it.bytes === undefined ? "–" : formatBytes(it.bytes)) },
    ],
    site.sources,
  );
  return [
    "",
    `${paint("bold", site.site)}  ${paint("dim", `policy ${site.policy}`)}`,
    // What is said as a problem below is not said twice.
    ...(site.problems.some((it) => isVerdictOn(it, site.site)) ? [] : [`  ${site.window.because}`]),
    ...(site.quietSpell === undefined ? [] : [`  no capture begins: ${quietWords(site.quietSpell)}`]),
    ...copyLines(site),
    ...keyLines(site),
    ...lastRunLines(site, paint),
    ...sources.map((line) => `  ${line}`),
    ...withCures(gatherByCure(site.problems), {
      line: (problem) => `  ${paint("bad", "!")} ${problem.message}`,
      problem: (problem) => problem,
      cure: cureIn(paint),
    }),
    ...acceptedLines(site.accepted, paint).map((line) => `  ${line}`),
  ];
}

function copyLines({ copies }: SiteStatus): readonly string[] {
  if (copies === undefined) return [];
  const { onlyOnce, repositories } = copies;
  return [
    ...repositories.map(({ repository, points, newest }) =>
      newest === undefined
        ? `  ${repository} holds no whole copy of a point`
        : `  ${repository} holds ${countWords(points, "point")}; the newest is of ${formatMinute(newest.due)}, ${formatDuration(newest.ageMs)} old, ${provenWords(newest)}`,
    ),
    `  ${countWords(onlyOnce, "point lies", "points lie")} in one repository alone`,
  ];
}

function provenWords({ provenAgeMs }: NonNullable<CopyStatus["newest"]>): string {
  return provenAgeMs === undefined
    ? "not read back"
    : `read back ${formatDuration(Math.max(0, provenAgeMs))} ago`;
}

/** Repositories whose second key is proven; the others are among the problems. */
function keyLines({ keys }: SiteStatus): readonly string[] {
  return keys.flatMap(({ repository, secondKey }) =>
    secondKey.state === "proven"
      ? [
          `  ${repository} was opened with a second key on ${secondKey.proof.machine} at ${formatMinute(secondKey.proof.at)}; that counts until ${formatMinute(secondKey.until)}`,
        ]
      : [],
  );
}

function lastRunLines({ lastRun }: SiteStatus, paint: Paint): readonly string[] {
  if (lastRun === undefined) return [];
  return [
    `  last run ${lastRun.id} at ${formatMinute(lastRun.at)}: ${lastRun.result.replace("-", " ")}`,
    ...withCures(lastRun.failed, {
      line: ({ title, problem }) => `    ${paint("bad", "✗")} ${title}: ${problem.message}`,
      problem: ({ problem }) => problem,
      cure: cureIn(paint),
    }),
  ];
}

function cureIn(paint: Paint): (hint: string) => string {
  return (hint) => `      ${paint("dim", `→ ${hint}`)}`;
}
