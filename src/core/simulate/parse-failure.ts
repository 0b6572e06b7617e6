import { day, parseInstant } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { SimulatedFailure } from "../model/simulation.ts";
import { instantOfLocal } from "../plan/calendar/zone.ts";

/**
 * A failure as it is typed, with the site it is for; without one it is for every site that has the source.
 */
export interface TypedFailure extends SimulatedFailure {
  readonly site?: string;
}

/**
 * Reads `database 2027-01-03..2027-01-05`, `PS1/library 2027-02-01` or `all
 * 2027-03-01T08:00:00Z..2027-03-01T20:00:00Z`. A date is a whole day of the given zone, the last one
 * included. Undefined when it is none of these.
 */
export function parseFailure(text: string, timeZone: string): TypedFailure | undefined {
  const match = /^(?:([A-Za-z0-9]{3})\/)?(\S+)\s+(\S+?)(?:\.\.(\S+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, site, source, first, last = first] = match;
  const from = startOf(first!, timeZone);
  const until = endOf(last!, timeZone);
  if (from === undefined || until === undefined || until <= from) return undefined;
  return {
    source: source === "all" ? "*" : source!,
    from,
    until,
    ...(site !== undefined && { site: site.toUpperCase() }),
  };
}

/** Reads a date of the zone, as its first instant, or an instant with a zone of its own. */
export function startOf(text: string, timeZone: string): Instant | undefined {
  const midnight = dateOf(text);
  return midnight === undefined ? parseInstant(text) : instantOfLocal(timeZone, midnight);
}

function endOf(text: string, timeZone: string): Instant | undefined {
  const midnight = dateOf(text);
  return midnight === undefined ? parseInstant(text) : instantOfLocal(timeZone, midnight + day);
}

/** A date that exists, as its midnight would be in UTC. */
function dateOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const midnight = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(text) ? midnight : undefined;
}
