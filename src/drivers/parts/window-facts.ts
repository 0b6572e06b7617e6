import { given } from "../../core/base/given.ts";
import { day, type DurationMs, hour, type Instant, minute } from "../../core/base/instant.ts";
import type { DatabaseWindowFacts, ReplicationLink } from "../../core/model/observation.ts";
import { readChangeTrackingVersion, readServerClock } from "../access/sql/database-facts.ts";
import { rowsIfShown } from "../access/sql/rows-if-shown.ts";
import { flagCell, numberCell, textCell, utcCell } from "../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../access/sql/sql-runner.ts";
import {
  canSeeQuery,
  changeTrackingQuery,
  initialisationDone,
  initialisationFailed,
  initialisationQuery,
  initialisedQuery,
  linksQuery,
  linkStates,
  maintenanceStatus,
  recoveryForkQuery,
  siteModesQuery,
  validVersionsQuery,
} from "../access/sql/window-queries.ts";

/**
 * Reads what the window rests on from one database: its own setting of change tracking, how far cleanup has
 * come, its clock, and the state of its links. What may not be read is left out or *unknown*, and never
 * guessed.
 *
 * `database` is the one that the session is in; `now` gives our time, and is asked when the server's clock is
 * read.
 */
export async function readWindowFacts(
  sql: SqlRunner,
  database: string,
  now: () => Instant,
): Promise<DatabaseWindowFacts> {
  const before = now();
  const serverClock = await readServerClock(sql);
  const readAt = now();
  const tracking = await readTracking(sql);
  const currentVersion = await readChangeTrackingVersion(sql);
  const [versions] = await allowed(sql, validVersionsQuery);
  const minValidVersion = textCell(versions, "valid");
  const cleanedVersion = textCell(versions, "cleaned");
  const [recovery] = await allowed(sql, recoveryForkQuery);
  const recoveryFork = textCell(recovery, "fork")?.toLowerCase();
  const links = await readLinks(sql, siteCodeOf(database));
  return {
    readAt,
    // The answer was made somewhere between question and receipt: halfway is off by half of that at most.
    clockOffsetMs: serverClock === undefined ? 0 : serverClock - Math.round((before + readAt) / 2),
    ...tracking,
    ...given({ currentVersion, minValidVersion, cleanedVersion, recoveryFork }),
    links,
  };
}

type Tracking = Pick<DatabaseWindowFacts, "changeTracking" | "retentionMs" | "autoCleanup">;

const unitMs: Readonly<Record<number, DurationMs>> = { 1: minute, 2: hour, 3: day };

async function readTracking(sql: SqlRunner): Promise<Tracking> {
  const [row] = await allowed(sql, changeTrackingQuery);
  if (!row) return { changeTracking: (await maySeeTracking(sql)) ? "off" : "unknown" };
  const period = numberCell(row, "retention_period");
  const unit = unitMs[numberCell(row, "retention_period_units") ?? 0];
  const autoCleanup = flagCell(row, "is_auto_cleanup_on");
  return {
    changeTracking: "on",
    ...(period !== undefined && unit !== undefined && { retentionMs: period * unit }),
    ...given({ autoCleanup }),
  };
}

/** An empty answer means *off* only to a login that would have been shown a row. */
async function maySeeTracking(sql: SqlRunner): Promise<boolean> {
  const [row] = await allowed(sql, canSeeQuery);
  return ["owner", "alter_any", "create_any"].some((right) => flagCell(row, right) === true);
}

/** Groups shown by name for one partner; a failed link fails them by the dozen. */
const groupsShown = 5;

type LinkState = ReplicationLink["state"];

/** Worst first: a link is as good as its worst group. */
const worstFirst: readonly LinkState[] = [
  "failed",
  "maintenance",
  "initialising",
  "degraded",
  "unknown",
  "active",
];

interface GroupState {
  readonly partner: string;
  readonly group: string;
  readonly state: LinkState;
  readonly updatedAt?: Instant;
}

async function readLinks(sql: SqlRunner, self: string | undefined): Promise<readonly ReplicationLink[]> {
  const statuses = (await allowed(sql, linksQuery))
    // A site's database also knows of links between two others.
    .filter((row) => self === undefined || isOurs(row, ["sending", "receiving"], self))
    .map((row) => linkStatus(row, self));
  const initialising = (await allowed(sql, initialisationQuery)).flatMap((row) => initialisation(row, self));
  const modes = await allowed(sql, siteModesQuery);
  const groups = [...statuses, ...initialising, ...maintenance(modes, self, statuses)];
  const partners = [...new Set(groups.map((it) => it.partner))].sort();
  const initialised = await readInitialised(sql, self);
  return partners.map((partner) => {
    const link = linkOf(
      partner,
      groups.filter((it) => it.partner === partner),
    );
    return { ...link, ...initialisationsOf(initialised.get(partner) ?? []) };
  });
}

/** When groups were begun to be copied as a whole between us and each partner, in either direction. */
async function readInitialised(
  sql: SqlRunner,
  self: string | undefined,
): Promise<ReadonlyMap<string, readonly SqlRow[]>> {
  const sides = ["requesting", "fulfilling"] as const;
  const rows = await allowed(sql, initialisedQuery);
  const ours = rows.filter((row) => self === undefined || isOurs(row, sides, self));
  return Map.groupBy(ours, (row) => partnerOf(row, sides, self));
}

/**
 * A clock that was wrong may stamp a later one earlier, and a row may be written over: so all are told as
 * one, by their number and the sum of the groups' newest stamps.
 */
function initialisationsOf(
  rows: readonly SqlRow[],
): Pick<ReplicationLink, "initialisedAt" | "initialisations"> {
  const stamps = rows.flatMap((row) => utcCell(row, "created") ?? []);
  if (stamps.length === 0) return {};
  const times = rows.reduce((sum, row) => sum + (numberCell(row, "times") ?? 0), 0);
  const sum = stamps.reduce((total, stamp) => total + stamp, 0);
  return { initialisedAt: Math.max(...stamps), initialisations: `${times}, ${sum}` };
}

function linkStatus(row: SqlRow, self: string | undefined): GroupState {
  const status = numberCell(row, "status");
  const known = Object.entries(linkStates).find(([, number]) => number === status)?.[0];
  const updatedAt = utcCell(row, "updated");
  return {
    partner: partnerOf(row, ["sending", "receiving"], self),
    group: textCell(row, "name") ?? "",
    state: (known as LinkState | undefined) ?? "unknown",
    ...given({ updatedAt }),
  };
}

function initialisation(row: SqlRow, self: string | undefined): readonly GroupState[] {
  const status = numberCell(row, "status");
  if (status === initialisationDone) return [];
  if (self !== undefined && !isOurs(row, ["requesting", "fulfilling"], self)) return [];
  const partner = partnerOf(row, ["requesting", "fulfilling"], self);
  const state = status === initialisationFailed ? "failed" : "initialising";
  return [{ partner, group: textCell(row, "name") ?? "", state }];
}

/** A site in maintenance mode stops all its links: our own stops each of them, a partner's only its own. */
function maintenance(
  modes: readonly SqlRow[],
  self: string | undefined,
  statuses: readonly GroupState[],
): readonly GroupState[] {
  const sites = modes
    .filter((row) => numberCell(row, "status") === maintenanceStatus)
    .map((row) => textCell(row, "site") ?? "");
  const known = statuses.map((it) => it.partner);
  const partners = sites.flatMap((site) => (site === self ? known : known.filter((it) => it === site)));
  return [...new Set(partners)].map((partner) => ({ partner, group: "all", state: "maintenance" }));
}

function isOurs(row: SqlRow, columns: readonly [string, string], self: string): boolean {
  return columns.some((column) => textCell(row, column) === self);
}

function partnerOf(row: SqlRow, columns: readonly [string, string], self: string | undefined): string {
  const [first, second] = columns.map((column) => textCell(row, column) ?? "");
  return first === self ? second! : first!;
}

function linkOf(partner: string, groups: readonly GroupState[]): ReplicationLink {
  const state = worstFirst.find((it) => groups.some((group) => group.state === it)) ?? "unknown";
  const worst = groups.filter((group) => group.state === state).map((group) => group.group);
  const times = groups.filter((group) => group.state === "active").flatMap((group) => group.updatedAt ?? []);
  return {
    partner,
    state,
    groups: state === "active" ? [] : [...new Set(worst)].sort().slice(0, groupsShown),
    ...(times.length > 0 && { lastSyncAt: Math.min(...times) }),
  };
}

/** ConfigMgr names its databases after their site: CM_PS1. */
function siteCodeOf(database: string): string | undefined {
  return /^CM_([A-Z0-9]{3})$/i.exec(database)?.[1]?.toUpperCase();
}

/**
 * 207 and 208: no such column or object (another version, a stand-alone site, no site); the others: hidden
 * from this login.
 */
const absentOrHidden = [207, 208, 229, 297, 300, 371];

async function allowed(sql: SqlRunner, query: string): Promise<readonly SqlRow[]> {
  return (await rowsIfShown(sql, { query, absentOrHidden })) ?? [];
}
