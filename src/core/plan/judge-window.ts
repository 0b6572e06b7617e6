import { day, formatDuration, formatMinute, hour, minute } from "../base/instant.ts";
import type { DurationMs, Instant } from "../base/instant.ts";
import type { DatabaseWindowFacts, ReplicationLink, WindowFacts } from "../model/observation.ts";
import type { ResolvedPolicy } from "../model/resolved-policy.ts";
import { worstFirst, type WindowVerdict } from "../model/window.ts";

/** A copy of the site database that a site could be recovered with. */
export interface DatabaseCopy {
  /** Whose state it shows, on the conservative side. */
  readonly asOf: Instant;
  /** Read again and matched. */
  readonly verified: boolean;
  /** Each partner's change tracking version when the copy was taken, by site code, where it was recorded. */
  readonly partnerVersions: Readonly<Record<string, string>>;
}

/** What ConfigMgr sets up. Used only to check a policy before any site was asked; never in place of a fact. */
export const defaultWindowMs: DurationMs = 5 * day;

/** Until a drill has measured it: what restoring the site database is taken to last. */
export const assumedRestoreMs: DurationMs = 4 * hour;

/** Clocks that differ by less are taken for one. */
export const clockToleranceMs: DurationMs = 5 * minute;

/**
 * Judges whether replication could still bring a restored copy up to date (docs/window.md).
 *
 * The partner's retention decides, since the changes are read from the partner's change tracking; the site's own
 * setting stands in for a partner that can't be read. Without a healthy link nothing is proven, whatever the dates.
 */
export function judgeWindow(
  policy: ResolvedPolicy,
  facts: WindowFacts,
  copy: DatabaseCopy | undefined,
  now: Instant,
): WindowVerdict {
  if (!hasWindow(policy))
    return {
      state: "none",
      basis: "stand-alone site",
      because: `${policy.site.code} stands alone: nothing replicates, so all that happened after the newest copy is lost.`,
    };
  const judged = judgesOf(policy, facts).map((judge) => judgeBy(judge, policy, copy, now));
  const worst = judged.sort(
    (left, right) =>
      worstFirst.indexOf(left.state) - worstFirst.indexOf(right.state) ||
      (left.expiresAt ?? 0) - (right.expiresAt ?? 0),
  )[0]!;
  const broken = brokenLink(policy, facts);
  return broken === undefined ? worst : { ...worst, state: "not-proven", because: linkSentence(broken) };
}

/** Only sites that replicate have a window: a primary below a central site, and a central site itself. */
export function hasWindow({ site, partners }: ResolvedPolicy): boolean {
  return (
    site.type === "central-administration" || site.parent !== undefined || Object.keys(partners).length > 0
  );
}

/** What must still fit between starting to recover and the end of the window. */
export function recoveryMs(policy: ResolvedPolicy): DurationMs {
  return policy.objectives.rebuildMs + assumedRestoreMs;
}

/** One database whose change tracking counts, or the reason why it could not be read. */
interface Judge {
  readonly basis: string;
  readonly partner?: string;
  readonly facts?: DatabaseWindowFacts;
  readonly silence?: string;
}

function judgesOf(policy: ResolvedPolicy, facts: WindowFacts): readonly Judge[] {
  const named = new Set([...Object.keys(policy.partners), ...Object.keys(facts.partners)]);
  if (policy.site.parent !== undefined) named.add(policy.site.parent);
  if (named.size === 0) return [ownJudge(facts, "own settings, no partner named")];
  return [...named].sort().map((partner) => {
    const read = facts.partners[partner];
    if (read && !("problem" in read)) return { basis: `partner ${partner}`, partner, facts: read };
    return ownJudge(facts, `own settings, partner ${partner} not read`);
  });
}

function ownJudge({ own }: WindowFacts, basis: string): Judge {
  return "problem" in own ? { basis, silence: own.problem.message } : { basis, facts: own };
}

function judgeBy(
  judge: Judge,
  policy: ResolvedPolicy,
  copy: DatabaseCopy | undefined,
  now: Instant,
): WindowVerdict {
  const { basis, facts } = judge;
  if (facts === undefined)
    return { state: "not-proven", basis, because: `The window could not be read: ${judge.silence}` };
  if (facts.changeTracking === "off")
    return {
      state: "outside",
      basis,
      because: `Change tracking is off ${judge.partner ? `at ${basis}` : "in the site's own database"}: no changes are kept, so replication would start over.`,
    };
  if (facts.changeTracking === "unknown" || facts.retentionMs === undefined)
    return {
      state: "not-proven",
      basis,
      because: "The login saw no change tracking setting. GRANT VIEW ANY DATABASE to it would answer.",
    };
  const windowMs = Math.min(facts.retentionMs, policy.windowAtMostMs ?? Infinity);
  if (copy === undefined)
    return { state: "not-proven", basis, windowMs, because: "There is no database copy to judge yet." };
  return judgeByAge({ judge, facts, windowMs }, policy, copy, now);
}

interface Measure {
  readonly judge: Judge;
  readonly facts: DatabaseWindowFacts;
  readonly windowMs: DurationMs;
}

function judgeByAge(
  { judge, facts, windowMs }: Measure,
  policy: ResolvedPolicy,
  copy: DatabaseCopy,
  now: Instant,
): WindowVerdict {
  const { basis } = judge;
  // Changes expire on that server's clock. When it is ahead, it may purge that much sooner; when behind, we do not count on it.
  const byAge = copy.asOf + windowMs - Math.max(0, facts.clockOffsetMs);
  const purged = isPurged(judge, facts, copy);
  const expiresAt = purged ? Math.min(byAge, facts.readAt) : byAge;
  const closesAt = expiresAt - recoveryMs(policy);
  const timed = { basis, windowMs, expiresAt, closesAt };
  const taken = `The newest proven database copy is of ${formatMinute(copy.asOf)}`;
  const held = `${basis} keeps changes for ${formatDuration(windowMs)}`;
  const early = aheadSentence(facts.clockOffsetMs);

  if (purged)
    return { ...timed, state: "outside", because: `${taken}; ${basis} has purged changes made since.` };
  if (now >= expiresAt)
    return {
      ...timed,
      state: "outside",
      because: `${taken}; ${held}, until ${formatMinute(expiresAt)}.${early}`,
    };
  if (!copy.verified)
    return {
      ...timed,
      state: "not-proven",
      because: "No database copy has been read back and compared yet.",
    };
  if (now >= closesAt)
    return {
      ...timed,
      state: "closing",
      because: `${taken}; a recovery begun now (${formatDuration(recoveryMs(policy))}) would end after ${formatMinute(expiresAt)}.${early}`,
    };
  return {
    ...timed,
    state: "inside",
    because: `${taken}; ${held}, until ${formatMinute(expiresAt)}.${early}`,
  };
}

/** Said where it explains an end that retention and age alone don't. */
function aheadSentence(clockOffsetMs: DurationMs): string {
  const aheadMs = Math.round(clockOffsetMs / minute) * minute;
  return aheadMs < clockToleranceMs
    ? ""
    : ` Its clock is ${formatDuration(aheadMs)} ahead, and it forgets that much sooner.`;
}

/** Told by versions where both are known, and by nothing else. */
function isPurged(judge: Judge, facts: DatabaseWindowFacts, copy: DatabaseCopy): boolean {
  const seen = judge.partner === undefined ? undefined : copy.partnerVersions[judge.partner];
  if (seen === undefined || facts.minValidVersion === undefined) return false;
  return BigInt(facts.minValidVersion) > BigInt(seen);
}

/** The first link that does not carry changes, as the site or a partner sees it. */
export function brokenLink(policy: ResolvedPolicy, facts: WindowFacts): ReplicationLink | undefined {
  const seenThere = Object.values(facts.partners)
    .flatMap((it) => ("problem" in it ? [] : it.links))
    .filter((link) => link.partner === policy.site.code);
  const seenHere = "problem" in facts.own ? [] : facts.own.links;
  return [...seenHere, ...seenThere].find((link) => link.state !== "active" && link.state !== "degraded");
}

function linkSentence(link: ReplicationLink): string {
  const groups = link.groups.length > 0 ? ` (${link.groups.join(", ")})` : "";
  const last = link.lastSyncAt === undefined ? "" : ` Last synchronised ${formatMinute(link.lastSyncAt)}.`;
  const state = {
    active: "active",
    degraded: "degraded",
    failed: "has failed",
    initialising: "is initialising",
    maintenance: "is in maintenance mode",
    unknown: "could not be read",
  }[link.state];
  return `Replication with ${link.partner} ${state}${groups}, so no age proves anything.${last}`;
}
