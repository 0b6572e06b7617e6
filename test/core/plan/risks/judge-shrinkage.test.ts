import { expect, test } from "vitest";
import { subjectOf } from "../../../../src/core/base/problem.ts";
import type { Snapshot } from "../../../../src/core/model/repository/snapshot.ts";
import { judgeShrinkage } from "../../../../src/core/plan/risks/judge-shrinkage.ts";
import { decideForgets } from "../../../../src/core/plan/decide-forget.ts";
import { surveySite } from "../../../../src/core/plan/survey/survey.ts";
import {
  dueDaysAgo,
  library,
  noon,
  observationOf,
  policyOf,
  snapshotOf,
} from "../../../support/build-site.ts";

const policy = policyOf({
  sources: [library],
  retention: { last: 3 },
  brakes: { minPoints: 1, maxForgetPerMille: 1000 },
});

test("a source that became less is told with both sizes, and known by the last full capture of it", () => {
  const [risk, ...more] = risksOf({ files: 1 });
  expect(more).toEqual([]);
  expect(risk).toMatchObject({
    code: "source-shrunk",
    severity: "risk",
    where: "PS1/library",
    message:
      "PS1/library held 3 files (2.9 KiB) on 2026-11-21 01:30Z, and holds 1 file (2.9 KiB) now: its points can be recovered from, and neither fill a rule of retention nor let anything go.",
    hint: expect.stringContaining("{ risk: source-shrunk, of: 'library since 2026-11-21', because: … }"),
  });
  expect(subjectOf(risksOf({ files: 0, bytes: 0 })[0]!)).toBe(subjectOf(risk!));
});

test("an empty source, and one that is as full as before", () => {
  expect(risksOf({ files: 0, bytes: 0 })[0]!.message).toMatch(
    /, and is empty now: its points are incomplete\.$/,
  );
  expect(risksOf({})).toEqual([]);
});

test.each<[string, Partial<Snapshot>]>([
  ["less", { files: 1 }],
  ["nothing", { files: 0, bytes: 0 }],
])("points of which a source holds %s let nothing fuller go", (_, change) => {
  const nights = (from: number, to: number, changes = {}) =>
    Array.from({ length: from - to }, (_unused, at) => snapshotOf(library, dueDaysAgo(from - at), changes));
  const fuller = nights(20, 10);
  const goneWith = (snapshots: readonly Snapshot[]) =>
    decideForgets(surveySite(policy, observationOf(policy, snapshots), noon), []).forgets.map((it) => it.due);
  const before = goneWith(fuller);
  expect(before).toHaveLength(7);
  expect(goneWith([...fuller, ...nights(10, 0, change)])).toEqual(before);
  expect(goneWith([...fuller, ...nights(10, 0)])).toHaveLength(17);
});

function risksOf(change: Partial<Snapshot>) {
  const snapshots = [snapshotOf(library, dueDaysAgo(1)), snapshotOf(library, dueDaysAgo(0), change)];
  return judgeShrinkage(surveySite(policy, observationOf(policy, snapshots), noon));
}
