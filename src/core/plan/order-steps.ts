import type { SourceKind } from "../model/policy/source.ts";

/**
 * The order of a point's captures. The registry comes straight after the database: the registry notes how far the site
 * had got in the database, and a restored registry must be neither much older nor much newer than its database
 * (docs/plan.md, "Order"). Small and irreplaceable things follow, great trees come last.
 */
const captureOrder: readonly SourceKind[] = [
  "site-database",
  "windows-registry",
  "sql-keys",
  "task-backup",
  "site-files",
  "reporting-server",
  "sql-database",
  "scup-database",
  "folder",
  "package-sources",
  "user-state",
  "content-library",
];

/** Sorts steps by the kind of their source, then by its name, so that the order of a policy's lines changes nothing. */
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
