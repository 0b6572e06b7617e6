import { minute, type Instant } from "../core/base/instant.ts";
import { taskBackupLook } from "../core/model/facts/task-backup.ts";
import type { SourceObservation } from "../core/model/observation.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import type { Source } from "../core/model/policy/source.ts";
import { lookAt } from "./session/deadline.ts";
import type { Session } from "./session/session.ts";

/** So long the task's last messages are waited for; a capture that finds no end of the run says so itself. */
const longestMs = 5 * minute;
const everyMs = 10_000;

/** What the task was heard to say of the hand-over that this run is. */
export interface HeardTask {
  /** Message 5040 of its newest run: the script was started. Absent: not heard in time. */
  readonly startedAt?: Instant;
}

/**
 * Waits until the task's own witnesses tell of the end of its run and of the start of its script: the script
 * is started before they do. Whatever is not heard in time is not waited for any longer.
 */
export async function awaitTask(
  session: Session,
  policy: ResolvedPolicy,
  names: readonly string[],
): Promise<HeardTask> {
  const source = policy.sources.find(
    ({ kind, name }) => kind === "task-backup" && (names.length === 0 || names.includes(name)),
  );
  if (source === undefined) return {};
  const until = session.now() + longestMs;
  for (;;) {
    const heard = await listen(session, policy, source);
    if (heard !== "nothing yet") return heard;
    if (session.now() >= until || session.signal.aborted) return {};
    await session.world.sleep(everyMs, session.signal).catch(() => undefined);
  }
}

async function listen(
  session: Session,
  { site }: ResolvedPolicy,
  source: Source,
): Promise<HeardTask | "nothing yet"> {
  const seen = await lookAt<SourceObservation>(session, `${site.code}/${source.name}`, {
    look: (means) => session.world.driverOf(source.kind).observe({ source, site } as never, means),
  });
  // A run that failed, or a set that is not whole, is told by the capture.
  if (!("answers" in seen)) return {};
  if (!seen.answers) return seen.problem.code === "task-run-not-finished" ? "nothing yet" : {};
  const startedAt = taskBackupLook.get(seen.facts, "scriptStartedAt");
  return startedAt === undefined ? "nothing yet" : { startedAt };
}
