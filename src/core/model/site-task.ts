import type { DurationMs, Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { TaskRun } from "./task-run.ts";

/**
 * The schedule of the site's own task *Backup Site Server*, and what its last runs tell, as the site database
 * has it.
 */
export interface SiteTaskFacts {
  /** Whether the task runs at all. */
  readonly enabled: boolean;
  /** Days on which it begins: 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** Earliest begin, after midnight of a clock that is not written down: the server's own, or UTC. */
  readonly beginMs: DurationMs;
  /** Latest begin after the same midnight; beyond 24 hours where it is on the next day. */
  readonly latestBeginMs: DurationMs;
  /**
   * Where the task writes, as the console was told: one place, or one for the site and one for the database.
   */
  readonly destinations: readonly string[];
  /** When the task last began, by its status message, which is in UTC. */
  readonly lastStartAt?: Instant;
  /** How long its runs of late took: the median. */
  readonly durationMs?: DurationMs;
  /** The task's last runs by its status messages, oldest first. Absent: there are no messages of any. */
  readonly runs?: readonly TaskRun[];
  /** Why its last runs are unknown, where they could not be asked for. */
  readonly runsUnread?: Problem;
}
