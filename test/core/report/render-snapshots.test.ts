import { expect, test } from "vitest";
import { hour } from "../../../src/core/base/instant.ts";
import { renderSnapshot, renderSnapshotList } from "../../../src/core/report/render-snapshots.ts";
import {
  database,
  dueDaysAgo,
  failed,
  library,
  noon,
  registry,
  snapshotOf,
} from "../../support/build-site.ts";
import { soundProfile } from "../../support/made-up-server.ts";

const needed = { pointSources: ["database", "registry", "library"] };

test("snapshots are listed by point, newest point first, and what a point lacks is named", async () => {
  const list = [
    snapshotOf(database, dueDaysAgo(1), { id: "a1", ...needed }),
    snapshotOf(library, dueDaysAgo(1), { id: "a2", bytes: 3 * 1024 ** 4, proofs: [failed(noon)] }),
    snapshotOf(registry, dueDaysAgo(1), { id: "a3", proofs: [] }),
    snapshotOf(database, dueDaysAgo(0), { id: "b1", ...needed }),
    snapshotOf(database, dueDaysAgo(0), { id: "b2", mode: "log", base: "b1", startedAt: noon }),
    snapshotOf(database, dueDaysAgo(0), { id: "c1", site: "CAS" }),
  ];
  const text = renderSnapshotList(list.toReversed());
  expect(text).toBe(renderSnapshotList(list));
  await expect(text).toMatchFileSnapshot("../../golden/plans/snapshot-list.txt");
});

test("an empty repository is told in words", () => {
  expect(renderSnapshotList([])).toBe("There are no snapshots.\n");
});

test("one snapshot is shown with its times, its proofs and what its driver learnt", () => {
  const snapshot = snapshotOf(database, dueDaysAgo(0), {
    id: "b2",
    mode: "differential",
    base: "b1",
    facts: { siteVersion: "5.00.9106.1000", lsn: { first: "1", last: "2" } },
  });
  expect(renderSnapshot(snapshot)).toBe(
    [
      "Snapshot     b2",
      "Source       PS1/database (site-database, differential)",
      "Policy       ps1",
      "Point        2026-11-22 01:30Z",
      "As of        2026-11-22 01:30Z",
      "Captured     2026-11-22 01:30Z, in 30m",
      "Laid on      b1",
      "Content      3 files, 2.9 KiB, 300 B new",
      "Proof        2026-11-22 02:10Z read: passed. re-read",
      "siteVersion  5.00.9106.1000",
      'lsn          {"first":"1","last":"2"}',
      "",
    ].join("\n"),
  );
});

test("how the server was set is shown a row each, and why of one nobody knows", () => {
  const why = {
    code: "sql-permission",
    severity: "risk",
    message: "It may not be read.",
    where: "x",
    hint: "y",
  };
  const { owner: _, ...profile } = soundProfile;
  const facts = { profile: { ...profile, trustworthy: false, edition: { unknown: why } } };
  const lines = renderSnapshot(snapshotOf(database, dueDaysAgo(0), { facts })).split("\n");
  const rows = Object.fromEntries(lines.map((line) => line.split(/ {2,}/)));
  expect(rows).toMatchObject({
    edition: "unknown: It may not be read.",
    "SQL Server": "16.0.4105.2",
    "compatibility level": "150",
    owner: expect.stringMatching(/^unknown: /),
    TRUSTWORTHY: "off",
    broker: "on",
    "max text repl size": "2147483647 (2.0 GiB)",
  });
  const told = renderSnapshot(snapshotOf(database, dueDaysAgo(0), { facts: { profile: "none" } }));
  expect(told).toMatch(/^profile +none$/m);
});

test("that bytes were written covers no proof that looked at them", () => {
  const proofs = [failed(noon), { level: "written", result: "passed", at: noon + hour, note: "" }] as const;
  const [, line] = renderSnapshotList([
    snapshotOf(library, dueDaysAgo(0), { proofs: proofs.toReversed() }),
  ]).split("\n");
  expect(line).toMatch(/read failed 2026-11-22$/);
});
