import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/core/base/json.ts";
import { planSite } from "../../../../src/core/plan/make-plan.ts";
import { reports } from "../../lint/linted.ts";
import {
  database,
  dueDaysAgo,
  noon,
  observationOf,
  policyOf,
  snapshotOf,
} from "../../../support/build-site.ts";

const policy = policyOf({ sources: [database, reports] });
const old = "5.00.9128.1000";
const then = {
  "/ConfigMgr_PS1/Clients": "2026-01-01",
  "/ConfigMgr_PS1/Updates": "2026-01-01",
  "/Own/Licences": "2026-01-01",
};
const changed = { ...then, "/ConfigMgr_PS1/Clients": "2026-11-22" };

test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
  ["a report that is another one", changed, "reports are others now, or gone: /ConfigMgr_PS1/Clients."],
  [
    "a report that is gone",
    { "/Own/Licences": "2026-01-01" },
    "/ConfigMgr_PS1/Clients, /ConfigMgr_PS1/Updates.",
  ],
  ["reports that are the same, and a new one", { ...then, "/ConfigMgr_PS1/New": "2026-11-22" }, undefined],
])("after an update %s is told against the point that was held before it", (_, now, words) => {
  const told = risks({ now });
  expect(told.length).toBe(words === undefined ? 0 : 1);
  if (words !== undefined)
    expect(told[0]).toMatchObject({
      where: "PS1/reports",
      severity: "risk",
      message: expect.stringContaining(words),
    });
});

test("nothing is told before the update, nor once the point is released", () => {
  expect(risks({ now: changed, version: old })).toEqual([]);
  expect(risks({ now: changed, isHeld: false })).toEqual([]);
});

function risks({
  now,
  version = "5.00.9132.1000",
  isHeld = true,
}: {
  now: JsonObject;
  version?: string;
  isHeld?: boolean;
}) {
  const due = dueDaysAgo(1);
  const snapshots = [
    snapshotOf(database, due, { facts: { setGuid: "A", siteVersion: old } }),
    snapshotOf(reports, due, { facts: { encryptionKey: "a", databases: {}, reports: then } }),
  ];
  const hold = { id: "h", at: noon, by: "cm01", note: "why", site: "PS1", snapshots: [snapshots[0]!.id] };
  const observed = observationOf(policy, snapshots, {
    sources: {
      database: {
        answers: true,
        facts: { dataBytes: 1, differentialBases: [], siteVersion: version },
        risks: [],
      },
      reports: { answers: true, facts: { databases: {}, reports: now }, risks: [] },
    },
    holds: { living: isHeld ? [hold] : [], unreadable: [] },
  });
  return planSite(policy, observed, noon).risks.filter(({ code }) => code === "reports-changed");
}
