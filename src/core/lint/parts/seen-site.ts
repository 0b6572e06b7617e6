import type { Instant } from "../../base/instant.ts";
import { pointPartOf } from "../../kinds/catalogue.ts";
import type { JsonObject } from "../../base/json.ts";
import { factsOf } from "../../model/observation.ts";
import type { Observation, WindowFacts } from "../../model/observation.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";

/** A site as its hazards see it: its policy, what was read of it, and the words for both. */
export interface SeenSite {
  readonly policy: ResolvedPolicy;
  readonly window: WindowFacts;
  readonly now: Instant;
  /** Where a problem of the site as a whole is: `PS1/CM_PS1`. */
  readonly where: string;
  readonly databaseName: string;
  /** When the points were due that hold the database and that somebody holds. */
  readonly heldPoints: readonly Instant[];
  /** Where a problem of a source is. */
  placeOf(source: string): string;
  /** What a source told of itself; nothing where it is silent, which is told elsewhere. */
  factsOf(source: string): JsonObject;
}

/** Puts together what the hazards of a site judge. */
export function seenSite(policy: ResolvedPolicy, observed: Observation, now: Instant): SeenSite {
  const { code, database } = policy.site;
  return {
    policy,
    window: observed.window,
    now,
    where: `${code}/${database.name}`,
    databaseName: database.name,
    heldPoints: heldPointsIn(observed),
    placeOf: (source) => `${code}/${source}`,
    factsOf: (source) => factsOf(observed, source),
  };
}

function heldPointsIn({ holds, snapshots }: Observation): readonly Instant[] {
  const held = new Set((holds?.living ?? []).flatMap((it) => it.snapshots));
  const points = new Set(snapshots.flatMap(({ id, point }) => (held.has(id) ? [point] : [])));
  const withDatabase = snapshots.filter(({ kind }) => pointPartOf(kind).database !== undefined);
  return [...points].filter((due) => withDatabase.some(({ point }) => point === due));
}
