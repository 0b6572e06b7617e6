import { minute, type DurationMs, type Instant } from "../core/base/instant.ts";
import { readTextPlace } from "../core/base/text-place.ts";
import { ProblemError, type Problem } from "../core/base/problem.ts";
import type { PolicyFile } from "../core/model/policy/policy-document.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import { nextStartAfter } from "../core/plan/calendar/starts.ts";
import { readPolicies } from "../core/policy/read-policies.ts";
import { loadPolicies } from "./load.ts";
import { noPolicy } from "./pipeline.ts";
import { problemOf } from "./session/problems.ts";
import type { Session } from "./session/session.ts";
import { tellPolicies } from "./tell-state.ts";

/** Why the loop woke. */
export type Wake = "started" | "policies-changed" | "due" | "looked-again";

/** What the loop needs from outside itself. */
export interface WatchMeans {
  readonly folder: string;
  /** Path of that folder from the root: one name, from wherever the program is started. */
  readonly folderEverywhere: string;
  /** Also look at the sites this often: a source may answer again, the window may close. */
  readonly everyMs: DurationMs;
  /** Resolves when a policy file changed, or never. Asked anew after each change. */
  policiesChanged(): Promise<void>;
  /** Plans and applies these policy files, in a process of its own, and gives its exit code. */
  apply(files: readonly PolicyFile[]): Promise<number>;
  tell(event: WatchEvent): void;
}

/** What the watch tells: which policies are in force, which edit it doesn't take, and how a run ended. */
export type WatchEvent =
  | { readonly what: "in-force"; readonly policies: readonly ResolvedPolicy[]; readonly wake: Wake }
  /** What is wrong is not taken: what has errors, or all where no policy is, as when a share is gone. */
  | {
      readonly what: "broken-edit" | "policies-lost";
      readonly problems: readonly Problem[];
      readonly stillInForce: number;
    }
  | {
      readonly what: "applied";
      readonly exitCode: number;
      readonly nextAt: Instant;
      readonly why: Wake;
      /** Errors that are still there: what they concern is in force as it last was, or is not. */
      readonly errors: readonly Problem[];
    }
  /** Webhooks were to hear of what is there, and did not. */
  | { readonly what: "not-delivered"; readonly problems: readonly Problem[] };

/** The policies as their files say them. The texts stay in memory, whatever becomes of the files. */
interface Policies {
  readonly files: readonly PolicyFile[];
  readonly policies: readonly ResolvedPolicy[];
}

/** A look at the policy folder. No files where there is no policy, whatever the reason. */
interface Reading extends Policies {
  readonly problems: readonly Problem[];
}

/** A timer never sleeps longer than this, so that a clock that was moved is noticed. */
const longestSleepMs = minute;

/**
 * Watches until the signal aborts. Events only wake the loop; the loop alone acts, and has at most one run at
 * a time. Every wake reads the files again, since not every share tells of a change. What is broken, or is
 * gone, stays in force as it last was, and is told; what is sound is taken. Rejects when there is no policy
 * to begin with.
 */
export async function watch(session: Session, means: WatchMeans): Promise<void> {
  let seen = await readFirst(session, means);
  let inForce = take(means, { fresh: seen, wake: "started" });
  let changed = means.policiesChanged();
  if (inForce) await run(session, means, { inForce, seen, why: "started" });
  while (!session.signal.aborted) {
    const wake = await sleepUntil(session, changed, nextWake(session, means, inForce));
    if (wake === undefined) return;
    if (wake === "policies-changed") changed = means.policiesChanged();
    const fresh = await readAndRaise(session, means);
    const isNews = textOf(fresh) !== textOf(seen);
    seen = fresh;
    const taken = isNews ? take(means, { fresh, wake: "policies-changed", last: inForce }) : inForce;
    const isOther = taken !== inForce;
    inForce = taken;
    // A broken edit is no reason to run, nor is a file that was saved without a change.
    if (inForce && (isOther || wake !== "policies-changed"))
      await run(session, means, { inForce, seen, why: isOther ? "policies-changed" : wake });
  }
}

async function readFirst(session: Session, means: WatchMeans): Promise<Reading> {
  const first = await readAndRaise(session, means);
  if (first.files.length === 0) throw new ProblemError(first.problems[0]!);
  return first;
}

/** Reads the folder; what is wrong with it, and that it is no more, is told to webhooks. */
async function readAndRaise(session: Session, means: WatchMeans): Promise<Reading> {
  const reading = await read(session, means.folder);
  const undelivered = await tellPolicies(session, { ...reading, folder: means.folderEverywhere });
  if (undelivered.length > 0) means.tell({ what: "not-delivered", problems: undelivered });
  return reading;
}

async function read(session: Session, folder: string): Promise<Reading> {
  try {
    const loaded = await loadPolicies(session.world, folder);
    const isEmpty = loaded.policies.length === 0 && loaded.problems.length === 0;
    return isEmpty ? { files: [], policies: [], problems: [noPolicy({ folder }, [])] } : loaded;
  } catch (thrown) {
    return { files: [], policies: [], problems: [problemOf(thrown, folder, session.redactor)] };
  }
}

/** Tells two readings apart: by what the files say, or by why they can't be read. */
function textOf({ files, problems }: Reading): string {
  return JSON.stringify(files.length > 0 ? files : problems);
}

/** The policies that are in force from now on, told. */
function take(
  { tell }: WatchMeans,
  {
    fresh,
    wake,
    last,
  }: { readonly fresh: Reading; readonly wake: Wake; readonly last?: Policies | undefined },
): Policies | undefined {
  const errors = errorsOf(fresh);
  const taken = errors.length === 0 ? fresh : soundPart(fresh, last);
  if (errors.length > 0) {
    const what = fresh.files.length === 0 ? "policies-lost" : "broken-edit";
    tell({ what, problems: fresh.problems, stillInForce: taken?.policies.length ?? 0 });
  }
  if (taken !== undefined && taken !== last) tell({ what: "in-force", policies: taken.policies, wake });
  return taken;
}

function errorsOf({ problems }: Reading): readonly Problem[] {
  return problems.filter((it) => it.severity === "error");
}

/**
 * What is sound of a reading: files with an error count as they last did. Where a policy would go out of
 * force even so, nothing of the reading counts.
 */
function soundPart(fresh: Reading, last: Policies | undefined): Policies | undefined {
  const places = errorsOf(fresh).map((it) => readTextPlace(it.where));
  const wrong = new Set(places.map((it) => it?.path));
  const before = new Map(last?.files.map((it) => [it.path, it]));
  const files = fresh.files.map((it) => (wrong.has(it.path) ? (before.get(it.path) ?? it) : it));
  const { policies } = readPolicies(files);
  const names = new Set(policies.map((it) => it.name));
  if (policies.length === 0 || last?.policies.some((it) => !names.has(it.name))) return last;
  return JSON.stringify(files) === JSON.stringify(last?.files) ? last : { files, policies };
}

async function run(
  session: Session,
  means: WatchMeans,
  { inForce, seen, why }: { readonly inForce: Policies; readonly seen: Reading; readonly why: Wake },
): Promise<void> {
  const exitCode = await means.apply(inForce.files);
  const { at } = nextWake(session, means, inForce);
  means.tell({ what: "applied", exitCode, nextAt: at, why, errors: errorsOf(seen) });
}

interface Alarm {
  readonly at: Instant;
  readonly wake: Wake;
}

/** The next start of any policy, or the next look where that comes first. */
function nextWake(session: Session, { everyMs }: WatchMeans, inForce: Policies | undefined): Alarm {
  const now = session.now();
  const starts = inForce?.policies.map((policy) => nextStartAfter(policy, now)) ?? [];
  const start = Math.min(...starts.filter((it) => it !== undefined));
  const look = now + everyMs;
  return start <= look ? { at: start, wake: "due" } : { at: look, wake: "looked-again" };
}

/** Sleeps until the alarm or a change, and gives `undefined` when the session ends before. */
async function sleepUntil(
  session: Session,
  changed: Promise<void>,
  { at, wake }: Alarm,
): Promise<Wake | undefined> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, session.signal]);
  const edited = changed.then(() => "policies-changed" as const);
  try {
    while (!session.signal.aborted && session.now() < at) {
      const sleep = session.world.sleep(Math.min(longestSleepMs, at - session.now()), signal).then(
        () => undefined,
        () => undefined,
      );
      const woke = await Promise.race([edited, sleep]);
      if (woke) return woke;
    }
    return session.signal.aborted ? undefined : wake;
  } finally {
    stop.abort();
  }
}
