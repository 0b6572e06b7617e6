import { expect, test } from "vitest";
import { day, formatInstant, hour } from "../../../../src/core/base/instant.ts";
import type { JsonObject } from "../../../../src/core/base/json.ts";
import { planSite } from "../../../../src/core/plan/make-plan.ts";
import { captureWords } from "../../../../src/core/report/words/reason-words.ts";
import {
  database,
  dueDaysAgo,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  registry,
} from "../../../support/build-site.ts";

const withDifferentials = policyOf({ sources: [{ ...database, differentialEveryMs: 6 * hour }, registry] });
/** Half an hour after a differential has fallen due. */
const now = dueDaysAgo(0) + 6.5 * hour;

test("the full that moved the base is named in the reason and in the risk, with its time, user and way", () => {
  const { reason, risks } = plan([row({ setGuid: "DPM", user: "CONTOSO\\dpm01$" })], "DPM");
  expect(reason).toBe(
    "Another product took a full backup since ours (2026-11-22 04:30Z by CONTOSO\\dpm01$ through VSS), so a differential would not restore; a new full:",
  );
  expect(risks).toMatchObject([
    {
      code: "foreign-full",
      message: expect.stringContaining("(2026-11-22 04:30Z by CONTOSO\\dpm01$ through VSS)"),
      hint: expect.stringContaining("CONTOSO\\dpm01$ take copy backups"),
    },
  ]);
});

test("a file is named where one was written, and server time where the zone is unknown", () => {
  const { reason, risks } = plan(
    [row({ setGuid: "DBA", vss: false, device: "E:\\stage\\before.bak", zoneKnown: false })],
    "DBA",
  );
  expect(reason).toContain("(2026-11-22 04:30 server time to E:\\stage\\before.bak)");
  expect(risks[0]).toMatchObject({ hint: expect.stringContaining("WITH COPY_ONLY") });
});

test.each([
  ["was cleaned", []],
  ["lists other fulls alone", [row({ setGuid: "COPY", copyOnly: true })]],
])("where msdb %s the reason and the risk say that nobody knows", (_title, rows) => {
  const { reason, risks } = plan(rows, "WHO");
  expect(reason).toContain("(msdb does not say which)");
  expect(risks).toMatchObject([{ code: "foreign-full", message: expect.stringContaining("does not say") }]);
});

test("stays red after a new full was taken, as the other product comes again", () => {
  const rows = [row({ setGuid: "OURS" }), row({ setGuid: "DPM" }), row({ setGuid: "DPM2" })];
  const { actions, risks } = plan(rows, "OURS");
  expect(actions).toMatchObject([{ mode: "differential" }]);
  expect(risks).toMatchObject([{ message: expect.stringContaining(", the newest of 2)") }]);
});

test.each([
  ["copies", row({ setGuid: "COPY", copyOnly: true })],
  ["staged files of ours", row({ setGuid: "GONE", device: "E:\\stage\\sitekeep_PS1_abc.bak" })],
  ["what is older than our oldest full", row({ setGuid: "OLD", startedAt: formatInstant(noon - 3 * day) })],
])("%s are no foreign fulls", (_title, foreign) => {
  expect(plan([row({ setGuid: "OURS" }), foreign], "OURS").risks).toEqual([]);
});

test("without differentials no full of another product does harm", () => {
  const policy = policyOf({ sources: [database, registry] });
  const { risks } = plan([row({ setGuid: "DPM" })], "DPM", policy);
  expect(risks).toEqual([]);
});

function row(changes: JsonObject): JsonObject {
  const startedAt = formatInstant(dueDaysAgo(0) + 3 * hour);
  return { startedAt, copyOnly: false, vss: true, zoneKnown: true, device: "{9B1F}1", ...changes };
}

function plan(rows: readonly JsonObject[], base: string, policy = withDifferentials) {
  const snapshots = pointsOf(policy, dueDaysAgo(0)).map((it) => ({ ...it, facts: { setGuid: "OURS" } }));
  const seen = observationOf(policy, snapshots);
  const facts = { differentialBases: [base], lastFulls: rows };
  const sources = { ...seen.sources, database: { answers: true as const, facts, risks: [] } };
  const { actions, risks } = planSite(policy, { ...seen, sources }, now);
  const [capture] = actions.flatMap((it) => (it.do === "capture" ? [it] : []));
  const because = capture?.because.why === "chain-broken" ? capture.because : undefined;
  return { actions, risks, reason: because && captureWords(because) };
}
