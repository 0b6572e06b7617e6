import { given } from "../../base/given.ts";
import { unknownZoneMs } from "../../base/instant.ts";
import type { Instant } from "../../base/instant.ts";
import type { DatabaseCopy, WindowLook } from "../../model/database-copy.ts";
import { factsOf } from "../../model/observation.ts";
import type { Observation } from "../../model/observation.ts";
import { isVerified } from "../../model/repository/snapshot.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";
import type { Source } from "../../model/policy/source.ts";
import { chainOf } from "../points/points.ts";
import type { Series } from "../points/points.ts";
import { readLook } from "../../model/window-look.ts";
import { makeLook } from "./window-looks.ts";
import { backupFacts } from "../../model/facts/backup.ts";
import { siteDatabaseLook } from "../../model/facts/site-database.ts";

/**
 * Whether capturing the source makes a fresh copy of the database, and not only keeps what another tool has
 * made.
 */
export function makesFreshCopy(source: Source): boolean {
  return source.kind === "site-database" && source.method === "native";
}

/** A copy of the database, before it is known what was seen of the window with it. */
interface Found {
  readonly asOf: Instant;
  readonly verified: boolean;
  /** Absent: `msdb` alone knows of it. */
  readonly snapshot?: Snapshot;
}

/** A look that was recorded with a snapshot of the database. */
interface Recorded {
  readonly look: WindowLook;
  readonly snapshot: Snapshot;
}

export interface NewestCopies {
  readonly newest?: DatabaseCopy;
  /** The newest of those that were read back. */
  readonly newestVerified?: DatabaseCopy;
}

/** The newest usable copies of the site database, each with what was seen of the window with it. */
export function newestCopies(
  database: Source,
  snapshots: readonly Snapshot[],
  { series, observed }: { readonly series: Series; readonly observed: Observation },
): NewestCopies {
  const held = snapshots.filter((it) => it.source === database.name).sort(byId);
  const recorded = held.flatMap((snapshot): readonly Recorded[] => {
    const look = readLook(snapshot.facts);
    return look === undefined ? [] : [{ look, snapshot }];
  });
  const others = recorded.map(({ look }) => look);
  const tell = (found: Found): DatabaseCopy => {
    const { asOf, verified, snapshot } = found;
    const own = recorded.find((it) => it.snapshot === snapshot)?.look;
    if (makesFreshCopy(database))
      return { asOf, verified, ...ageOf(snapshot), ...given({ look: own }), others };
    const foundBy = snapshot === undefined ? makeLook(observed.window) : own;
    return { asOf, verified, ...lookBefore(asOf, looksBefore(found, recorded), foundBy), others };
  };
  const found = [...usableOf(held, series), ...witnessed(database, observed)];
  const [newest, newestVerified] = [newestOf(found), newestOf(found.filter((it) => it.verified))];
  return {
    ...(newest && { newest: tell(newest) }),
    ...(newestVerified && { newestVerified: tell(newestVerified) }),
  };
}

/** A secondary replica holds what it has received, which may be far behind. */
function ageOf(snapshot: Snapshot | undefined): Pick<DatabaseCopy, "isOfUnknownAge"> {
  const replica = snapshot && backupFacts.get(snapshot.facts, "replica");
  const isUnknown = replica?.role === "secondary" && replica.behindMs === undefined;
  return isUnknown ? { isOfUnknownAge: true } : {};
}

/**
 * By what another tool's copy is judged: the last look before it. What had been received by then is in the
 * copy, unless the site itself was restored in between, which another recovery fork shows at the look that
 * found the copy.
 *
 * `asOf` is by the SQL Server's own clock, as `msdb` and the task write it.
 */
export function lookBefore(
  asOf: Instant,
  before: readonly WindowLook[],
  foundBy: WindowLook | undefined,
): Pick<DatabaseCopy, "look" | "lookedAt"> {
  const look = before.findLast(({ own }) => own !== undefined && own.readAt + own.clockOffsetMs <= asOf);
  const fork = look?.own?.recoveryFork;
  if (look?.own === undefined || fork === undefined || fork !== foundBy?.own?.recoveryFork)
    return { lookedAt: "never" };
  return { look, lookedAt: look.own.readAt };
}

/** Recorded looks that found an older copy: this one was not there yet, whatever the clocks say. */
function looksBefore({ asOf, snapshot }: Found, recorded: readonly Recorded[]): readonly WindowLook[] {
  return recorded
    .filter((it) => it.snapshot.asOf < asOf && (snapshot === undefined || it.snapshot.id < snapshot.id))
    .map((it) => it.look);
}

function usableOf(held: readonly Snapshot[], { usable, byId }: Series): readonly Found[] {
  return held
    .filter((it) => usable.has(it.id))
    .map((it) => ({ asOf: it.asOf, verified: chainOf(it, byId).every(isVerified), snapshot: it }));
}

/** Another product's newest full, as `msdb` tells it. It is taken for good: sitekeep can't read it. */
function witnessed(database: Source, observed: Observation): readonly Found[] {
  if (database.kind !== "site-database" || database.method !== "external") return [];
  const [newest] = siteDatabaseLook.get(factsOf(observed, database.name), "lastFulls") ?? [];
  if (newest === undefined) return [];
  const { startedAt, zoneKnown = true } = newest;
  return [{ asOf: zoneKnown ? startedAt : startedAt - unknownZoneMs, verified: true }];
}

function newestOf(copies: readonly Found[]): Found | undefined {
  let newest = copies[0];
  for (const copy of copies) if (copy.asOf >= newest!.asOf) newest = copy;
  return newest;
}

function byId(left: Snapshot, right: Snapshot): number {
  return left.id < right.id ? -1 : 1;
}
