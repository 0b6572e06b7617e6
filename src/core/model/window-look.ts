import { isJsonObject } from "../base/json.ts";
import type { JsonObject } from "../base/json.ts";
import type { WindowLook } from "./database-copy.ts";
import type { DatabaseWindowFacts, GroupSend, ReplicationLink, UnreadWitness } from "./observation.ts";

/** The fact of a snapshot that holds what was read of the window when it was taken. */
const lookFact = "changeTracking";

/** A look at the window as a fact of a snapshot. */
export function writeLook(look: WindowLook): JsonObject {
  return { [lookFact]: JSON.parse(JSON.stringify(look)) as JsonObject };
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

/** The facts of a snapshot without its look, where it has one. */
export function withoutLook(facts: JsonObject): JsonObject {
  const { [lookFact]: _, ...rest } = facts;
  return rest;
}

/** Manifests are digested but may be of a later version: what has another shape was not read. */
function isFacts(value: unknown): value is DatabaseWindowFacts {
  if (!isJsonObject(value)) return false;
  const { changeTracking, links, retentionMs = 0, recoveryFork = "", unread = [] } = value;
  const numbers = [value["readAt"], value["clockOffsetMs"], retentionMs];
  const versions = [value["currentVersion"], value["minValidVersion"], value["cleanedVersion"]];
  return (
    numbers.every((it) => Number.isSafeInteger(it)) &&
    versions.every(isVersion) &&
    typeof recoveryFork === "string" &&
    (changeTracking === "on" || changeTracking === "off" || changeTracking === "unknown") &&
    Array.isArray(links) &&
    links.every(isLink) &&
    Array.isArray(unread) &&
    unread.every(isUnread)
  );
}

function isLink(value: unknown): value is ReplicationLink {
  if (!isJsonObject(value)) return false;
  const { partner, state, initialisations = "", initialisedAt = 0, sends = [] } = value;
  const texts = [partner, state, initialisations];
  return (
    texts.every((it) => typeof it === "string") &&
    Number.isSafeInteger(initialisedAt) &&
    Array.isArray(sends) &&
    sends.every(isSend)
  );
}

function isSend(value: unknown): value is GroupSend {
  if (!isJsonObject(value)) return false;
  const { group, sentVersion, minValidVersion, processedAt = 0 } = value;
  return (
    typeof group === "string" &&
    Number.isSafeInteger(processedAt) &&
    [sentVersion, minValidVersion].every(isVersion)
  );
}

function isVersion(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && /^\d{1,19}$/.test(value));
}

function isUnread(value: unknown): value is UnreadWitness {
  if (!isJsonObject(value)) return false;
  const { witness, why } = value;
  return typeof witness === "string" && isJsonObject(why) && typeof why["message"] === "string";
}
