import type { Instant } from "../../base/instant.ts";
import type { Hold, HoldFacts } from "../../model/repository/hold.ts";
import type { KeepReason } from "../../model/retention-verdict.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";

/** Why holds keep a point. */
export type HoldReason = Extract<KeepReason, { readonly why: "hold" | "hold-unreadable" }>;

/** What holds a point: nothing, or one word or more, oldest first. */
export type HeldBy = (point: { readonly site: string; readonly due: Instant }) => readonly Hold[];

/**
 * Finds the holds of points. A hold names snapshots, and holds the whole point of any of them: also what has
 * joined it since.
 */
export function heldBy(holds: readonly Hold[], snapshots: readonly Snapshot[]): HeldBy {
  if (holds.length === 0) return () => nothing;
  const points = new Map(snapshots.map((it) => [keyOf(it.site, it.id), it.point]));
  const held = new Map<string, Hold[]>();
  for (const hold of holds) {
    const dues = new Set(hold.snapshots.map((id) => points.get(keyOf(hold.site, id))));
    for (const due of dues) {
      if (due === undefined) continue;
      const key = keyOf(hold.site, due);
      held.set(key, [...(held.get(key) ?? []), hold]);
    }
  }
  return ({ site, due }) => held.get(keyOf(site, due)) ?? nothing;
}

const nothing: readonly never[] = [];

function keyOf(site: string, what: string | Instant): string {
  return `${site} ${what}`;
}

/** Why points stay on account of holds: their own, and those that can't be read and may be of any point. */
export function holdReasons(
  holds: HoldFacts | undefined,
  snapshots: readonly Snapshot[],
): (...of: Parameters<HeldBy>) => readonly HoldReason[] {
  if (holds === undefined) return () => nothing;
  const held = heldBy(holds.living, snapshots);
  const doubts = holds.unreadable.map((object) => ({ why: "hold-unreadable", object }) as const);
  return (point) => [
    ...held(point).map(({ note, at }) => ({ why: "hold", note, since: at }) as const),
    ...doubts,
  ];
}
