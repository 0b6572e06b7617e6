import { PatternList } from "../../pattern/pattern-list.ts";
import { formatMinute } from "../../base/instant.ts";
import { isSameProblem, type Problem } from "../../base/problem.ts";
import { aboutMachine } from "../../base/subject.ts";
import { leftOutOf, thingsLeftOut } from "../../model/repository/left-out.ts";
import type { Source } from "../../model/policy/source.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";
import { aboutSite, patternOfSubject, pathOfSubject } from "../../model/site-subject.ts";
import type { Survey } from "../survey/survey.ts";

/** A library may have lost thousands of objects: the snapshot itself names them all. */
const remarksShown = 3;

/**
 * What is wrong with the newest copies themselves, and not told already: files that were left out, as one
 * risk for each source, a damaged object, a pattern that fits nothing. The next capture mends it, at its due
 * time and no earlier, or the policy does, by leaving out what it does not need.
 */
export function remarkRisks({ newest, policy }: Survey, told: readonly Problem[]): readonly Problem[] {
  return policy.sources.flatMap((source) => {
    const snapshot = newest.get(source.name);
    if (snapshot === undefined || snapshot.problems.length === 0) return [];
    const standing = snapshot.problems.filter(standsUnder(source));
    const leftOut = leftOutOf(standing);
    const others = standing.filter(
      (it) => !quietCodes.has(it.code) && !leftOut.includes(it) && !told.some((as) => isSameProblem(as, it)),
    );
    const where = `${policy.site.code}/${source.name}`;
    return [...leftOutRisk(leftOut, snapshot, where), ...shortened(others, where)];
  });
}

/** What needs no mending: a file that is there as a mixture, and is taken again; what is not to be taken. */
const quietCodes: ReadonlySet<Problem["code"]> = new Set(["file-changed-while-read", "own-place-left-out"]);

function leftOutRisk(problems: readonly Problem[], snapshot: Snapshot, where: string): readonly Problem[] {
  const [first] = problems;
  if (first === undefined) return [];
  const names = problems.slice(0, remarksShown).map((it) => pathOfSubject(it.about) ?? it.message);
  const more = problems.length - names.length;
  return [
    {
      code: "files-left-out",
      severity: "risk",
      message: `The newest capture of ${where}, of ${formatMinute(snapshot.startedAt)}, left ${problems.length === 1 ? "an entry" : `${problems.length} entries`} out: ${names.join(", ")}${more > 0 ? `, and ${more} more` : ""}.`,
      where,
      hint: `\`sitekeep snapshots show ${where}\` says why of each. ${first.hint} What is not needed goes under \`exclude\`.`,
      about: aboutSite({ kind: "left-out", source: where, things: thingsLeftOut(problems) }),
    },
  ];
}

/** Whether a remark still is one under the policy as it is now. */
function standsUnder(source: Source): (remark: Problem) => boolean {
  if (!("exclude" in source)) return () => true;
  const { exclude } = source;
  const include = "include" in source ? source.include : [];
  const [wanted, unwanted] = [new PatternList(include), new PatternList(exclude)];
  return ({ code, about }) => {
    const pattern = patternOfSubject(about);
    if (code === "pattern-fits-nothing" && pattern !== undefined)
      return [...include, ...exclude].includes(pattern);
    const path = pathOfSubject(about);
    if (path === undefined || !("root" in source)) return true;
    const below = path.startsWith(`${source.root}/`) ? path.slice(source.root.length + 1) : path;
    const isMeant = include.length === 0 || wanted.reaches(below);
    return isMeant && !unwanted.holdsAllOf(below);
  };
}

function shortened(problems: readonly Problem[], where: string): readonly Problem[] {
  const more = problems.length - remarksShown;
  if (more <= 0) return problems;
  const message = `${where} has ${more} more remarks.`;
  const hint = `\`sitekeep snapshots show ${where}\` lists them.`;
  const about = aboutMachine({ kind: "rest", of: where });
  return [...problems.slice(0, remarksShown), { ...problems[remarksShown]!, message, where, hint, about }];
}
