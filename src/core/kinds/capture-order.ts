import type { SourceKind } from "../model/policy/source.ts";
import { kindOf, sourceKinds } from "./catalogue.ts";
import { inFollowingOrder } from "./follow.ts";

/** The kinds in the order in which the sources of a point are captured, as their places tell. */
export const captureOrder: readonly SourceKind[] = inFollowingOrder(
  new Map(sourceKinds.map((kind) => [kind, kindOf(kind).captured])),
);

/**
 * Puts steps into lanes, in their order: what is captured at once after another kind shares that kind's lane,
 * and nothing may overtake anything there. Every other step has a lane of its own.
 */
export function lanesOf<Step>(
  steps: readonly Step[],
  kindOf: (step: Step) => SourceKind,
): readonly (readonly Step[])[] {
  const lane = (step: Step) => (isAlone(kindOf(step)) ? step : headOf(kindOf(step)));
  return [...Map.groupBy(steps, lane).values()];
}

/** The kind that begins the lane. */
function headOf(kind: SourceKind): SourceKind {
  const { after, atOnce } = kindOf(kind).captured;
  return atOnce && after !== "nothing" ? headOf(after) : kind;
}

function isAlone(kind: SourceKind): boolean {
  return sourceKinds.every((it) => it === kind || headOf(it) !== headOf(kind));
}

/** Whether a snapshot of the kind carries what was seen of the change-tracking window. */
export function carriesWindow(kind: SourceKind): boolean {
  return kindOf(kind).carriesWindow;
}
