import { expect, test } from "vitest";
import type { Json } from "../../../../src/core/base/json.ts";
import type { ReplicationLink } from "../../../../src/core/model/observation.ts";
import { readLook, writeLook } from "../../../../src/core/model/window-look.ts";
import { makeLook } from "../../../../src/core/plan/window/window-looks.ts";
import {
  noon,
  problemOf,
  trackingOf,
  versions,
  withoutFork,
  withoutRetention,
} from "../../../support/build-site.ts";

const unread = { problem: problemOf("sqlcas does not answer.") };
const link: ReplicationLink = {
  partner: "PS1",
  state: "degraded",
  groups: ["Alerts"],
  lastSyncAt: noon - 1,
  initialisedAt: noon - 2,
  initialisations: "6",
  sends: [
    { group: "Alerts", sentVersion: "900", processedAt: noon - 3, minValidVersion: "400" },
    { group: "Configuration Data" },
  ],
};
const own = trackingOf({ clockOffsetMs: -5 });
const CAS = trackingOf({ ...versions, cleanedVersion: "9223372036854775807", links: [link] });
const { links: _, ...told } = CAS;
const hidden = {
  ...told,
  links: [],
  unread: [{ witness: "links", why: problemOf("It is denied.") }],
} as const;

test("a look is read from a snapshot as it was seen", () => {
  const look = makeLook({ own, partners: { CAS } });
  expect(look).toStrictEqual({ own, partners: { CAS } });
  expect(readLook(writeLook(look))).toStrictEqual(look);
});

test("what could not be read of a database stands in it with its cause", () => {
  const look = makeLook({ own, partners: { CAS: hidden } });
  expect(readLook(writeLook(look))).toStrictEqual({ own, partners: { CAS: hidden } });
});

test("it stands in the fact that snapshots have held it in all along", () => {
  expect(readLook(writeLook({ own, partners: { CAS } }))).toEqual({
    own,
    partners: { CAS },
  });
});

test("what could not be read is left out", () => {
  expect(makeLook({ own: unread, partners: { CAS, PS2: unread } })).toStrictEqual({ partners: { CAS } });
  expect(makeLook({ own, partners: { CAS: unread } })).toStrictEqual({ own, partners: {} });
});

test.each(["on", "off", "unknown"] as const)(
  "change tracking that is %s is read, also without a retention and a fork",
  (changeTracking) => {
    const seen = withoutFork(withoutRetention(trackingOf({ changeTracking })));
    const look = { own: seen, partners: { CAS: seen } };
    expect(readLook(writeLook(look))).toEqual(look);
  },
);

test.each<[string, Json]>([
  ["a text", "seen"],
  ["nothing", null],
  ["a list", [jsonOf(CAS)]],
  ["no partners", { own: jsonOf(CAS) }],
  ["partners in a list", { own: jsonOf(CAS), partners: [jsonOf(CAS)] }],
])("where a look should stand and there is %s, no look was recorded", (_title, look) => {
  expect(readLook({ changeTracking: look })).toBeUndefined();
});

test("a snapshot that has recorded nothing has no look", () => {
  expect(readLook({})).toBeUndefined();
});

test.each<[string, Json]>([
  ["is a text", "seen"],
  ["is nothing", null],
  ["is a list", [jsonOf(CAS)]],
  ["was read at a text", changed({ readAt: "yesterday" })],
  ["was read between two milliseconds", changed({ readAt: 1.5 })],
  ["was read at no time", changed({ readAt: null })],
  ["has a text for its clock", changed({ clockOffsetMs: "0" })],
  ["has no clock", changed({ clockOffsetMs: null })],
  ["has a text for its retention", changed({ retentionMs: "5 days" })],
  ["has nothing for its retention", changed({ retentionMs: null })],
  ["has a number for its recovery fork", changed({ recoveryFork: 5 })],
  ["has a number for its current version", changed({ currentVersion: 2000 })],
  ["has a number for its minimum version", changed({ minValidVersion: 1000 })],
  ["has a number for what is cleaned", changed({ cleanedVersion: 1000 })],
  ["has no current version in a text", changed({ currentVersion: "" })],
  ["has a version that ends in something else", changed({ currentVersion: "12a" })],
  ["has a version that begins with something else", changed({ currentVersion: "-12" })],
  ["has a version that SQL Server can't count to", changed({ currentVersion: "1".repeat(20) })],
  ["has another state of change tracking", changed({ changeTracking: "paused" })],
  ["has no change tracking", changed({ changeTracking: null })],
  ["has no links", changed({ links: null })],
  ["has links by name", changed({ links: { PS1: jsonOf(link) } })],
  ["has a link that is a text", changed({ links: [jsonOf(link), "PS1"] })],
  ["has a link that is nothing", changed({ links: [jsonOf(link), null] })],
  ["has a link to a number", changed({ links: [{ ...jsonOf(link), partner: 1 }] })],
  ["has a link without a state", changed({ links: [{ ...jsonOf(link), state: null }] })],
  [
    "has a link that was initialised at a text",
    changed({ links: [{ ...jsonOf(link), initialisedAt: "6" }] }),
  ],
  [
    "has a link that was initialised six times",
    changed({ links: [{ ...jsonOf(link), initialisations: 6 }] }),
  ],
  ["has a list of what is unread that is none", changed({ unread: "links" })],
  ["has something unread without a name", changed({ unread: [{ witness: 1, why: { message: "" } }] })],
  ["has something unread without a cause", changed({ unread: [{ witness: "links", why: {} }] })],
  ["has something unread that is nothing", changed({ unread: [null] })],
  ["has no list of what was sent", changed({ links: [{ ...jsonOf(link), sends: {} }] })],
  ["has sent what is nothing", changed({ links: [{ ...jsonOf(link), sends: [null] }] })],
  ["has sent no group", changed({ links: [{ ...jsonOf(link), sends: [{ sentVersion: "1" }] }] })],
  ["has sent a number", changed({ links: [{ ...jsonOf(link), sends: [{ group: "A", sentVersion: 1 }] }] })],
  [
    "has purged a number",
    changed({ links: [{ ...jsonOf(link), sends: [{ group: "A", minValidVersion: 1 }] }] }),
  ],
  [
    "has sent at a text",
    changed({ links: [{ ...jsonOf(link), sends: [{ group: "A", processedAt: "1" }] }] }),
  ],
])("a database that %s was not read, and the others were", (_title, seen) => {
  const look = { own: seen, partners: { CAS: seen, PS2: jsonOf(CAS) } };
  expect(readLook({ changeTracking: look })).toStrictEqual({ partners: { PS2: CAS } });
});

function changed(changes: Readonly<Record<string, Json>>): Json {
  return { ...jsonOf(CAS), ...changes };
}

function jsonOf(value: object): Readonly<Record<string, Json>> {
  return JSON.parse(JSON.stringify(value)) as Readonly<Record<string, Json>>;
}
