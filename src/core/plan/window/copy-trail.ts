import { hour, type DurationMs, type Instant } from "../../base/instant.ts";
import type { DatabaseCopy, WindowLook } from "../../model/database-copy.ts";
import type { DatabaseWindowFacts, ReplicationLink } from "../../model/observation.ts";

/**
 * One copy and one database that would have to bring it up to date, with all that was seen of that database.
 */
export interface CopyTrail {
  /** What was received before this is in the copy. */
  readonly receivedAt: Instant;
  /** The database when the copy was taken, where it was read. */
  readonly atCopy?: DatabaseWindowFacts;
  /** The database as it was seen before the copy, oldest first. */
  readonly before: readonly DatabaseWindowFacts[];
  /** The database as it was seen since, oldest first; the last is of now. */
  readonly since: readonly DatabaseWindowFacts[];
}

/** Who judges: a partner's database, or the own one in its place. */
export interface Witness {
  readonly site: string;
  /** The partner that the copy would be brought up to date from; absent where none is named. */
  readonly partner?: string;
  /** False where the own database stands in. */
  readonly isPartner: boolean;
  readonly facts: DatabaseWindowFacts;
}

/**
 * How far behind its partner a database may be whose link is called active: ConfigMgr calls a link degraded
 * after 12 missed synchronisations of 5 minutes, unless somebody has changed that.
 */
const behindMs: DurationMs = hour;

/** A copy that is taken while groups are copied as a whole, or a site is recovered, may hold half of them. */
const halfCopied: ReadonlySet<ReplicationLink["state"]> = new Set([
  "initialising",
  "initialisation-failed",
  "recovering",
]);

/**
 * Puts in order what was seen of the witness, or says why the copy can't be judged by it.
 *
 * `isRecorded`: what the copy had received is known group by group, so that no link need tell it.
 */
export function followCopy(
  witness: Witness,
  copy: DatabaseCopy,
  isRecorded = false,
): CopyTrail | { readonly doubt: string } {
  const { facts, site, partner } = witness;
  const others = copy.others
    .flatMap((look) => (look === copy.look ? [] : (sightIn(witness, look) ?? [])))
    .sort(byTime);
  if (copy.look === undefined) {
    const before = others.filter((it) => it.readAt <= copy.asOf);
    // The clock at that time is not known. One that is ahead today may have been right then.
    const { currentVersion: _, minValidVersion: __, cleanedVersion: ___, ...setting } = facts;
    const start = { ...setting, readAt: copy.asOf, clockOffsetMs: Math.min(0, facts.clockOffsetMs) };
    const since = others.filter((it) => it.readAt > copy.asOf);
    return {
      receivedAt: copy.asOf,
      before: before.some(showsSetting) ? before : [start],
      since: [...since, facts],
    };
  }
  const link = linkIn(copy.look, site, partner);
  const isKnown = link !== undefined && (isRecorded ? !halfCopied.has(link.state) : link.state === "active");
  if (!isKnown) return { doubt: linkDoubt(link, partner, whenLooked(copy)) };
  const atCopy = sightIn(witness, copy.look);
  // Without its clock at that time the copy's date can't be compared with anything: ours may have been wrong.
  if (atCopy === undefined) return { doubt: `${nameOf(witness)} was not read ${whenLooked(copy)}.` };
  const isLater = (it: DatabaseWindowFacts) => isAfterLook(it, atCopy);
  const before = others.filter((it) => !isLater(it));
  if (![...before, atCopy].some(showsSetting))
    return {
      doubt: `${nameOf(witness)} did not show its setting ${whenLooked(copy)}, nor before.`,
    };
  const since = [...others.filter(isLater), facts];
  const lookedAt = typeof copy.lookedAt === "number" ? copy.lookedAt : copy.asOf;
  const sentAt = isRecorded ? sentIn(atCopy, site) : undefined;
  return { receivedAt: Math.min(lookedAt - behindMs, sentAt ?? Infinity), before, atCopy, since };
}

/** When the group that is farthest behind was last sent, on our clock. */
function sentIn({ links, clockOffsetMs }: DatabaseWindowFacts, site: string): Instant | undefined {
  const sends = links.find((it) => it.partner === site)?.sends ?? [];
  const times = sends.flatMap((it) => it.processedAt ?? []);
  return times.length === 0 ? undefined : Math.min(...times) - clockOffsetMs;
}

/**
 * The looks in order, from the last one before the copy that showed a setting: what purging is bracketed by.
 * One that showed none tells of the clock all the same, and is given the worse setting of those around it.
 */
export function settingsIn({ before, atCopy, since }: CopyTrail): readonly DatabaseWindowFacts[] {
  const last = before.findLastIndex(showsSetting);
  const looks = [...(last < 0 ? [] : before.slice(last)), ...(atCopy ? [atCopy] : []), ...since];
  return looks.map((look, at) => {
    if (showsSetting(look)) return look;
    const around = [looks.slice(0, at).findLast(showsSetting), looks.slice(at).find(showsSetting)];
    return { ...look, ...worseOf(around.filter((it) => it !== undefined)) };
  });
}

function worseOf(
  looks: readonly DatabaseWindowFacts[],
): Pick<DatabaseWindowFacts, "changeTracking" | "retentionMs"> {
  if (looks.some((it) => it.changeTracking === "off")) return { changeTracking: "off" };
  return { changeTracking: "on", retentionMs: Math.min(...looks.map((it) => it.retentionMs ?? 0)) };
}

function byTime(left: DatabaseWindowFacts, right: DatabaseWindowFacts): number {
  return left.readAt - right.readAt;
}

function sightIn({ partner, isPartner }: Witness, look: WindowLook): DatabaseWindowFacts | undefined {
  return isPartner && partner !== undefined ? look.partners[partner] : look.own;
}

/** A setting that was not shown proves nothing: the looks around it have to. */
function showsSetting({ changeTracking, retentionMs }: DatabaseWindowFacts): boolean {
  return changeTracking === "off" || (changeTracking === "on" && retentionMs !== undefined);
}

/**
 * Our clock may have been set back since: what is later by the other clock, or counts more versions, is later
 * all the same.
 */
function isAfterLook(look: DatabaseWindowFacts, known: DatabaseWindowFacts): boolean {
  if (look.readAt > known.readAt || ownTimeOf(look) > ownTimeOf(known)) return true;
  const [counts, counted] = [look.currentVersion, known.currentVersion];
  return counts !== undefined && counted !== undefined && BigInt(counts) > BigInt(counted);
}

function ownTimeOf({ readAt, clockOffsetMs }: DatabaseWindowFacts): Instant {
  return readAt + clockOffsetMs;
}

/** The worse of what both sides say of the link; without a named partner the worst of all. */
function linkIn(
  { own, partners }: WindowLook,
  site: string,
  partner: string | undefined,
): ReplicationLink | undefined {
  const here = (own?.links ?? []).filter((link) => partner === undefined || link.partner === partner);
  const there = partner === undefined ? [] : (partners[partner]?.links ?? []);
  const links = [...here, ...there.filter((link) => link.partner === site)];
  return (
    links.find((it) => halfCopied.has(it.state)) ??
    links.find((it) => it.state !== "active" && it.state !== "degraded") ??
    links.find((it) => it.state === "degraded") ??
    links[0]
  );
}

const stopped = new Map<ReplicationLink["state"], string>([
  ["failed", "down"],
  ["maintenance", "in maintenance mode"],
  ["initialisation-failed", "not initialised"],
  ["recovering", "waiting for a recovery"],
  ["gone", "taken away"],
]);

/** When somebody saw what the copy has received, in words. */
function whenLooked({ lookedAt }: DatabaseCopy): string {
  return lookedAt === undefined
    ? "when this copy was taken"
    : "at the last look before another tool took this copy";
}

function linkDoubt(link: ReplicationLink | undefined, partner: string | undefined, when: string): string {
  const whom = partner ?? link?.partner ?? "any partner";
  const stood =
    link === undefined || link.state === "unknown" || link.state === "stale"
      ? `How replication with ${whom} stood ${when} could not be read`
      : `Replication with ${whom} was ${stopped.get(link.state) ?? link.state} ${when}`;
  return `${stood}, so it is not known what the copy had received.`;
}

export function nameOf({ partner, isPartner }: Witness): string {
  return isPartner ? `Partner ${partner}` : "The site's own database";
}

/**
 * Says when a group was copied as a whole after the copy was taken, as far as either side tells it: the
 * changes of its tables count anew from then on. `none`: a side that can tell has told that none was.
 */
export function initialisedSince(
  { site, partner }: Witness,
  copy: DatabaseCopy,
  { receivedAt, now }: { readonly receivedAt: Instant; readonly now: WindowLook },
): { readonly at?: Instant } | "none" | "unknown" {
  const was = copy.look && sidesOf(copy.look, { site, partner });
  const fork = copy.look?.own?.recoveryFork;
  let told: "none" | "unknown" = "unknown";
  for (const look of [...copy.others.filter((it) => isAfter(it, copy.look)), now]) {
    const is = sidesOf(look, { site, partner });
    // A site's own database that was restored since tells what it told then, and lacks what was in between.
    const isSame = copy.look === undefined || (fork !== undefined && fork === look.own?.recoveryFork);
    for (const side of isSame ? (["here", "there"] as const) : (["there"] as const)) {
      const [known, seen] = [was?.[side].stamps, is[side]];
      // Before the copy's own stamps the times are compared, which clocks may spoil: that proves no absence.
      if (known === undefined || seen.stamps === undefined) {
        if (seen.at !== undefined && seen.at >= receivedAt) return { at: seen.at };
      } else if (known !== seen.stamps) return seen.at === undefined ? {} : { at: seen.at };
      else if (look === now) told = "none";
    }
  }
  return told;
}

interface Initialisations {
  readonly stamps?: string;
  /** The newest, on our clock. */
  readonly at?: Instant;
}

/** What each side tells at a look of the groups that were copied as a whole. */
function sidesOf(
  { own, partners }: WindowLook,
  { site, partner }: { readonly site: string; readonly partner: string | undefined },
): Readonly<Record<"here" | "there", Initialisations>> {
  const there = partner === undefined ? undefined : partners[partner];
  return { here: initialisationsOf(own, partner), there: initialisationsOf(there, site) };
}

function initialisationsOf(
  facts: DatabaseWindowFacts | undefined,
  whom: string | undefined,
): Initialisations {
  const links = (facts?.links ?? []).filter((it) => whom === undefined || it.partner === whom);
  const stamps = links.flatMap((it) => it.initialisations ?? []).join();
  const times = links.flatMap((it) => it.initialisedAt ?? []);
  return {
    ...(stamps !== "" && { stamps }),
    ...(times.length > 0 && { at: Math.max(...times) - (facts?.clockOffsetMs ?? 0) }),
  };
}

function isAfter(look: WindowLook, then: WindowLook | undefined): boolean {
  return then === undefined || readAtOf(look) > readAtOf(then);
}

function readAtOf({ own, partners }: WindowLook): Instant {
  return own?.readAt ?? Object.values(partners)[0]?.readAt ?? 0;
}
