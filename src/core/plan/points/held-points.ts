import type { Instant } from "../../base/instant.ts";
import type { Observation } from "../../model/observation.ts";
import type { Hold, HoldFacts } from "../../model/repository/hold.ts";
import type { KeepReason } from "../../model/retention-verdict.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";

/** Why a point stays on account of words in its repository: of holds, or of what can't be read. */
export type HoldReason = Extract<
  KeepReason,
  { readonly why: "hold" | "hold-unreadable" | "history-unreadable" }
>;

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
const noHolds: HoldFacts = { living: nothing, unreadable: nothing };

function keyOf(site: string, what: string | Instant): string {
  return `${site} ${what}`;
}

/**
 * Why points stay on account of holds, and of what can't be read: a hold, which may be of any point, or a
 * manifest or a record, without which nobody knows what there is and what went of late.
 */
export function holdReasons({
  holds = noHolds,
  unread = nothing,
  snapshots,
}: Pick<Observation, "holds" | "unread" | "snapshots">): (
  ...of: Parameters<HeldBy>
) => readonly HoldReason[] {
  const held = heldBy(holds.living, snapshots);
  const doubts = [
    ...holds.unreadable.map((object) => ({ why: "hold-unreadable", object }) as const),
    ...unread.map((object) => ({ why: "history-unreadable", object }) as const),
  ];
  return (point) => [
    ...held(point).map(({ note, at }) => ({ why: "hold", note, since: at }) as const),
    ...doubts,
  ];
}
