import { isJsonObject } from "../../base/json.ts";
import type { JsonObject } from "../../base/json.ts";
import type { WindowLook } from "../../model/database-copy.ts";
import type { DatabaseWindowFacts, ReplicationLink, WindowFacts } from "../../model/observation.ts";

type Read = WindowFacts["own"];

/** The fact of a snapshot that holds what was read of the window when it was taken. */
export const lookFact = "changeTracking";

/** What a snapshot of the site database records of the window (docs/plan.md). */
export function makeLook({ own, partners }: WindowFacts): WindowLook {
  const read = Object.entries(partners).flatMap(([site, facts]) =>
    wasRead(facts) ? [[site, facts] as const] : [],
  );
  return { ...(wasRead(own) && { own }), partners: Object.fromEntries(read) };
}

/**
 * What a snapshot has recorded of the window. `undefined` when it has recorded nothing, or what can't be
 * understood.
 */
export function readLook(facts: JsonObject): WindowLook | undefined {
  const look = facts[lookFact];
  if (!isJsonObject(look)) return undefined;
  const { own, partners }: Readonly<Record<string, unknown>> = look;
  if (!isJsonObject(partners)) return undefined;
  const read = Object.entries(partners).flatMap(([site, it]: [string, unknown]) =>
    isFacts(it) ? [[site, it] as const] : [],
  );
  return { ...(isFacts(own) && { own }), partners: Object.fromEntries(read) };
}

/** A look as the facts of a snapshot hold it. */
export function lookJson(look: WindowLook): JsonObject {
  return JSON.parse(JSON.stringify(look)) as JsonObject;
}

function wasRead(read: Read): read is DatabaseWindowFacts {
  return !("problem" in read);
}

/** Manifests are digested but may be of a later version: what has another shape was not read. */
function isFacts(value: unknown): value is DatabaseWindowFacts {
  if (!isJsonObject(value)) return false;
  const { changeTracking, links, retentionMs = 0, recoveryFork = "" } = value;
  const numbers = [value["readAt"], value["clockOffsetMs"], retentionMs];
  const versions = [value["currentVersion"], value["minValidVersion"], value["cleanedVersion"]];
  return (
    numbers.every((it) => Number.isSafeInteger(it)) &&
    versions.every((it) => it === undefined || (typeof it === "string" && /^\d{1,19}$/.test(it))) &&
    typeof recoveryFork === "string" &&
    (changeTracking === "on" || changeTracking === "off" || changeTracking === "unknown") &&
    Array.isArray(links) &&
    links.every(isLink)
  );
}

function isLink(value: unknown): value is ReplicationLink {
  if (!isJsonObject(value)) return false;
  const { partner, state, initialisations = "", initialisedAt = 0 } = value;
  const texts = [partner, state, initialisations];
  return texts.every((it) => typeof it === "string") && Number.isSafeInteger(initialisedAt);
}
