import type { Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";

/**
 * The hand-over from the site's own backup task: the script AfterBackup.bat, which the task starts when it
 * has succeeded, as it was found on the site server.
 */
export interface HandOver {
  /** Whose the script is: nobody's, sitekeep's as it was written or edited since, or somebody else's. */
  readonly script: "none" | "ours" | "edited" | "theirs";
  /** When the script was last written. Absent: there is none. */
  readonly writtenAt?: Instant;
  /** The source that sitekeep's script captures. */
  readonly source?: string;
  /** The script that was there before sitekeep's, kept beside it. */
  readonly kept?: KeptScript;
  /** The newest hand-over. Absent: the task has made none yet. */
  readonly last?: LastHandOver;
  /** Why it is not known what became of the newest hand-over. */
  readonly lastUnread?: Problem;
}

/** A script that is not sitekeep's, and runs at each hand-over. */
export interface KeptScript {
  /** Whether the script makes an archive the same as the task's folder: what is lost here is lost there. */
  readonly mirrors: boolean;
  /** Whether the script calls robocopy, whose lower exit codes tell of what it copied, and of no failure. */
  readonly copies: boolean;
}

/** What became of one hand-over. */
export interface LastHandOver {
  /** The instant of its end, or of its begin where it has not ended. */
  readonly at: Instant;
  /** `begun`: it still runs, or died. */
  readonly state: "begun" | "ended";
  /** With which code sitekeep ended. */
  readonly sitekeep?: number;
  /** With which code the kept script ended; `missing` where it was gone. Absent: there was none. */
  readonly kept?: number | "missing";
}
