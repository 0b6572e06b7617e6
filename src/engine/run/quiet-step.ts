import { formatMinute } from "../../core/base/instant.ts";
import type { Instant } from "../../core/base/instant.ts";
import { ProblemError } from "../../core/base/problem.ts";
import { kindOf } from "../../core/kinds/catalogue.ts";
import type { CaptureAction, SitePlan } from "../../core/model/plan.ts";
import { goesThrough } from "../../core/plan/quiet-captures.ts";
import { quietAt, nextBeginAfter, quietHoursOf } from "../../core/plan/calendar/quiet-hours.ts";
import { quietWords } from "../../core/report/words/quiet-words.ts";
import type { Finished } from "./finished.ts";
import type { Session } from "../session/session.ts";

/**
 * Why a capture does not begin now: the run has come into a blackout, or into the hours of the site's own
 * task. What is going on is not cut off.
 */
export function waitsForQuietEnd(
  { policy, taskHours, site }: SitePlan,
  action: CaptureAction,
  now: Instant,
): Finished | undefined {
  const spell = goesThrough(action) ? undefined : quietAt(quietHoursOf(policy, taskHours), now);
  if (spell === undefined) return undefined;
  const where = `${site}/${action.source}`;
  return {
    result: "skipped",
    problem: {
      code: "quiet-hours-began",
      severity: "risk",
      message: `${where} was not begun: the run has come into ${quietWords(spell)}.`,
      where,
      hint: "The next run after it captures what is missing. Should that happen often, begin earlier or capture less in one run.",
    },
  };
}

/**
 * Reads what the site's own task left, and stops when the task's hours begin: a file that is open in its
 * folder would keep it from deleting its former set, and so from making a new one.
 */
export async function untilTaskBegins<Result>(
  session: Session,
  { taskHours = [], site }: SitePlan,
  action: CaptureAction,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const now = session.now();
  const begin = kindOf(action.kind).yieldsToTask ? nextBeginAfter(taskHours, now) : undefined;
  if (begin === undefined) return work(session);
  const [done, begun] = [new AbortController(), new AbortController()];
  session.world.sleep(begin - now, done.signal).then(
    () => begun.abort(),
    () => undefined,
  );
  try {
    return await work({ ...session, signal: AbortSignal.any([session.signal, begun.signal]) });
  } catch (thrown) {
    if (!begun.signal.aborted || session.signal.aborted) throw thrown;
    const where = `${site}/${action.source}`;
    const problem = {
      code: "quiet-hours-began",
      severity: "risk",
      message: `${where} was given up: the hours of the site's own backup task began at ${formatMinute(begin)}, and files that are read would be in its way.`,
      where,
      hint: "The next run after the task captures what it left. Should that happen often, begin earlier, or give the task a later begin.",
    } as const;
    throw new ProblemError(problem, { cause: thrown });
  } finally {
    done.abort();
  }
}
