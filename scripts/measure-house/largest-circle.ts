/** The largest set of places that reach each other, in the order of their names: empty when no two do. */
export function largestCircle(arrows: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const reaches = new Map([...arrows.keys()].map((place) => [place, reachOf(place, arrows)]));
  const circles = [...reaches].map(([place, reached]) =>
    [...reached].filter((it) => it !== place && reaches.get(it)?.has(place)).concat(place),
  );
  const largest = circles.reduce((most, circle) => (circle.length > most.length ? circle : most), []);
  return largest.length > 1 ? largest.toSorted() : [];
}

function reachOf(start: string, arrows: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [...(arrows.get(start) ?? [])];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    queue.push(...(arrows.get(place) ?? []));
  }
  return seen;
}
