import { settingsIn, type CopyTrail } from "./copy-trail.ts";
import { purgedUpTo } from "./purge-horizon.ts";
import type { DatabaseWindowFacts } from "../../model/observation.ts";

/**
 * What a partner's versions tell of a copy. They are the ground truth: a partner that has purged beyond what
 * it stood at when the copy was taken can't bring it up to date, whatever its setting and the clocks say.
 */
export type VersionFinding = "purged" | "restored" | "purged-unseen" | "maybe-restored" | "kept";

/**
 * Compares the versions that were recorded with those that were seen since. `kept`: nothing that the copy had
 * seen is purged as of now. `maybe-restored`: nobody can tell. `undefined`: it could not be compared.
 */
export function judgeVersions(trail: CopyTrail): VersionFinding | undefined {
  const { atCopy, since } = trail;
  const known = atCopy ?? lastCounted(trail);
  if (atCopy !== undefined && since.some((seen) => isPurged(atCopy, seen))) return "purged";
  if (known !== undefined && since.some((seen) => wasRestored(known, seen))) return "restored";
  if (isPurgedUnseen(trail)) return "purged-unseen";
  if (mayBeRestored(trail)) return "maybe-restored";
  return isComparable(trail) ? "kept" : undefined;
}

function isComparable(trail: CopyTrail): boolean {
  const counted = trail.atCopy?.currentVersion ?? lastCounted(trail)?.currentVersion;
  return counted !== undefined && trail.since.at(-1)?.minValidVersion !== undefined;
}

/** The last look before the copy that read the counter. */
function lastCounted({ before }: CopyTrail): DatabaseWindowFacts | undefined {
  return before.findLast((it) => it.currentVersion !== undefined);
}

/** Everything that the copy had seen is gone, and so may be what it had not. */
function isPurged(atCopy: DatabaseWindowFacts, seen: DatabaseWindowFacts): boolean {
  const [known, valid] = [versionOf(atCopy.currentVersion), versionOf(seen.minValidVersion)];
  if (known === undefined || valid === undefined) return false;
  // Just up to it, and moved: nothing was counted since, and tracking may have begun again meanwhile.
  const was = atCopy.minValidVersion;
  return valid > known || (valid === known && was !== undefined && was !== seen.minValidVersion);
}

/** A restored database counts on from where its backup was, and gives the same numbers to other changes. */
function wasRestored(known: DatabaseWindowFacts, seen: DatabaseWindowFacts): boolean {
  if (known.recoveryFork !== undefined && seen.recoveryFork !== undefined)
    if (known.recoveryFork !== seen.recoveryFork) return true;
  const [was, is] = [versionOf(known.currentVersion), versionOf(seen.currentVersion)];
  return was !== undefined && is !== undefined && is < was;
}

/** One that was restored and has counted on shows higher numbers again: only its recovery fork tells then. */
function mayBeRestored({ before, atCopy, since }: CopyTrail): boolean {
  if (atCopy === undefined) return false;
  const known = [...before, atCopy].findLast((it) => it.recoveryFork !== undefined)?.recoveryFork;
  return known === undefined || known !== since.at(-1)?.recoveryFork;
}

/**
 * What the copy had not received lies between the look before it and the look at it. Purging came that far,
 * and either no setting that was seen explains it, or the look at the copy lacks, by which it could be told
 * how far.
 */
function isPurgedUnseen(trail: CopyTrail): boolean {
  const { atCopy, since } = trail;
  const before = lastCounted(trail);
  const known = versionOf(before?.currentVersion);
  if (atCopy === undefined || before === undefined || known === undefined) return false;
  const counted = versionOf(atCopy.currentVersion);
  if (counted !== undefined && counted < known) return false;
  // A site that could go on after such a purge had received what it took: what came after the copy counts.
  // Where nothing was counted at the copy, only the minimum shows that tracking began anew since.
  const purgedIn = counted === undefined ? minimumIn : cleanedIn;
  const purged = purgedIn(atCopy) ?? 0n;
  const from = purged > known ? purged : known;
  const first = since.findIndex((seen) => (purgedIn(seen) ?? 0n) > from);
  if (first < 0) return false;
  if (counted === undefined) return true;
  const upToThere = settingsIn({ ...trail, since: since.slice(0, first + 1) });
  return purgedUpTo(upToThere) < before.readAt + before.clockOffsetMs;
}

/** How far purging has come; where only the minimum was recorded, it stands for that. */
function cleanedIn(look: DatabaseWindowFacts): bigint | undefined {
  return versionOf(look.cleanedVersion) ?? minimumIn(look);
}

function minimumIn({ minValidVersion }: DatabaseWindowFacts): bigint | undefined {
  return versionOf(minValidVersion);
}

function versionOf(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : BigInt(text);
}
