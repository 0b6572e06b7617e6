import { given } from "../../core/base/given.ts";
import { formatMinute, type Instant, minute } from "../../core/base/instant.ts";
import type { GroupSend, ReplicationLink } from "../../core/model/observation.ts";
import { meaningOf } from "../../core/outside/facts/numbers.ts";
import {
  initialisationStates,
  linkStates,
  linkVerdictMinutes,
  recoveryFrom,
  sendResults,
  siteRoles,
  siteStates,
} from "../../core/outside/site/site-replication.ts";
import { numberCell, textCell, utcCell } from "../access/sql/sql-row.ts";
import type { SqlRow } from "../access/sql/sql-runner.ts";
import { newestInitialisations } from "./window-initialisations.ts";

/** The rows of one site's database that tell of its replication, as they were answered. */
export interface LinkRows {
  /** The site's own code. */
  readonly self: string;
  /** The server's clock. Absent where it was not told: then no verdict is too old, and nothing is proven. */
  readonly now: Instant | undefined;
  readonly links: readonly SqlRow[];
  readonly initialisations: readonly SqlRow[];
  /** Absent where they could not be read. */
  readonly states: readonly SqlRow[] | undefined;
  readonly sends: readonly SqlRow[] | undefined;
  /** The minimum valid version of each group by its name. */
  readonly groupVersions: ReadonlyMap<string, string> | undefined;
}

type LinkState = ReplicationLink["state"];

/** Worst first: a link is as good as its worst group. What may leave half a group comes first. */
const worstFirst: readonly LinkState[] = [
  "initialisation-failed",
  "recovering",
  "initialising",
  "failed",
  "maintenance",
  "stale",
  "unknown",
  "degraded",
  "active",
];

/** Groups shown by name for one partner; a failed link fails them by the dozen. */
const groupsShown = 5;

interface GroupState {
  readonly partner: string;
  readonly group: string;
  readonly state: LinkState;
  readonly detail?: string;
}

/** The links of a site with each of its partners, each as bad as the worst that is told of it. */
export function linksFrom(rows: LinkRows): readonly ReplicationLink[] {
  const statuses = rows.links
    .filter((row) => isOurs(row, linkSides, rows.self))
    .map((row) => linkStatus(row, rows));
  const partners = [...new Set(statuses.map((it) => it.partner))].sort();
  return partners.map((partner) => {
    const ofPartner = statuses.filter((it) => it.partner === partner);
    if (ofPartner.every((it) => it.state === "gone")) return goneLink(partner, ofPartner);
    return livingLink(partner, ofPartner, rows);
  });
}

function goneLink(partner: string, [first]: readonly GroupState[]): ReplicationLink {
  return { partner, state: "gone", groups: [], ...given({ detail: first?.detail }) };
}

function livingLink(partner: string, statuses: readonly GroupState[], rows: LinkRows): ReplicationLink {
  const copied = newestInitialisations(rows.initialisations, { self: rows.self, partner });
  const sent = rows.sends?.filter((row) => siteCodeIn(row, "receiving") === partner);
  const groups = [
    ...statuses.filter((it) => it.state !== "gone"),
    ...copied.newest.flatMap((it) => initialisation(partner, it)),
    ...siteState(rows, rows.self, partner),
    ...siteState(rows, partner, partner),
    ...(sent ?? []).filter(needsCopy).map((row): GroupState => lacking(partner, row)),
  ];
  const state = worstFirst.find((it) => groups.some((group) => group.state === it)) ?? "unknown";
  const worst = groups.filter((group) => group.state === state);
  const sends = sent && sendsFrom(sent, partner, rows);
  const detail = worst.find((it) => it.detail !== undefined)?.detail;
  return {
    partner,
    state,
    groups: state === "active" ? [] : [...new Set(worst.map((it) => it.group))].sort().slice(0, groupsShown),
    ...given({ detail, lastSyncAt: lastSync(sends) }),
    ...given(copied.stamps),
    ...given({ sends }),
  };
}

const linkSides = ["sending", "receiving"] as const;

function linkStatus(row: SqlRow, { self, now }: LinkRows): GroupState {
  const number = numberCell(row, "link_state");
  const meaning = meaningOf(linkStates, number);
  const updatedAt = utcCell(row, "updated");
  const [sending, receiving] = linkSides.map((side) => siteCodeIn(row, side));
  const partner = (sending === self ? receiving : sending) ?? "";
  const told = { partner, group: groupCell(row) };
  const detail = `the link's state is ${numberWords(number, meaning)}`;
  switch (meaning) {
    case "deleted":
    case "tombstoned":
      return { ...told, state: "gone", detail };
    case "error":
    case "failed":
      return { ...told, state: "failed" };
  }
  if (now !== undefined && !isFresh(updatedAt, now))
    return { ...told, state: "stale", detail: staleWords(updatedAt) };
  switch (meaning) {
    case "active":
    case "active between versions":
      return { ...told, state: "active" };
    case "degraded":
      return { ...told, state: "degraded" };
    case "initializing":
      return { ...told, state: "initialising" };
    default:
      return { ...told, state: "unknown", detail };
  }
}

/** A time that is still to come is none: the clock was wrong then, or is now. */
function isFresh(updatedAt: Instant | undefined, now: Instant): boolean {
  return updatedAt !== undefined && Math.abs(now - updatedAt) <= linkVerdictMinutes * minute;
}

function staleWords(updatedAt: Instant | undefined): string {
  return updatedAt === undefined
    ? "the site has never reckoned its state"
    : `the site reckoned its state last on ${formatMinute(updatedAt)}`;
}

function initialisation(
  partner: string,
  { group, number }: { readonly group: string; readonly number: number | undefined },
): readonly GroupState[] {
  const meaning = meaningOf(initialisationStates, number);
  const detail = `the initialisation's state is ${numberWords(number, meaning)}`;
  switch (meaning) {
    case "active":
      return [];
    case "missing":
    case "failed":
      return [{ partner, group, state: "initialisation-failed", detail }];
    default:
      return [{ partner, group, state: "initialising", detail }];
  }
}

/** A site that does not run stops all its links: our own stops each of them, a partner's only its own. */
function siteState({ states }: LinkRows, site: string, partner: string): readonly GroupState[] {
  if (states === undefined) return [];
  const rows = states.filter((row) => siteCodeIn(row, "site") === site);
  const peers = rows.filter(mayBePeer);
  const counted = peers.length > 0 ? peers : rows;
  // That the own site is not among them is told as an answer that is not understood.
  if (counted.length === 0 && site !== partner) return [];
  const told = { partner, group: "all" };
  if (counted.length === 0)
    return [{ ...told, state: "unknown", detail: `site ${site} is not among the sites` }];
  return counted.flatMap((row): readonly GroupState[] => {
    const number = numberCell(row, "site_state");
    const meaning = meaningOf(siteStates, number);
    if (meaning === "active") return [];
    const detail = `site ${site} is in state ${numberWords(number, meaning)}`;
    if (meaning === "maintenance") return [{ ...told, state: "maintenance", detail }];
    if (number !== undefined && number >= recoveryFrom && number <= siteStates.values["recovery failed"])
      return [{ ...told, state: "recovering", detail }];
    return [{ ...told, state: "unknown", detail }];
  });
}

const needsWholeCopy = sendResults.values["the group has to be copied as a whole"];
const peer = siteRoles.values["central or primary site"];

/** A central or a primary site, as far as the answer tells roles. */
export function mayBePeer(row: SqlRow): boolean {
  const role = row["server_role"];
  return role === undefined || String(role).trim().toLowerCase() === peer.toLowerCase();
}

function needsCopy(row: SqlRow): boolean {
  return numberCell(row, "send_result") === needsWholeCopy;
}

function lacking(partner: string, row: SqlRow): GroupState {
  const detail = `sending has ended with ${needsWholeCopy}: the group has to be copied as a whole`;
  return { partner, group: groupCell(row), state: "failed", detail };
}

/** The groups that the site sends to the partner, with what was sent of each and what is purged. */
function sendsFrom(
  sent: readonly SqlRow[],
  partner: string,
  { links, self, groupVersions }: LinkRows,
): readonly GroupSend[] {
  const linked = links.filter(
    (row) =>
      siteCodeIn(row, "sending") === self &&
      siteCodeIn(row, "receiving") === partner &&
      !["deleted", "tombstoned"].includes(meaningOf(linkStates, numberCell(row, "link_state")) ?? ""),
  );
  const groups = [...new Set([...linked, ...sent].map(groupCell))].sort();
  return groups.map((group) => {
    const rows = sent.filter((row) => groupCell(row) === group);
    const minValidVersion = groupVersions?.get(group);
    // Two rows of one group: neither can be told to be the one that counts.
    const [row] = rows.length === 1 ? rows : [];
    return { group, ...(row && processed(row)), ...given({ minValidVersion }) };
  });
}

/** What was sent counts when the partner has processed it. */
function processed(row: SqlRow): Pick<GroupSend, "sentVersion" | "processedAt"> {
  const version = textCell(row, "sent")?.trim() ?? "";
  const result = numberCell(row, "send_result");
  const [began, processedAt] = [utcCell(row, "began"), utcCell(row, "processed")];
  const isProcessed = processedAt !== undefined && (began === undefined || began <= processedAt);
  if (!isProcessed || result === undefined || result < 0 || !/^\d{1,19}$/.test(version)) return {};
  return { sentVersion: version, processedAt };
}

function lastSync(sends: readonly GroupSend[] | undefined): Instant | undefined {
  const times = sends?.map((it) => it.processedAt) ?? [];
  const known = times.filter((it) => it !== undefined);
  return known.length > 0 && known.length === times.length ? Math.min(...known) : undefined;
}

function isOurs(row: SqlRow, columns: readonly [string, string], self: string): boolean {
  return columns.some((column) => siteCodeIn(row, column) === self);
}

/** The code of a site in a row; empty where there is none. */
export function siteCodeIn(row: SqlRow, column: string): string {
  return (textCell(row, column) ?? "").trim().toUpperCase();
}

function groupCell(row: SqlRow): string {
  return textCell(row, "group_name") ?? `group ${textCell(row, "group_id") ?? "without a number"}`;
}

function numberWords(number: number | undefined, meaning: string | undefined): string {
  if (number === undefined) return "not told";
  return meaning === undefined ? String(number) : `${number} (${meaning})`;
}
