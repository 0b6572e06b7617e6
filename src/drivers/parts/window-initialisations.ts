import type { ReplicationLink } from "../../core/model/observation.ts";
import { initialisationStates } from "../../core/outside/site/site-replication.ts";
import { numberCell, textCell, utcCell } from "../access/sql/sql-row.ts";
import type { SqlRow } from "../access/sql/sql-runner.ts";

/** How far a group's newest copy as a whole has come. */
export interface NewestInitialisation {
  readonly group: string;
  readonly number: number | undefined;
}

export interface Initialisations {
  /** The one that counts of each group and direction; several where they can't be put in order. */
  readonly newest: readonly NewestInitialisation[];
  /** When groups were begun to be copied, as one text: another one after each. */
  readonly stamps: Pick<ReplicationLink, "initialisedAt" | "initialisations">;
}

/**
 * Reads the history of the groups that were copied as a whole between a site and one partner. The newest row
 * of a group and a direction counts. A superseded one never does: another one took its place.
 */
export function newestInitialisations(
  history: readonly SqlRow[],
  { self, partner }: { readonly self: string; readonly partner: string },
): Initialisations {
  const directions = new Set([`${self}>${partner}`, `${partner}>${self}`]);
  const ours = history.filter((row) => directions.has(directionOf(row)));
  const byGroup = [...Map.groupBy(ours, (row) => `${directionOf(row)} ${groupOf(row)}`).values()];
  return { newest: byGroup.flatMap(newestOf), stamps: stampsOf(ours, byGroup) };
}

function newestOf(rows: readonly SqlRow[]): readonly NewestInitialisation[] {
  const counted = rows.filter((row) => stateOf(row) !== initialisationStates.values.superseded);
  const newest = counted.reduce(
    (latest, row) => Math.max(latest, utcCell(row, "created") ?? latest),
    -Infinity,
  );
  return counted
    .filter((row) => [undefined, newest].includes(utcCell(row, "created")))
    .map((row) => ({ group: groupOf(row), number: stateOf(row) }));
}

/**
 * A clock that was wrong may stamp a later one earlier, and a row may be written over: so all are told as
 * one, by their number and the sum of the groups' newest stamps.
 */
function stampsOf(
  rows: readonly SqlRow[],
  byGroup: readonly (readonly SqlRow[])[],
): Initialisations["stamps"] {
  const stamps = byGroup.flatMap((group) => {
    const times = group.flatMap((row) => utcCell(row, "created") ?? []);
    return times.length === 0 ? [] : [times.reduce((latest, it) => Math.max(latest, it))];
  });
  if (stamps.length === 0) return {};
  const sum = stamps.reduce((total, stamp) => total + stamp, 0);
  return {
    initialisedAt: stamps.reduce((latest, it) => Math.max(latest, it)),
    initialisations: `${rows.length}, ${sum}`,
  };
}

function stateOf(row: SqlRow): number | undefined {
  return numberCell(row, "init_state");
}

function groupOf(row: SqlRow): string {
  return textCell(row, "group_name") ?? "";
}

function directionOf(row: SqlRow): string {
  const code = (column: string) => (textCell(row, column) ?? "").trim().toUpperCase();
  return `${code("requesting")}>${code("fulfilling")}`;
}
