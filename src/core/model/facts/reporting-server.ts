import type { JsonObject } from "../../base/json.ts";
import { backupFacts } from "./backup.ts";
import { facts, listOf, mapOf, text } from "./codec.ts";
import { roomFacts } from "./room.ts";

/**
 * The state of each database of a report server, and which of them are in an availability group. `reports`:
 * when each report, model and shared dataset was changed, by its path.
 */
export const reportingServerLook = facts(
  { databases: mapOf(text) },
  { availabilityGroup: listOf(text), reports: mapOf(text), ...roomFacts },
);

/** What a component of a report server is in a snapshot. */
export const componentHeld = "held";
/** The report server has none. */
export const componentNone = "none there";

const lackingBegin = "lacking: ";

/** Says that a component is not held, and why. */
export function componentLacking(why: string): string {
  return `${lackingBegin}${why}`;
}

/**
 * What a snapshot of a report server tells. `encryptionKey`: the name of its file, `not-asked` or `failed`.
 * `components`: what of each part is held (`componentHeld` and the others here).
 */
export const reportingServerCapture = facts(
  { databases: mapOf(backupFacts), encryptionKey: text },
  { reports: mapOf(text), components: mapOf(text) },
);

/** Components that a snapshot of a report server lacks: `encryption key (the policy does not ask for it)`. */
export function lackedComponents(facts: JsonObject): readonly string[] {
  return Object.entries(reportingServerCapture.get(facts, "components") ?? {}).flatMap(([name, state]) =>
    state === componentHeld || state === componentNone
      ? []
      : [`${name} (${state.replace(lackingBegin, "")})`],
  );
}
