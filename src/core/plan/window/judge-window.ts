import { day, formatDuration, formatMinute, hour, minute } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { DatabaseCopy } from "../../model/database-copy.ts";
import type { DatabaseWindowFacts, ReplicationLink, WindowFacts } from "../../model/observation.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { worstFirst, type WindowVerdict } from "../../model/window.ts";
import { followCopy, initialisedSince, settingsIn, nameOf } from "./copy-trail.ts";
import type { CopyTrail, Witness } from "./copy-trail.ts";
import { judgeVersions } from "./judge-versions.ts";
import { earliestCommitAfter, purgedUpTo } from "./purge-horizon.ts";
import { makeLook } from "./window-looks.ts";

/**
 * What ConfigMgr sets up. Used only to check a policy before any site was asked; never in place of a fact.
 */
export const defaultWindowMs: DurationMs = 5 * day;

/** Until a drill has measured it: what restoring the site database is taken to last. */
export const assumedRestoreMs: DurationMs = 4 * hour;

/** Clocks that differ by less are taken for one. */
export const clockToleranceMs: DurationMs = 5 * minute;

/**
 * Judges whether replication could still bring a restored copy up to date (docs/window.md).
 *
 * The partner's retention decides, since the changes are read from the partner's change tracking; the site's
 * own setting stands in for a partner that can't be read. Without a healthy link nothing is proven, whatever
 * the dates.
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
  const judged = judgesOf(policy, facts).map((judge) => judgeBy(judge, { policy, facts, copy, now }));
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
  readonly isPartner: boolean;
  readonly facts?: DatabaseWindowFacts;
  readonly silence?: string;
}

function judgesOf(policy: ResolvedPolicy, facts: WindowFacts): readonly Judge[] {
  const named = new Set([...Object.keys(policy.partners), ...Object.keys(facts.partners)]);
  if (policy.site.parent !== undefined) named.add(policy.site.parent);
  if (named.size === 0) return [ownJudge(facts, { basis: "own settings, no partner named" })];
  return [...named].sort().map((partner) => {
    const read = facts.partners[partner];
    if (read && !("problem" in read))
      return { basis: `partner ${partner}`, partner, isPartner: true, facts: read };
    return ownJudge(facts, { basis: `own settings, partner ${partner} not read`, partner });
  });
}

function ownJudge({ own }: WindowFacts, judge: Pick<Judge, "basis" | "partner">): Judge {
  const standIn = { ...judge, isPartner: false };
  return "problem" in own ? { ...standIn, silence: own.problem.message } : { ...standIn, facts: own };
}

/** What a policy's copy is judged by, at one moment. */
interface Case {
  readonly policy: ResolvedPolicy;
  readonly facts: WindowFacts;
  readonly copy: DatabaseCopy | undefined;
  readonly now: Instant;
}

function judgeBy(judge: Judge, { policy, facts: all, copy, now }: Case): WindowVerdict {
  const { basis, facts } = judge;
  if (facts === undefined)
    return { state: "not-proven", basis, because: `The window could not be read: ${judge.silence}` };
  if (facts.changeTracking === "off")
    return {
      state: "outside",
      basis,
      because: `Change tracking is off ${judge.isPartner ? `at ${basis}` : "in the site's own database"}: no changes are kept, so replication would start over.`,
    };
  if (facts.changeTracking === "unknown" || facts.retentionMs === undefined)
    return {
      state: "not-proven",
      basis,
      because:
        "The login was shown no change tracking setting. GRANT CREATE ANY DATABASE to it would answer.",
    };
  const keptMs = Math.min(facts.retentionMs, lastSeenMs(judge, copy));
  const windowMs = Math.min(keptMs, policy.windowAtMostMs ?? Infinity);
  if (copy === undefined)
    return { state: "not-proven", basis, windowMs, because: "There is no database copy to judge yet." };
  const witness = { ...judge, site: policy.site.code, facts: { ...facts, retentionMs: keptMs } };
  const trail = followCopy(witness, copy);
  if ("doubt" in trail) return { state: "not-proven", basis, windowMs, because: trail.doubt };
  const found = judge.isPartner ? judgeVersions(trail) : undefined;
  const initialised = initialisedSince(witness, copy, { receivedAt: trail.receivedAt, now: makeLook(all) });
  return judgeTrail({ witness, basis, windowMs, trail, found, initialised }, { policy, copy, now });
}

/**
 * Where the own database stands in for a partner that was read before: no longer than that partner was seen
 * to keep.
 */
function lastSeenMs({ isPartner, partner }: Judge, copy: DatabaseCopy | undefined): DurationMs {
  if (isPartner || partner === undefined || copy === undefined) return Infinity;
  const seen = [copy.look, ...copy.others].flatMap((look) => look?.partners[partner] ?? []);
  const last = seen.sort((left, right) => left.readAt - right.readAt).at(-1);
  return last?.changeTracking === "off" ? 0 : (last?.retentionMs ?? Infinity);
}

interface Measure {
  readonly witness: Witness;
  readonly basis: string;
  readonly windowMs: DurationMs;
  readonly trail: CopyTrail;
  readonly found: ReturnType<typeof judgeVersions>;
  readonly initialised: ReturnType<typeof initialisedSince>;
}

function judgeTrail(
  measure: Measure,
  {
    policy,
    copy,
    now,
  }: { readonly policy: ResolvedPolicy; readonly copy: DatabaseCopy; readonly now: Instant },
): WindowVerdict {
  const { witness, basis, windowMs, trail, found } = measure;
  const { facts } = witness;
  const looks = settingsIn(trail);
  // Changes expire on that server's clock, and by the time which that clock had when they were made.
  const oldest = earliestCommitAfter(trail.receivedAt, looks);
  const byAge = oldest + windowMs - facts.clockOffsetMs;
  const purged = found === "purged" || purgedUpTo(looks) >= oldest;
  const expiresAt = purged ? Math.min(byAge, facts.readAt) : byAge;
  const closesAt = expiresAt - recoveryMs(policy);
  const timed = { basis, windowMs, expiresAt, closesAt };
  const taken = `The newest proven database copy is of ${formatMinute(copy.asOf)}`;
  const held = `${basis} keeps changes for ${formatDuration(windowMs)}`;
  const early = `${lagSentence(copy, trail)}${aheadSentence(trail.receivedAt + windowMs - byAge, copy)}`;
  const doubt = doubtOf(measure, copy) ?? (copy.verified ? undefined : unread);

  if (found === "purged" || (purged && now < byAge))
    return { ...timed, state: "outside", because: `${taken}; ${basis} has purged changes made since.` };
  if (now >= expiresAt)
    return {
      ...timed,
      state: "outside",
      because: `${taken}; ${held}, until ${formatMinute(expiresAt)}.${early}`,
    };
  if (doubt !== undefined) return { ...timed, state: "not-proven", because: doubt };
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

const unread = "No database copy has been read back and compared yet.";

/** What was found and no date shows, or could not be ruled out. */
function doubtOf(
  { found, initialised, witness }: Measure,
  { look, lookedAt }: DatabaseCopy,
): string | undefined {
  const partner = witness.partner ?? "a partner";
  if (lookedAt === "never")
    return "Another tool took this copy, and no look before it tells what it had received: the next one is judged by what is seen now.";
  if (found === "restored")
    return `${nameOf(witness)} was restored or began to count anew since this copy was taken, so what it has kept for it is not known.`;
  if (found === "maybe-restored")
    return `Whether ${nameOf(witness)} was restored since this copy was taken could not be read.`;
  if (found === "purged-unseen")
    return `${nameOf(witness)} has purged more than its setting explains, so this copy may lack changes that are gone.`;
  if (typeof initialised === "object")
    return `A group that is replicated with ${partner} was initialised anew${initialised.at === undefined ? "" : ` on ${formatMinute(initialised.at)}`}: a copy from before that proves nothing.`;
  // Versions would show it as well. Of a copy that was not looked at neither is known, and only its age is
  // judged.
  if (look === undefined || initialised === "none" || found === "kept") return undefined;
  return `Whether a group that is replicated with ${partner} was initialised anew since this copy was taken could not be read.`;
}

/** Said, as the one below, where it explains an end that retention and age alone don't. */
function lagSentence({ asOf, lookedAt }: DatabaseCopy, { receivedAt }: CopyTrail): string {
  if (asOf === receivedAt) return "";
  return lookedAt === undefined
    ? ` The time counts from ${formatDuration(asOf - receivedAt)} before the copy: what was sent then may not have arrived in it.`
    : ` The time counts from ${formatMinute(receivedAt)}: another tool took the copy, and what was sent after the last look before it may not have arrived in it.`;
}

function aheadSentence(earlyMs: DurationMs, { look }: DatabaseCopy): string {
  const aheadMs = Math.round(earlyMs / minute) * minute;
  if (aheadMs < clockToleranceMs) return "";
  const ahead = `${formatDuration(aheadMs)} ahead`;
  return look === undefined
    ? ` Its clock is ${ahead}, and it forgets that much sooner.`
    : ` Its clock has gone ${ahead} since, and it forgets that much sooner.`;
}

/** The first link that does not carry changes, as the site or a partner sees it. */
export function brokenLink(policy: ResolvedPolicy, facts: WindowFacts): ReplicationLink | undefined {
  const seenThere = Object.entries(facts.partners).flatMap(([partner, it]) => {
    const links = "problem" in it ? [] : it.links.filter((link) => link.partner === policy.site.code);
    // There it is the link with us; here it goes by the partner's name.
    return links.map((link) => ({ ...link, partner }));
  });
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
