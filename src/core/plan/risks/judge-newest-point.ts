import { formatDuration, formatMinute } from "../../base/instant.ts";
import type { ProblemCode } from "../../base/problem-codes.ts";
import type { Problem } from "../../base/problem.ts";
import type { PointFlaw, PointVerdict } from "../../model/point-verdict.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { judgePoint } from "./judge-points.ts";
import { pointPartOf } from "../../kinds/catalogue.ts";
import type { Survey } from "../survey/survey.ts";
import { aboutSite, namesOf } from "../../model/site-subject.ts";

/** The newest point of a site, judged; `undefined` while there is none. */
export function newestVerdict({ policy, series, present }: Survey): PointVerdict | undefined {
  const last = present.at(-1);
  return last && judgePoint({ policy: policy.name, series }, last, policy.objectives.maxSkewMs);
}

/** Lint that tells the same cause of the site as it is now. */
const sameCause: Readonly<Record<PointFlaw["of"], readonly ProblemCode[]>> = {
  database: ["data-too-old"],
  media: ["cd-latest-not-captured", "cd-latest-other-version", "cd-latest-missing"],
  keys: ["keys-not-captured"],
};

/** Problems that tell why a newest point that can't be recovered from is none. */
export const notRestorableCodes: ReadonlySet<ProblemCode> = new Set([
  "point-not-restorable",
  ...sameCause.media,
  ...sameCause.keys,
]);

/** What lint says of a site, whether the policy accepts it or not. */
type Told = Pick<Problem, "code" | "about">;

/** What keeps the newest point from being recovered from, as far as `told` does not say it already. */
export function newestPointRisks(survey: Survey, told: readonly Told[]): readonly Problem[] {
  const verdict = newestVerdict(survey);
  if (verdict === undefined) return [];
  return [...skewRisk(survey, verdict), ...flawRisk(survey, verdict, told)];
}

function skewRisk({ policy }: Survey, { due, skew }: PointVerdict): readonly Problem[] {
  if (!skew?.tooFar) return [];
  const [database, other] = skew.between;
  return [
    {
      code: "point-skewed",
      severity: "risk",
      where: policy.where,
      message: `In the point of ${formatMinute(due)} ${other} is ${formatDuration(skew.ms)} apart from ${database}, and ${policy.site.code} promises ${formatDuration(policy.objectives.maxSkewMs)}: after a recovery the two would not fit each other.`,
      hint: `Run \`sitekeep capture ${policy.site.code}\`: it captures both, one straight after the other.`,
      about: aboutSite({ kind: "sources", site: policy.site.code, sources: skew.between }),
    },
  ];
}

function flawRisk(
  { policy, newestCopy }: Survey,
  { due, restorable, because }: PointVerdict,
  told: readonly Told[],
): readonly Problem[] {
  // Without any copy of the database it is the age of the data that is red.
  if (restorable !== "no" || newestCopy === undefined) return [];
  // A key that was accepted, or is told, says nothing of another one.
  const isTold = ({ of, thing }: PointFlaw): boolean =>
    told.some(
      ({ code, about }) =>
        sameCause[of].includes(code) && (thing === undefined || namesOf(about).includes(thing)),
    );
  const flaws = because.filter((it) => !isTold(it));
  if (flaws.length === 0) return [];
  return [
    {
      code: "point-not-restorable",
      severity: "risk",
      where: policy.where,
      message: `${policy.site.code} can't be recovered from its newest point, of ${formatMinute(due)}: ${flaws.map((it) => it.words).join("; ")}.`,
      hint: hintFor(flaws[0]!, policy),
      about: aboutSite({ kind: "point", site: policy.site.code, lacks: flaws.map(lackOf) }),
    },
  ];
}

function lackOf({ of, thing }: PointFlaw): string {
  return thing === undefined ? of : `${of} ${thing}`;
}

/** What to do about a flaw. Where a source keeps keys, its next capture is nearer than another source. */
function hintFor({ of }: PointFlaw, { site, sources }: ResolvedPolicy): string {
  const keeping = sources.filter(({ kind }) => pointPartOf(kind).keys !== undefined).map(({ name }) => name);
  if (of !== "keys" || keeping.length === 0) return hints[of];
  return `Run \`sitekeep capture ${site.code} ${keeping.join(" ")}\` while the server still has it. Where that does not take it: ${hints[of].replace(/^A/, "a")}`;
}

const hints: Readonly<Record<PointFlaw["of"], string>> = {
  database: "See why the database was not captured, or run `sitekeep capture`.",
  media:
    "Capture CD.Latest with a source of kind site-files; media of the same version can be made by updating a lab site to it.",
  keys: "Add a source of kind sql-keys, whose `include: [tde, backup-encryption]` takes the certificates of master, and capture it while the server still has them; a database of another server needs one with that server under `database`.",
};
