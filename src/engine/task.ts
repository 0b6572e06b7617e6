import { absent, unknown } from "../core/base/fact.ts";
import type { Fact } from "../core/base/fact.ts";
import { given } from "../core/base/given.ts";
import { type DurationMs, type Instant, minute, second } from "../core/base/instant.ts";
import type { Problem } from "../core/base/problem.ts";
import { taskBackupCapture } from "../core/model/facts/task-backup.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import type { TaskBackup } from "../core/model/policy/source.ts";
import { isVerified, type Snapshot } from "../core/model/repository/snapshot.ts";
import type { SiteTaskFacts } from "../core/model/site-task.ts";
import {
  isSameBegin,
  type TaskRun,
  taskRunState,
  type RetryOutcome,
  type TaskRunStatus,
  type TaskSetStatus,
  type TaskStatus,
} from "../core/model/task-run.ts";
import { nextTaskBegin } from "../core/plan/calendar/site-task.ts";
import { runStatus } from "../core/plan/summarise-task.ts";
import { backupService, serviceStates } from "../core/outside/site/site-services.ts";
import type { Means } from "../drivers/driver.ts";
import { readSiteTask } from "../drivers/parts/task/site-task-facts.ts";
import { withSql } from "../drivers/parts/session/sql-session.ts";
import { askActiveServer } from "../drivers/parts/active-server.ts";
import { examineTask } from "../drivers/parts/task/examine-task.ts";
import { lookAtTask, type TaskLook } from "../drivers/parts/look-at-task.ts";
import { askServiceState, placeFor, startService } from "../drivers/parts/task/services.ts";
import { newestRun, readTaskEvidence, type TaskEvidence } from "../drivers/parts/task/task-evidence.ts";
import { siteLogs } from "../drivers/parts/task/task-folders.ts";
import { readSourceSnapshots } from "./repository/source-snapshots.ts";
import { lookAt } from "./session/deadline.ts";
import type { Session } from "./session/session.ts";

/** So many runs are told. */
const runsTold = 10;

/** The source of a policy that keeps what the task leaves. */
export function setSource({ sources }: ResolvedPolicy): TaskBackup | undefined {
  return sources.find((it): it is TaskBackup => it.kind === "task-backup");
}

/** Looks at the site's own backup task: its runs, its set, its services. Changes nothing. */
export async function readTaskStatus(session: Session, policy: ResolvedPolicy): Promise<TaskStatus> {
  const where = `${policy.site.code}/task`;
  const look = <T>(work: (means: Means) => Promise<T>) => lookAt(session, where, { look: work });
  const [witnesses, schedule, machine, snapshots] = await Promise.all([
    look(async (means) => ({ told: await lookAtWitnesses(policy, where, means) })),
    look((means) => readSchedule(policy, where, means)),
    look((means) => lookAtMachine(policy, where, means)),
    setSnapshots(session, policy),
  ]);
  const at = session.now();
  const told = "problem" in witnesses ? { unread: witnesses.problem } : witnesses.told;
  return {
    site: policy.site.code,
    policy: policy.name,
    at,
    ...scheduleStatus(policy, schedule, at),
    ...witnessStatus(told, { policy, snapshots }),
    ...("problem" in machine ? unseenMachine(machine.problem) : machine),
  };
}

interface Told {
  readonly look?: TaskLook;
  readonly evidence: TaskEvidence;
}

/** With a source that keeps the set its folders are looked at too; without one the site's own log is all. */
async function lookAtWitnesses(policy: ResolvedPolicy, where: string, means: Means): Promise<Told> {
  const { site } = policy;
  const source = setSource(policy);
  if (source !== undefined) {
    const look = await lookAtTask({ source, site }, means);
    return { look, evidence: look.evidence };
  }
  const logs = siteLogs(site, (path) => means.localPath(path));
  return { evidence: await readTaskEvidence({ site, logs, where }, means) };
}

function readSchedule({ site }: ResolvedPolicy, where: string, means: Means): Promise<SiteTaskFacts> {
  const task = { database: site.database, where, doing: "read the schedule of the site's task" };
  return withSql(means, task, (sql) => readSiteTask(sql, { siteCode: site.code, task }));
}

type Machine = Pick<TaskStatus, "activeServer" | "service" | "needs">;

function unseenMachine(why: Problem): Machine {
  return { activeServer: unknown(why), service: unknown(why), needs: [] };
}

async function lookAtMachine(policy: ResolvedPolicy, where: string, means: Means): Promise<Machine> {
  const place = placeFor(setSource(policy)?.on, where, means);
  const activeServer = await askActiveServer(policy.site, where, means);
  const service = await askServiceState(backupService.name, place, means);
  return { activeServer, service, needs: await examineTask(place, means) };
}

/** Snapshots of the set that are there. A policy without such a source has none to tell of. */
function setSnapshots(session: Session, policy: ResolvedPolicy): Promise<Fact<readonly Snapshot[]>> {
  const source = setSource(policy);
  return source === undefined ? Promise.resolve(absent) : readSourceSnapshots(session, policy, source.name);
}

function scheduleStatus(
  policy: ResolvedPolicy,
  siteTask: SiteTaskFacts | { readonly problem: Problem },
  now: Instant,
): Pick<TaskStatus, "enabled" | "nextBeginAt" | "scheduleUnread"> {
  if ("problem" in siteTask) return { scheduleUnread: siteTask.problem };
  return { enabled: siteTask.enabled, ...given({ nextBeginAt: nextTaskBegin(policy, { siteTask }, now) }) };
}

function witnessStatus(
  told: Told | { readonly unread: Problem },
  { policy, snapshots }: { readonly policy: ResolvedPolicy; readonly snapshots: Fact<readonly Snapshot[]> },
): Pick<TaskStatus, "runs" | "logs" | "messagesUnread" | "set"> {
  const source = setSource(policy)?.name;
  if ("unread" in told) {
    const set = source && { source, state: "unknown" as const, problem: told.unread, documents: [] };
    return { runs: [], logs: [], messagesUnread: told.unread, ...(set && { set }) };
  }
  const { evidence, look } = told;
  return {
    runs: evidence.runs.slice(-runsTold).toReversed().map(runStatus),
    logs: evidence.logs,
    ...given({ messagesUnread: evidence.messagesUnread }),
    ...(look && source !== undefined && { set: setStatus(source, look, snapshots) }),
  };
}

function setStatus(source: string, look: TaskLook, snapshots: Fact<readonly Snapshot[]>): TaskSetStatus {
  const { run, problem, lacking, documents } = look;
  const state = problem === undefined ? "whole" : lacking ? "lacking" : "unknown";
  const unread = snapshots.is === "unknown" ? snapshots.why : undefined;
  const newest =
    snapshots.is === "known" && run ? snapshots.value.findLast((it) => isOf(it, run)) : undefined;
  return {
    source,
    // What is in the repository is not known either.
    state: state === "whole" && unread !== undefined ? "unknown" : state,
    ...given({ problem: problem ?? unread }),
    documents,
    ...(newest && { snapshot: { id: newest.id, read: isVerified(newest) } }),
  };
}

function isOf({ facts }: Snapshot, { startedAt }: TaskRun): boolean {
  const runAt = taskBackupCapture.get(facts, "runStartedAt");
  return runAt !== undefined && isSameBegin(runAt, startedAt);
}

/** How a run that was started is waited for. */
export interface Waiting {
  readonly waitMs: DurationMs;
  /** Told at each look: the run as far as it is known. */
  tell(run: TaskRunStatus | undefined, waitedMs: DurationMs): void;
}

const lookEveryMs = 5 * second;

/** Clocks of the site server and of this machine are not further apart. */
const clocksApartMs = 15 * minute;

/** A service that has stopped is believed to have, when so many looks in turn have seen it. */
const looksStopped = 6;

/** Starts the task's service, and waits until its witnesses tell of the end of that very run. */
export async function runTask(
  session: Session,
  policy: ResolvedPolicy,
  waiting: Waiting,
): Promise<RetryOutcome | { readonly problem: Problem }> {
  const where = `${policy.site.code}/task`;
  const look = <T>(work: (means: Means) => Promise<T>) => lookAt(session, where, { look: work });
  const before = await look(async (means) => ({ told: await lookAtWitnesses(policy, where, means) }));
  if ("problem" in before) return before;
  // A witness that is silent now may tell of an older run later.
  const last = Math.max(
    newestRun(before.told.evidence)?.startedAt ?? -Infinity,
    session.now() - clocksApartMs,
  );
  const started = await look(async (means) => ({
    is: await startService(backupService.name, placeFor(setSource(policy)?.on, where, means), means),
  }));
  if ("problem" in started) return started;
  return waitForEnd(session, { waiting, look: () => look((means) => lookAtRun(policy, where, last, means)) });
}

interface SeenRun {
  readonly run: TaskRun | undefined;
  readonly isStopped: boolean;
}

async function lookAtRun(
  policy: ResolvedPolicy,
  where: string,
  last: Instant,
  means: Means,
): Promise<SeenRun> {
  const source = setSource(policy);
  const { evidence } = await lookAtWitnesses(policy, where, means);
  const newest = newestRun(evidence);
  const state = await askServiceState(backupService.name, placeFor(source?.on, where, means), means);
  return {
    run:
      newest !== undefined && newest.startedAt > last && !isSameBegin(newest.startedAt, last)
        ? newest
        : undefined,
    isStopped: state.is === "known" && state.value === serviceStates.stopped,
  };
}

async function waitForEnd(
  session: Session,
  {
    waiting,
    look,
  }: { readonly waiting: Waiting; readonly look: () => Promise<SeenRun | { readonly problem: Problem }> },
): Promise<RetryOutcome> {
  const begin = session.now();
  let stopped = 0;
  let run: TaskRun | undefined;
  for (;;) {
    const seen = await look();
    // A look that fails while the site's services are stopped tells nothing of the run.
    if (!("problem" in seen)) {
      run = seen.run ?? run;
      stopped = seen.isStopped ? stopped + 1 : 0;
    }
    const waitedMs = session.now() - begin;
    const outcome = { waitedMs, ...(run && { run: runStatus(run) }) };
    const state = run === undefined ? "not-finished" : taskRunState(run);
    if (state !== "not-finished") return { result: state, ...outcome };
    if (stopped >= looksStopped) return { result: "stopped", ...outcome };
    if (waitedMs >= waiting.waitMs) return { result: "not-seen", ...outcome };
    waiting.tell(outcome.run, waitedMs);
    await session.world.sleep(lookEveryMs, session.signal);
  }
}
