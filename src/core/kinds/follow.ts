import { assert } from "../base/assert.ts";
import type { SourceKind } from "../model/policy/source.ts";

/** The place of a kind in an order, told by the kind that it comes after; one kind comes first. */
export type Following = { readonly after: SourceKind | "nothing" };

/**
 * Kinds in the order that their places tell. Each comes as close behind the one that it names as can be: of
 * several that name the same, those that must come at once are first, then those with fewer kinds behind
 * them, then the order given.
 */
export function inFollowingOrder(
  places: ReadonlyMap<SourceKind, Following & { readonly atOnce?: true }>,
): readonly SourceKind[] {
  const behind = Map.groupBy(places.keys(), (kind) => places.get(kind)!.after);
  const from = (kind: SourceKind): readonly SourceKind[] => {
    const tails = (behind.get(kind) ?? []).map((it) => ({
      isAtOnce: places.get(it)!.atOnce,
      tail: from(it),
    }));
    const rank = ({ isAtOnce, tail }: (typeof tails)[number]) => (isAtOnce ? 0 : tail.length);
    return [kind, ...tails.sort((left, right) => rank(left) - rank(right)).flatMap(({ tail }) => tail)];
  };
  const order = (behind.get("nothing") ?? []).flatMap(from);
  assert(behind.get("nothing")?.length === 1, "not one kind comes first, but more or none");
  assert(order.length === places.size, "kinds that come after each other in a circle");
  return order;
}
