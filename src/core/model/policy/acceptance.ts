import type { ProblemCode } from "../../base/problem-codes.ts";
import type { Subject } from "../../base/subject.ts";

/**
 * The risks that a policy may accept: what lint tells (docs/lint.md), a short retention, what is wrong with
 * the site's own task, and a source that became less. What the window, the age of the data, proofs, copies
 * and points tell is a promise that is not kept, and stays red.
 */
export const acceptableRisks = [
  "retention-short",
  "repository-beside-site",
  "key-beside-site",
  "user-state-without-database",
  "partner-not-named",
  "partner-versions-hidden",
  "task-destination-name",
  "task-destination-volume",
  "task-destination-one-server",
  "library-on-one-server",
  "library-not-in-use",
  "log-in-simple-model",
  "log-never-backed-up",
  "availability-group-task-files",
  "availability-group-unsupported",
  "availability-group-model",
  "replica-not-preferred",
  "clustered-external-backup",
  "site-collation",
  "page-verify-off",
  "site-database-settings",
  "site-database-owner",
  "site-server-options",
  "broker-port-differs",
  "change-tracking-two-days",
  "keys-not-captured",
  "backup-certificate-missing",
  "cd-latest-not-captured",
  "cd-latest-other-version",
  "control-file-not-in-force",
  "after-backup-mirrors",
  "site-update-pending",
  "not-covered",
  "hazard-not-judged",
  "site-task-off",
  "site-task-exceeds-window",
  "site-task-exceeds-data-age",
  "task-set-unsaved",
  "source-shrunk",
] as const satisfies readonly ProblemCode[];

/** The code of a risk that may be accepted. */
export type AcceptableRisk = (typeof acceptableRisks)[number];

/**
 * Told of whatever a site has: who accepted all of it would accept what comes next year. An acceptance names
 * the thing, and no other word of the sentence counts.
 */
export const acceptedByThing: AcceptableRisk = "not-covered";

/** Accepted for one thing only: of whatever else comes later nobody has decided anything. */
export const acceptedByName: ReadonlySet<string> = new Set([acceptedByThing, "source-shrunk"]);

/** Whole words, in letters of any case: `SUS` is no name of `SUSDB`, nor `sql1` one of `sql12`. */
export function isNamed(name: string, words: string): boolean {
  const [all, wanted] = [` ${name.toLowerCase()} `, words.trim().toLowerCase()];
  for (let at = all.indexOf(wanted); at !== -1; at = all.indexOf(wanted, at + 1)) {
    const ends = [all.slice(at - 1, at + 1), all.slice(at + wanted.length - 1, at + wanted.length + 1)];
    if (!ends.some((it) => /^[\p{L}\p{N}_]{2}$/u.test(it))) return true;
  }
  return false;
}

/** A decision to live with a risk, as the policy writes it. */
export interface Acceptance {
  readonly risk: AcceptableRisk;
  /** Part of what the risk names, whatever its case. Absent: whatever it names. */
  readonly of?: string;
  /** The reason, for people: shown wherever the risk is. */
  readonly because: string;
  /** `2027-06-01`: the last day on which it counts, in the schedule's zone. Absent: it does not end. */
  readonly until?: string;
}

/** A risk that is there and was accepted: shown with its reason, and not red. */
export interface AcceptedRisk {
  readonly code: AcceptableRisk;
  /** What the risk said, in one sentence. */
  readonly message: string;
  /** What the risk is about: `PS1/database`, or a line of a policy. */
  readonly where: string;
  /** What the risk is about. */
  readonly about?: Subject;
  /** The policy's reason. */
  readonly because: string;
  /** The last day on which the acceptance counts, as the policy writes it. Absent: it does not end. */
  readonly until?: string;
}
