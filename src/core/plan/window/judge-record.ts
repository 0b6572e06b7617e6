import type { DatabaseCopy, WindowLook } from "../../model/database-copy.ts";
import type { DatabaseWindowFacts, GroupSend, ReplicationLink } from "../../model/observation.ts";
import type { Witness } from "./copy-trail.ts";

/**
 * What a partner had sent of each group when a copy was taken, against what it has purged by now.
 * `purged`: of one group the partner can't send what the copy lacks. `kept`: of none.
 */
export type RecordFinding = "purged" | "kept";

/**
 * Compares group by group what was sent and processed before the copy was taken with the minimum valid
 * version now: replication itself compares these (docs/window.md). `undefined` where a group lacks either, or
 * where it can't be told that what was sent is in the copy.
 */
export function judgeRecord(witness: Witness, copy: DatabaseCopy): RecordFinding | undefined {
  const { look } = copy;
  const then = look && sightOf(witness, look);
  if (then === undefined || !isOneLife(then.there, witness.facts)) return undefined;
  const sends = linkWith(then.there, witness.site)?.sends ?? [];
  const now = linkWith(witness.facts, witness.site)?.sends ?? [];
  if (sends.length === 0 || now.length === 0) return undefined;
  const found = sends.map((sent) => judgeGroup(sent, now));
  if (found.includes("purged")) return "purged";
  const isWhole = now.every(({ group }) => sends.some((it) => it.group === group));
  const isIn = sends.every((sent) => isReceived(sent, then, { witness, copy }));
  return isWhole && isIn && !found.includes(undefined) ? "kept" : undefined;
}

/** A site's own database and its partner's, as they were seen at one look. */
interface Sight {
  readonly own: DatabaseWindowFacts;
  readonly there: DatabaseWindowFacts;
}

function sightOf({ isPartner, partner }: Witness, { own, partners }: WindowLook): Sight | undefined {
  const there = isPartner && partner !== undefined ? partners[partner] : undefined;
  return own === undefined || there === undefined ? undefined : { own, there };
}

/** A database that was restored counts on with numbers that mean other changes. */
function isOneLife(left: DatabaseWindowFacts, right: DatabaseWindowFacts): boolean {
  return left.recoveryFork !== undefined && left.recoveryFork === right.recoveryFork;
}

function linkWith({ links }: DatabaseWindowFacts, site: string): ReplicationLink | undefined {
  return links.find((link) => link.partner === site);
}

function judgeGroup(
  { group, sentVersion, minValidVersion: was }: GroupSend,
  now: readonly GroupSend[],
): RecordFinding | undefined {
  const valid = now.find((it) => it.group === group)?.minValidVersion;
  if (sentVersion === undefined || valid === undefined) return undefined;
  if (BigInt(valid) > BigInt(sentVersion)) return "purged";
  // Just up to it, and moved: nothing was counted since, and tracking may have begun again meanwhile.
  return valid === sentVersion && was !== valid ? "purged" : "kept";
}

/**
 * The partner goes on telling what it had sent to a site that was restored since, until it sends again. So
 * where one of the two was ever seen in another life before, it has to be seen that something was sent in
 * this one; and otherwise that the link carried changes, or the same.
 */
function isReceived(
  sent: GroupSend,
  then: Sight,
  { witness, copy }: { readonly witness: Witness; readonly copy: DatabaseCopy },
): boolean {
  const earlier = copy.others.filter((it) => it !== copy.look && !isLater(it, then, witness));
  const sights = earlier.map((it) => sightOf(witness, it));
  const isSame = (it: Sight | undefined) =>
    it !== undefined && isOneLife(it.own, then.own) && isOneLife(it.there, then.there);
  const isSentSince = sights.some((it) => isSame(it) && isBelow(sendIn(it!, sent.group, witness), sent));
  if (isSentSince) return true;
  return then.own.recoveryFork !== undefined && sights.every(isSame) && carries(then, witness);
}

/** Of one life of the partner's, by its count of changes; what can't be told apart came before. */
function isLater(look: WindowLook, then: Sight, witness: Witness): boolean {
  const sight = sightOf(witness, look);
  if (sight === undefined || !isOneLife(sight.there, then.there)) return false;
  const [is, was] = [sight.there.currentVersion, then.there.currentVersion];
  return is !== undefined && was !== undefined && BigInt(is) > BigInt(was);
}

function sendIn({ there }: Sight, group: string, { site }: Witness): GroupSend | undefined {
  return linkWith(there, site)?.sends?.find((it) => it.group === group);
}

function isBelow(earlier: GroupSend | undefined, { sentVersion }: GroupSend): boolean {
  const was = earlier?.sentVersion;
  return was !== undefined && sentVersion !== undefined && BigInt(was) < BigInt(sentVersion);
}

/** Both sides that tell of the link tell that it carries changes. */
function carries({ own, there }: Sight, { site, partner }: Witness): boolean {
  const links = [linkWith(own, partner!), linkWith(there, site)].filter((it) => it !== undefined);
  return links.length > 0 && links.every(({ state }) => state === "active" || state === "degraded");
}
