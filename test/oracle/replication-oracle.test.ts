import { expect, test } from "vitest";
import { ReplicationOracle, type SiteBackup } from "../support/window/replication-oracle.ts";

const hour = 3_600_000;
const day = 24 * hour;
const tables = [
  { name: "Collections_G", group: "Configuration Data" },
  { name: "Alert", group: "Alerts" },
];

test("a table whose minimum valid version is not beyond what was received sends its changes", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", hour);
  oracle.cleanUp(5 * day);
  check(oracle, backup, "delta", "delta");
});

test("a change that the copy lacks is cleaned up after the retention, and all tables are initialised anew", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", hour);
  oracle.cleanUp(5 * day + hour - 1);
  check(oracle, backup, "delta", "delta");
  oracle.cleanUp(5 * day + hour);
  check(oracle, backup, "reinitialise", "reinitialise");
});

test("what is cleaned up of what the copy has costs nothing", () => {
  const { oracle, backup } = written();
  oracle.cleanUp(30 * day);
  check(oracle, backup, "delta", "delta");
});

test("cleanup that is off, or has not run, keeps changes beyond the retention", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", hour);
  oracle.setTracking({ retentionMs: 5 * day, autoCleanup: false });
  oracle.cleanUp(90 * day);
  check(oracle, backup, "delta", "delta");
});

test("cleanup comes to one table sooner than to another", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", hour);
  oracle.cleanUp(6 * day, ["Alert"]);
  check(oracle, backup, "delta", "reinitialise");
});

test("rows that were purged under a short retention do not come back with a long one", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", hour);
  oracle.setTracking({ retentionMs: day, autoCleanup: true });
  oracle.cleanUp(2 * day);
  oracle.setTracking({ retentionMs: 14 * day, autoCleanup: true });
  check(oracle, backup, "reinitialise", "reinitialise");
});

test("a retention that is raised before they are purged keeps them", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", hour);
  oracle.setTracking({ retentionMs: 14 * day, autoCleanup: true });
  oracle.cleanUp(14 * day);
  check(oracle, backup, "delta", "delta");
});

test("a clock that jumps ahead purges for good", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", hour);
  oracle.cleanUp(30 * day);
  oracle.cleanUp(2 * hour);
  check(oracle, backup, "reinitialise", "reinitialise");
});

test("a change that is stamped by a clock behind is purged sooner, and everything before it", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", -4 * day);
  oracle.cleanUp(day);
  check(oracle, backup, "reinitialise", "reinitialise");
});

test("tracking that was off knows nothing of what was before it was on again", () => {
  const { oracle, backup } = written();
  oracle.setTracking(undefined);
  check(oracle, backup, "reinitialise", "reinitialise");
  oracle.commit("Alert", hour);
  oracle.setTracking({ retentionMs: 2 * day, autoCleanup: true });
  check(oracle, backup, "reinitialise", "reinitialise");
});

test("a group that was copied as a whole is of no use to older copies; the others are", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", hour);
  oracle.reinitialise("Alerts");
  check(oracle, backup, "delta", "reinitialise");
  check(oracle, oracle.backUpSite(), "delta", "delta");
});

test("a copy is as old as what its database had received, not as its date", () => {
  const { oracle } = written();
  oracle.commit("Alert", hour);
  const late = oracle.backUpSite();
  oracle.cleanUp(6 * day);
  check(oracle, late, "reinitialise", "reinitialise");
  expect(oracle.synchronise("Alerts")).toBe("reinitialise");
});

test("a site that is restored is brought up to date by changes while they are kept", () => {
  const { oracle, backup } = written();
  oracle.commit("Alert", hour);
  oracle.synchronise("Alerts");
  oracle.restoreSite(backup);
  expect(oracle.synchronise("Alerts")).toBe("delta");
});

test("a partner that was restored knows a copy only up to where its own backup was", () => {
  const { oracle, backup } = written();
  const partner = oracle.backUpPartner();
  oracle.commit("Alert", hour);
  oracle.synchronise("Alerts");
  const newer = oracle.backUpSite();
  oracle.restorePartner(partner);
  for (let at = 2; at < 9; at++) oracle.commit("Alert", at * hour);
  check(oracle, backup, "delta", "delta");
  check(oracle, newer, "delta", "reinitialise");
  expect(oracle.restores).toBe(1);
});

/** Ten changes, all received; and a backup of that. */
function written(): { readonly oracle: ReplicationOracle; readonly backup: SiteBackup } {
  const oracle = new ReplicationOracle(tables, { retentionMs: 5 * day, autoCleanup: true });
  for (let at = 0; at < 10; at++) oracle.commit(tables[at % 2]!.name, 0);
  for (const { group } of tables) oracle.synchronise(group);
  return { oracle, backup: oracle.backUpSite() };
}

function check(oracle: ReplicationOracle, backup: SiteBackup, collections: string, alerts: string): void {
  expect(oracle.answer(backup)).toEqual({ Collections_G: collections, Alert: alerts });
}
