import { expect, test } from "vitest";
import type { DatabaseCopy } from "../../../../src/core/model/database-copy.ts";
import type { WindowFacts } from "../../../../src/core/model/observation.ts";
import { judgePartners } from "../../../../src/core/plan/risks/judge-partners.ts";
import { planSite } from "../../../../src/core/plan/make-plan.ts";
import {
  dueDaysAgo,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  problemOf,
  trackingOf,
  versions,
  withoutRetention,
} from "../../../support/build-site.ts";

const policy = policyOf();
const own = trackingOf();
const shown = trackingOf({ links: [], ...versions });
const hidden = trackingOf({ links: [] });
const seenWith = (CAS: WindowFacts["partners"][string]): WindowFacts => ({ own, partners: { CAS } });
const copyWith = (partners: NonNullable<DatabaseCopy["look"]>["partners"]): DatabaseCopy => ({
  asOf: noon,
  verified: true,
  look: { own, partners },
  others: [],
});
const judge = (facts: WindowFacts, copy?: DatabaseCopy) =>
  judgePartners(policy, facts, copy).map(({ code, message, hint }) => `${code}: ${message} ${hint}`);

test("a partner that can't be read is told with its own cure", () => {
  const [told, ...more] = judge(seenWith({ problem: problemOf("sqlcas does not answer.") }));
  expect(more).toEqual([]);
  expect(told).toMatch(
    /^partner-not-read: Partner CAS could not be read.* sqlcas does not answer. Share it again.$/,
  );
});

test("one that shows no versions is told, whichever of the two is missing, with what cures it", () => {
  const { currentVersion, minValidVersion } = versions;
  for (const seen of [{}, { currentVersion }, { minValidVersion }]) {
    const told = judge(seenWith({ ...hidden, ...seen }), copyWith({ CAS: shown }));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^partner-versions-hidden: .* what docs\/permissions.md lists for partners/);
  }
  const why = { ...problemOf("Rights are missing."), hint: "GRANT VIEW DEFINITION" };
  const [told] = judge(seenWith({ ...hidden, unread: [{ witness: "versions", why }] }));
  expect(told).toMatch(/^partner-versions-hidden: .* GRANT VIEW DEFINITION$/);
});

test("one that showed none when the copy was taken is told until there is a newer copy", () => {
  const told = judge(seenWith(shown), copyWith({ CAS: hidden }));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^partner-versions-hidden: .*by which the newest copy is judged.*next copy/);
});

test.each<[string, WindowFacts, DatabaseCopy?]>([
  ["versions that are shown and were", seenWith(shown), copyWith({ CAS: shown })],
  ["a copy that is taken now", seenWith(shown)],
  ["a copy that was never looked at", seenWith(shown), { asOf: noon, verified: true, others: [] }],
  ["a partner that was not read with the copy: the verdict says so", seenWith(shown), copyWith({})],
  ["change tracking that is off: the verdict says so", seenWith({ ...hidden, changeTracking: "off" })],
  ["a setting that is hidden: the verdict says so", seenWith({ ...hidden, changeTracking: "unknown" })],
  ["a setting without its retention: the verdict says so", seenWith(withoutRetention(hidden))],
  ["no partner", { own, partners: {} }],
])("nothing is told of %s", (_title, facts, copy) => {
  expect(judge(facts, copy)).toEqual([]);
});

test("each is a risk of the site's window", () => {
  const PS2 = { problem: problemOf("sql02 does not answer.") };
  const isRisk = { severity: "risk", where: "PS1 window" };
  expect(judgePartners(policy, { own, partners: { CAS: hidden, PS2 } }, undefined)).toMatchObject([
    isRisk,
    isRisk,
  ]);
});

test("a plan tells of every partner, and of one that hides its versions unless the policy accepts it", () => {
  const window = {
    own,
    partners: { CAS: hidden, PS2: { problem: problemOf("sql02 does not answer.") } },
  };
  const quiet = observationOf(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)), { window });
  const codesIn = (plan: ReturnType<typeof planSite>) => plan.risks.map((it) => it.code);
  const both = ["window-not-proven", "partner-versions-hidden", "partner-not-read"];
  expect(codesIn(planSite(policy, quiet, noon))).toEqual(both);
  const accepting = policyOf({
    accepts: [
      { risk: "partner-versions-hidden", of: "CAS", because: "The administrators of CAS grant nothing." },
    ],
  });
  const plan = planSite(accepting, quiet, noon);
  expect(codesIn(plan)).toEqual(["window-not-proven", "partner-not-read"]);
  expect(plan.accepted).toMatchObject([{ code: "partner-versions-hidden" }]);
});
