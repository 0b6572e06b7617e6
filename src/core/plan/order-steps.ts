import { captureOrder } from "../kinds/capture-order.ts";
import type { SourceKind } from "../model/policy/source.ts";

/**
 * Sorts steps by the kind of their source, then by its name, so that the order of a policy's lines changes
 * nothing.
 */
export function orderByKind<Step>(
  steps: readonly Step[],
  sourceOf: (step: Step) => { readonly kind: SourceKind; readonly name: string },
): readonly Step[] {
  return steps.toSorted((left, right) => {
    const [one, other] = [sourceOf(left), sourceOf(right)];
    return (
      captureOrder.indexOf(one.kind) - captureOrder.indexOf(other.kind) || (one.name < other.name ? -1 : 1)
    );
  });
}
