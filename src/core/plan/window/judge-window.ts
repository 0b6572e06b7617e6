import { given } from "../../base/given.ts";
import { day, formatDuration, formatMinute, hour, minute } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { DatabaseCopy } from "../../model/database-copy.ts";
import type { DatabaseWindowFacts, WindowFacts } from "../../model/observation.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { worstFirst, type WindowVerdict } from "../../model/window.ts";
import { followCopy, initialisedSince, settingsIn, nameOf } from "./copy-trail.ts";
import type { CopyTrail, Witness } from "./copy-trail.ts";
import { hindranceOf, linksWithPartners, partnersOf } from "./hindrances.ts";
import { judgeRecord } from "./judge-record.ts";
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
 * The partner decides, since the changes are read from the partner's change tracking: by what it had sent and
 * what it has purged where both are known, else by its retention. A partner that can't be read, or that hides
 * what it has purged, proves nothing; nor does any date without a healthy link.
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
  const hindrance = hindranceOf(policy, facts);
  return hindrance === undefined ? worst : { ...worst, state: "not-proven", because: hindrance.because };
}

/** Only sites that replicate have a window: a primary below a central site, and a central site itself. */
export function hasWindow({ site, partners }: ResolvedPolicy): boolean {
  return (
    site.type === "central-administration" || site.parent !== undefined || Object.keys(partners).length > 0
  );
}

/** The most that a policy takes a window for, whatever a partner keeps. */
function atMostMs({ windowAtMostMs = Infinity }: ResolvedPolicy): DurationMs {
  return windowAtMostMs;
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
  /** Where the own database stands in: why it has to, which proves nothing. */
  readonly standsInFor?: string;
}

function judgesOf(policy: ResolvedPolicy, facts: WindowFacts): readonly Judge[] {
  const named = partnersOf(policy, facts);
  if (named.length === 0)
    return [ownJudge(facts, { basis: "own settings, no partner named", standsInFor: noPartner })];
  return named.map((partner) => {
    const read = facts.partners[partner];
    if (read && !("problem" in read))
      return { basis: `partner ${partner}`, partner, isPartner: true, facts: read };
    const standsInFor = `What partner ${partner} keeps was not seen, and the site's own setting proves nothing of it. ${read?.problem.message ?? "The policy does not name its database."}`;
    return ownJudge(facts, { basis: `own settings, partner ${partner} not read`, partner, standsInFor });
  });
}

const noPartner =
  "The policy names no partner, and what partners keep is not seen in the site's own database.";

function ownJudge({ own }: WindowFacts, judge: Pick<Judge, "basis" | "partner" | "standsInFor">): Judge {
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
      because: settingUnread(facts),
    };
  const keptMs = Math.min(facts.retentionMs, lastSeenMs(judge, copy));
  const windowMs = Math.min(keptMs, atMostMs(policy));
  if (copy === undefined)
    return { state: "not-proven", basis, windowMs, because: "There is no database copy to judge yet." };
  const witness = { ...judge, site: policy.site.code, facts: { ...facts, retentionMs: keptMs } };
  const record = judgeRecord(witness, copy);
  const trail = followCopy(witness, copy, record === "kept");
  if ("doubt" in trail) return { state: "not-proven", basis, windowMs, because: trail.doubt };
  const found = judge.isPartner ? judgeVersions(trail) : undefined;
  const initialised = initialisedSince(witness, copy, { receivedAt: trail.receivedAt, now: makeLook(all) });
  const isDegraded = linksWithPartners(policy, all).some(
    (link) => link.partner === judge.partner && link.state === "degraded",
  );
  const measure = { witness, basis, windowMs, trail, found, record, initialised, isDegraded };
  const hidden = judge.standsInFor ?? versionsUnread(judge, copy);
  return judgeTrail({ ...measure, ...given({ hidden }) }, { policy, copy, now });
}

function settingUnread({ unread = [] }: DatabaseWindowFacts): string {
  const why = unread.find((it) => it.witness === "setting")?.why;
  return why === undefined
    ? "The login was shown no change tracking setting. GRANT CREATE ANY DATABASE to it would answer."
    : `The login was shown no change tracking setting. ${why.message} ${why.hint}`;
}

/** A partner that hides what it has purged, now or when the copy was taken, proves nothing. */
function versionsUnread({ partner, facts }: Judge, { look, lookedAt }: DatabaseCopy): string | undefined {
  const unread = facts?.unread?.find((it) => it.witness === "versions")?.why;
  if (facts?.minValidVersion === undefined || facts.currentVersion === undefined)
    return `What partner ${partner} has purged could not be read.${unread === undefined ? "" : ` ${unread.message}`}`;
  if (look === undefined || look.partners[partner!]?.currentVersion !== undefined) return undefined;
  const when = lookedAt === undefined ? "when this copy was taken" : "at the last look before this copy";
  return `What partner ${partner} had counted ${when} could not be read.`;
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
  readonly record: ReturnType<typeof judgeRecord>;
  readonly isDegraded: boolean;
  /** What could not be seen of the partner. */
  readonly hidden?: string;
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
  const { witness, basis, windowMs, trail, found, record } = measure;
  const { facts } = witness;
  const looks = settingsIn(trail);
  // Changes expire on that server's clock, and by the time which that clock had when they were made.
  const oldest = earliestCommitAfter(trail.receivedAt, looks);
  const byAge = oldest + windowMs - facts.clockOffsetMs;
  const isPurged = found === "purged" || record === "purged";
  // What the record shows to be kept is kept, whatever its age and the settings tell.
  const purged = isPurged || (record !== "kept" && purgedUpTo(looks) >= oldest);
  const expiresAt = purged ? Math.min(byAge, facts.readAt) : byAge;
  const closesAt = expiresAt - recoveryMs(policy);
  const timed = { basis, windowMs, expiresAt, closesAt };
  const taken = `The newest proven database copy is of ${formatMinute(copy.asOf)}`;
  const held = `${basis} keeps changes for ${formatDuration(windowMs)}`;
  const early = `${lagSentence(copy, trail)}${aheadSentence(trail.receivedAt + windowMs - byAge, copy)}`;
  const doubt = doubtOf(measure, copy) ?? (copy.verified ? undefined : unread);

  if (isPurged || (purged && now < byAge))
    return { ...timed, state: "outside", because: `${taken}; ${basis} has purged changes made since.` };
  if (now >= expiresAt && (record !== "kept" || now >= oldest + atMostMs(policy) - facts.clockOffsetMs))
    return {
      ...timed,
      state: "outside",
      because: `${taken}; ${held}, until ${formatMinute(expiresAt)}.${early}`,
    };
  if (doubt !== undefined) return { ...timed, state: "not-proven", because: doubt };
  if (now >= expiresAt)
    return {
      ...timed,
      state: "closing",
      because: `${taken}; ${basis} promises to keep changes for ${formatDuration(windowMs)} only, until ${formatMinute(expiresAt)}, and may purge what was made since at any time.`,
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

const unread = "No database copy has been read back and compared yet.";

/** What was found and no date shows, or could not be ruled out. */
function doubtOf(
  { found, record, hidden, isDegraded, initialised, witness }: Measure,
  { lookedAt, isOfUnknownAge }: DatabaseCopy,
): string | undefined {
  const partner = witness.partner ?? "a partner";
  if (isOfUnknownAge)
    return "This copy was taken on a secondary replica that did not tell how far it was behind, so how old it is is not known.";
  if (lookedAt === "never")
    return "Another tool took this copy, and no look before it tells what it had received: the next one is judged by what is seen now.";
  if (found === "restored")
    return `${nameOf(witness)} was restored or began to count anew since this copy was taken, so what it has kept for it is not known.`;
  if (found === "maybe-restored")
    return `Whether ${nameOf(witness)} was restored since this copy was taken could not be read.`;
  if (found === "purged-unseen" && record !== "kept")
    return `${nameOf(witness)} has purged more than its setting explains, so this copy may lack changes that are gone.`;
  if (typeof initialised === "object")
    return `A group that is replicated with ${partner} was initialised anew${initialised.at === undefined ? "" : ` on ${formatMinute(initialised.at)}`}: a copy from before that proves nothing.`;
  if (hidden !== undefined) return hidden;
  if (isDegraded && record !== "kept")
    return `Replication with ${partner} is degraded, and it is not recorded what of each group this copy had received.`;
  return undefined;
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
