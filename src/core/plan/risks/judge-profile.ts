import { formatMinute } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import { backupFacts } from "../../model/facts/backup.ts";
import type { DatabaseProfile, ProfileMember } from "../../model/facts/database-profile.ts";
import { siteDatabaseLook } from "../../model/facts/site-database.ts";
import { factsOf } from "../../model/observation.ts";
import { aboutSite } from "../../model/site-subject.ts";
import type { Survey } from "../survey/survey.ts";

/** What of two profiles keeps a copy from going back onto the server as it is now. */
interface Difference {
  readonly member: ProfileMember;
  /** A sentence without its subject: `was taken on Standard Edition, and its server is Enterprise now`. */
  readonly words: string;
}

/**
 * Says that the newest copy of the site database was taken on a server that is another one now, as far as a
 * recovery would fail on it. Nothing where the plan takes a new copy, which is of the server as it is.
 */
export function profileRisks(survey: Survey, capturesDatabase: boolean): readonly Problem[] {
  const { policy, observed, database, newest } = survey;
  const copy = database && newest.get(database.name);
  if (database === undefined || copy === undefined || capturesDatabase) return [];
  const then = backupFacts.get(copy.facts, "profile");
  const now = siteDatabaseLook.get(factsOf(observed, database.name), "profile");
  if (then === undefined || now === undefined) return [];
  const differences = differencesOf(then, now);
  if (differences.length === 0) return [];
  const { code } = policy.site;
  return [
    {
      code: "profile-differs",
      severity: "risk",
      where: `${code}/${database.name}`,
      message: `The newest copy of ${policy.site.database.name}, of ${formatMinute(copy.asOf)}, ${differences.map(({ words }) => words).join("; ")}: a recovery from it needs a server as it was then.`,
      hint: `Run \`sitekeep capture ${code} ${database.name}\` for a copy of the server as it is now. For older points keep a server as it was: \`sitekeep snapshots show ${copy.id}\` tells how.`,
      about: aboutSite({ kind: "point", site: code, lacks: differences.map(({ member }) => member) }),
    },
  ];
}

/** The differences that a recovery fails on. What is unknown of either is told where it is shown. */
function differencesOf(then: DatabaseProfile, now: DatabaseProfile): readonly Difference[] {
  return [
    ...differs(then, now, { member: "edition", name: "edition", same: isSameEdition }),
    ...differs(then, now, { member: "engineVersion", name: "version", same: isNoOlder }),
    ...differs(then, now, { member: "instanceCollation", name: "collation of the instance" }),
    ...differs(then, now, { member: "databaseCollation", name: "collation" }),
  ];
}

interface Compared {
  readonly member: "edition" | "engineVersion" | "instanceCollation" | "databaseCollation";
  readonly name: string;
  same?(then: string, now: string): boolean;
}

function differs(
  then: DatabaseProfile,
  now: DatabaseProfile,
  { member, name, same = isSame }: Compared,
): readonly Difference[] {
  const [one, other] = [then[member], now[member]];
  if (one.is !== "known" || other.is !== "known" || same(one.value, other.value)) return [];
  return [{ member, words: `was taken with the ${name} ${one.value}, which is ${other.value} now` }];
}

function isSame(then: string, now: string): boolean {
  return then.toLowerCase() === now.toLowerCase();
}

/** `Standard Edition (64-bit)`: what comes after the word tells of licences and bits, and matters to none. */
function isSameEdition(then: string, now: string): boolean {
  const [one, other] = [then, now].map((it) => it.split(/ Edition\b/)[0]!);
  return isSame(one!, other!);
}

/** A backup goes onto the same version and later ones: 16.0, whatever the build. */
function isNoOlder(then: string, now: string): boolean {
  const [[one, point] = [], [other, otherPoint] = []] = [then, now].map((it) => it.split(".").map(Number));
  return other! > one! || (other === one && otherPoint! >= point!);
}
