import { given } from "../base/given.ts";
import { day } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { Action, CaptureAction } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Proof, Snapshot, SnapshotId } from "../model/repository/snapshot.ts";
import { goesThrough } from "../plan/quiet-captures.ts";
import { pointSourcesOf } from "../plan/points/points.ts";
import { quietAt } from "../plan/calendar/quiet-hours.ts";
import type { QuietHours } from "../plan/calendar/quiet-hours.ts";
import type { Typical } from "./typical-captures.ts";

/** A repository as the steps of plans leave it. Nothing of it is real but the planner. */
export interface VirtualSite {
  readonly snapshots: readonly Snapshot[];
  /** The forgets of the last day: the brake counts them. */
  readonly forgets: readonly { readonly at: Instant; readonly point: Instant }[];
  /** When the last run ended: there is at most one at a time. */
  readonly busyUntil: Instant;
  /** Snapshots made so far, for their names. */
  readonly made: number;
}

/**
 * The site after a run has added all that was planned, one step after another; a capture that comes into
 * quiet hours is not begun.
 */
export function applyActions(
  site: VirtualSite,
  policy: ResolvedPolicy,
  {
    actions,
    now,
    typical,
    quiet,
  }: {
    readonly actions: readonly Action[];
    readonly now: Instant;
    readonly typical: Typical;
    readonly quiet: QuietHours;
  },
): {
  readonly site: VirtualSite;
  readonly captured: readonly Snapshot[];
  /** Without what was not begun. */
  readonly done: readonly Action[];
} {
  const captured: Snapshot[] = [];
  const done: Action[] = [];
  let { snapshots, made } = site;
  let clock = now;
  for (const action of actions) {
    if (action.do === "capture" && !goesThrough(action) && quietAt(quiet, clock) !== undefined) continue;
    done.push(action);
    switch (action.do) {
      case "capture": {
        const snapshot = capture(policy, action, { startedAt: clock, typical, id: `simulated-${made++}` });
        clock = snapshot.finishedAt;
        snapshots = [...snapshots, snapshot];
        captured.push(snapshot);
        break;
      }
      case "verify":
        snapshots = snapshots.map((it) => (it.id === action.snapshot ? readBack(it, clock) : it));
        break;
      case "forget":
      case "copy":
      case "forget-copy":
      case "skip":
    }
  }
  return { site: { ...site, snapshots, made, busyUntil: clock }, captured, done };
}

/** The site after the last step of a run: what was to go is gone. */
export function forgetAll(site: VirtualSite, removals: readonly Action[]): VirtualSite {
  const forgets = removals.filter((it) => it.do === "forget");
  if (forgets.length === 0) return site;
  const at = site.busyUntil;
  const gone = new Set(forgets.flatMap((it) => it.snapshots));
  return {
    ...site,
    snapshots: site.snapshots.filter((it) => !gone.has(it.id)),
    forgets: [
      ...site.forgets.filter((it) => it.at > at - day),
      ...forgets.map(({ point }) => ({ at, point })),
    ],
  };
}

/** The runs of the last day, as far as the planner asks about them. */
export function runsOf({ forgets }: VirtualSite, site: string): readonly Run[] {
  if (forgets.length === 0) return [];
  const outcomes = forgets.map(({ at, point }) => ({
    site,
    title: "",
    result: "done" as const,
    startedAt: at,
    finishedAt: at,
    forgot: point,
  }));
  const at = forgets.at(-1)!.at;
  const finished = { at, outcomes, result: "done" as const };
  const run = { id: "simulated", machine: "", sequence: 0, trigger: "watch" as const, planDigest: "" };
  return [{ ...run, startedAt: at, sites: [site], finished }];
}

function capture(
  policy: ResolvedPolicy,
  { source, kind, mode, point, base }: CaptureAction,
  made: { readonly startedAt: Instant; readonly typical: Typical; readonly id: SnapshotId },
): Snapshot {
  const { durationMs, files, bytes, addedBytes } = made.typical(source, mode);
  const finishedAt = made.startedAt + durationMs;
  return {
    id: made.id,
    site: policy.site.code,
    policy: policy.name,
    source,
    kind,
    mode,
    point,
    pointSources: pointSourcesOf(policy),
    startedAt: made.startedAt,
    finishedAt,
    asOf: made.startedAt,
    ...given({ base }),
    files,
    bytes,
    addedBytes,
    facts: {},
    problems: [],
    proofs: [proofAt(finishedAt)],
  };
}

function readBack(snapshot: Snapshot, at: Instant): Snapshot {
  return { ...snapshot, proofs: [...snapshot.proofs, proofAt(at)] };
}

function proofAt(at: Instant): Proof {
  return { level: "read", result: "passed", at, note: "simulated" };
}
