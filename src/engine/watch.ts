import { minute, type DurationMs, type Instant } from "../core/base/instant.ts";
import type { Problem } from "../core/base/problem.ts";
import type { PolicyFile } from "../core/model/policy-document.ts";
import type { ResolvedPolicy } from "../core/model/resolved-policy.ts";
import { readPolicies } from "../core/policy/read-policies.ts";
import { nextStartAfter } from "../core/plan/schedule.ts";
import { problemOf } from "./problems.ts";
import type { Session } from "./session.ts";

/** Why the loop woke. */
export type Wake = "started" | "policies-changed" | "due" | "looked-again";

/** What the loop needs from outside itself. */
export interface WatchMeans {
  readonly folder: string;
  /** Also look at the sites this often: a source may answer again, the window may close. */
  readonly everyMs: DurationMs;
  /** Resolves when a policy file changed, or never. Asked anew after each change. */
  policiesChanged(): Promise<void>;
  /** Plans and applies these policy files, in a process of its own, and gives its exit code. */
  apply(files: readonly PolicyFile[]): Promise<number>;
  tell(event: WatchEvent): void;
}

export type WatchEvent =
  | { readonly what: "in-force"; readonly policies: readonly ResolvedPolicy[]; readonly wake: Wake }
  | { readonly what: "broken-edit"; readonly problems: readonly Problem[]; readonly stillInForce: number }
  | { readonly what: "applied"; readonly exitCode: number; readonly nextAt: Instant; readonly why: Wake };

interface InForce {
  readonly files: readonly PolicyFile[];
  readonly policies: readonly ResolvedPolicy[];
}

/** A timer never sleeps longer than this, so that a clock that was moved is noticed. */
const longestSleepMs = minute;

/**
 * Watches until the signal aborts. Events only wake the loop; the loop alone acts, and has at most one run at a time. A
 * broken edit is shown and changes nothing: the last good policies stay in force.
 */
export async function watch(session: Session, means: WatchMeans): Promise<void> {
  let inForce: InForce | undefined;
  let changed = means.policiesChanged();
  let wake: Wake = "started";
  while (!session.signal.aborted) {
    const isRead = wake === "started" || wake === "policies-changed";
    const fresh = isRead ? await read(session, means, inForce, wake) : inForce;
    // A broken edit is no reason to run: what is in force was applied before.
    const isToRun = fresh !== undefined && (!isRead || fresh !== inForce);
    inForce = fresh;
    if (inForce && isToRun) {
      const exitCode = await means.apply(inForce.files);
      means.tell({ what: "applied", exitCode, nextAt: nextWake(session, means, inForce), why: wake });
    }
    wake = await sleepUntil(session, changed, nextWake(session, means, inForce));
    if (wake === "policies-changed") changed = means.policiesChanged();
  }
}

async function read(
  session: Session,
  means: WatchMeans,
  last: InForce | undefined,
  wake: Wake,
): Promise<InForce | undefined> {
  const { files, policies, problems } = await readChecked(session, means.folder);
  if (problems.some((it) => it.severity === "error")) {
    means.tell({ what: "broken-edit", problems, stillInForce: last?.policies.length ?? 0 });
    return last;
  }
  means.tell({ what: "in-force", policies, wake });
  return { files, policies };
}

async function readChecked(
  session: Session,
  folder: string,
): Promise<InForce & { readonly problems: readonly Problem[] }> {
  try {
    const files = await session.world.readPolicyFiles(folder);
    return { files, ...readPolicies(files) };
  } catch (thrown) {
    return { files: [], policies: [], problems: [problemOf(thrown, folder, session.redactor)] };
  }
}

function nextWake(session: Session, { everyMs }: WatchMeans, inForce: InForce | undefined): Instant {
  const now = session.now();
  const starts = inForce?.policies.map((policy) => nextStartAfter(policy, now)) ?? [];
  return Math.min(now + everyMs, ...starts.filter((it) => it !== undefined));
}

async function sleepUntil(session: Session, changed: Promise<void>, at: Instant): Promise<Wake> {
  const began = session.now();
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
    return at - began < longestSleepMs ? "due" : "looked-again";
  } finally {
    stop.abort();
  }
}
