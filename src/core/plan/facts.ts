import { formatInstant, parseInstant } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { once } from "../base/once.ts";
import type { HoldFacts } from "../model/repository/hold.ts";
import { factsOf } from "../model/observation.ts";
import type { DatabaseWindowFacts, Observation, WindowFacts } from "../model/observation.ts";
import type { Action } from "../model/plan.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Snapshot } from "../model/repository/snapshot.ts";
import { heldBy } from "./points/held-points.ts";
import { isComplete, newestBySource } from "./points/points.ts";
import type { Series } from "./points/points.ts";
import { differentialBase } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";
import { siteDatabaseLook } from "../model/facts/site-database.ts";

/**
 * Every fact of a site that a step can rest on, each read when its name is asked for. None depends on the
 * time: a fact becomes stale by change only. What the table lacks is `undefined`.
 */
export type FactTable = (name: string) => Json | undefined;

/** Prepares the facts of a policy's site from an observation and the series of its snapshots. */
export function readFacts(
  policy: ResolvedPolicy,
  observed: Observation,
  { points, usable }: Series,
): FactTable {
  const { code } = policy.site;
  const all = points.flatMap((point) => point.snapshots);
  const newest = newestBySource(all, usable);
  const complete = points.filter(isComplete);
  // Every forget of a plan rests on the same list.
  const completeDues = once(() => complete.map((point) => formatInstant(point.due)));
  const verified = complete.findLast((point) => point.verified);
  const version = (source: string) => siteDatabaseLook.get(factsOf(observed, source), "siteVersion") ?? null;
  const dues = new Map(points.map((point) => [point.due, point]));
  const fixed = new Map<string, () => Json>([
    ...policy.sources.flatMap(({ name }): [string, () => Json][] => [
      [factName.answers(code, name), () => answer(observed, name)],
      [factName.newest(code, name), () => newest.get(name)?.id ?? null],
      [factName.version(code, name), () => version(name)],
      [factName.base(code, name), () => differentialBase(observed, name) ?? null],
    ]),
    ...copiesByPoint(code, observed),
    [factName.completePoints(code), completeDues],
    [factName.newestVerified(code), () => (verified === undefined ? null : formatInstant(verified.due))],
    [factName.changeTracking(code), () => changeTracking(observed.window)],
  ]);
  const holdsOn = once(() => holdWords(code, observed.holds, all));
  return (name) => {
    const due = dueIn(name, factStart.point(code));
    if (due !== undefined) return dues.get(due)?.snapshots.map((it) => it.id);
    const held = dueIn(name, factStart.holds(code));
    return held === undefined ? fixed.get(name)?.() : holdsOn()(held);
  };
}

/** The ids of the holds on a point, and the objects that may be some. Nothing where nothing holds it. */
function holdWords(
  site: string,
  holds: HoldFacts | undefined,
  snapshots: readonly Snapshot[],
): (due: Instant) => Json | undefined {
  if (holds === undefined) return () => undefined;
  const held = heldBy(holds.living, snapshots);
  return (due) => {
    const words = [...held({ site, due }).map((it) => it.id), ...holds.unreadable];
    return words.length === 0 ? undefined : words;
  };
}

/** What each repository of copies holds of each point. */
function copiesByPoint(
  site: string,
  { copies = [] }: Observation,
): readonly (readonly [string, () => Json])[] {
  return copies.flatMap(({ repository, snapshots, holds }) => {
    const holdsOn = holdWords(site, holds, snapshots);
    return [...Map.groupBy(snapshots, (it) => it.point)].flatMap(
      ([due, members]): (readonly [string, () => Json])[] => [
        [factName.copy(site, due, repository), () => members.map((it) => it.id).sort()],
        [factName.copyHolds(site, due, repository), () => holdsOn(due) ?? null],
      ],
    );
  });
}

/** The value of a fact now. One that the table lacks is not there: null. */
export function factValue(table: FactTable, name: string): Json {
  return table(name) ?? null;
}

/** What comes before a due instant in the names of facts about one point. */
const factStart = {
  point: (site: string) => `${site} point `,
  holds: (site: string) => `${site} holds of point `,
} as const;

/** How facts are called, for people and for the comparison. */
export const factName = {
  answers: (site: string, source: string) => `${site}/${source} answers`,
  newest: (site: string, source: string) => `${site}/${source} newest snapshot`,
  version: (site: string, source: string) => `${site}/${source} site version`,
  base: (site: string, source: string) => `${site}/${source} differential base`,
  point: (site: string, due: number) => `${factStart.point(site)}${formatInstant(due)}`,
  copy: (site: string, due: number, repository: string) =>
    `${factStart.point(site)}${formatInstant(due)} in ${repository}`,
  holds: (site: string, due: number) => `${factStart.holds(site)}${formatInstant(due)}`,
  copyHolds: (site: string, due: number, repository: string) =>
    `${factStart.holds(site)}${formatInstant(due)} in ${repository}`,
  completePoints: (site: string) => `${site} complete points`,
  newestVerified: (site: string) => `${site} newest verified point`,
  changeTracking: (site: string) => `${site} change tracking`,
} as const;

/** The due instant in the name of a point's fact. */
function dueIn(name: string, start: string): Instant | undefined {
  return name.startsWith(start) ? parseInstant(name.slice(start.length)) : undefined;
}

/** What the steps of a plan rest on, each fact once. */
export function factsUnder(
  { policy, observed, series }: Survey,
  actions: readonly Action[],
): Readonly<Record<string, Json>> {
  const names = new Set(actions.flatMap((action) => (action.do === "skip" ? [] : action.restsOn)));
  if (names.size === 0) return {};
  const table = readFacts(policy, observed, series);
  return Object.fromEntries([...names].map((name) => [name, factValue(table, name)]));
}

function answer(observed: Observation, source: string): Json {
  const seen = observed.sources[source];
  if (seen === undefined) return null;
  return seen.answers ? true : seen.problem.code;
}

/** What the window's verdict rests on, without the moments of reading, which differ each time. */
function changeTracking({ own, partners }: WindowFacts): JsonObject {
  return {
    own: settings(own),
    ...Object.fromEntries(Object.entries(partners).map(([partner, read]) => [partner, settings(read)])),
  };
}

function settings(read: WindowFacts["own"]): Json {
  if ("problem" in read) return read.problem.code;
  const links = read.links.map((link) => `${link.partner} ${link.state}`);
  return { changeTracking: read.changeTracking, retentionMs: retention(read), links };
}

function retention(read: DatabaseWindowFacts): Json {
  return read.retentionMs ?? null;
}
