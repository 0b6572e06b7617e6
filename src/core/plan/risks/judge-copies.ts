import { formatMinute } from "../../base/instant.ts";
import type { Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import type { CopyObservation } from "../../model/observation.ts";
import type { CopiesStatus, CopyStatus } from "../../model/status.ts";
import type { Snapshot, SnapshotId } from "../../model/repository/snapshot.ts";
import { copiesOf } from "../survey/copy-survey.ts";
import { hasFailed } from "../points/points.ts";
import type { Survey } from "../survey/survey.ts";
import { aboutSite } from "../../model/site-subject.ts";

/**
 * What is red about a site's copies and no step mends: a repository that can't be read, a copy that is
 * damaged.
 */
export function judgeCopies({ policy, observed }: Survey): readonly Problem[] {
  const { code } = policy.site;
  return (observed.copies ?? []).flatMap((copy) => [
    ...(copy.problem === undefined ? [] : [unreachable(code, copy.repository, copy.problem)]),
    ...damagedCopies(code, copy),
  ]);
}

function unreachable(site: string, repository: string, problem: Problem): Problem {
  return {
    code: "copy-unreachable",
    severity: "risk",
    message: `Points of ${site} can't be copied to ${repository}: ${problem.message}`,
    where: `${site} copies`,
    hint: problem.hint,
    about: aboutSite({ kind: "repository", name: repository }),
  };
}

/** A copy keeps the id of its snapshot: it is not written again while the damaged one is there. */
function damagedCopies(site: string, { repository, snapshots }: CopyObservation): readonly Problem[] {
  const damaged = snapshots.filter(hasFailed);
  if (damaged.length === 0) return [];
  const points = [...new Set(damaged.map((it) => formatMinute(it.point)))];
  return [
    {
      code: "copy-damaged",
      severity: "risk",
      message: `${repository} holds damaged copies of ${site}, of ${points.slice(0, 3).join(", ")}${points.length > 3 ? " and others" : ""}.`,
      where: `${site} copies`,
      hint: `Look at the disk or share of ${repository}. The original is not touched by it. The next run, or \`sitekeep copy ${site}\`, writes anew what is damaged of the copies.`,
      about: aboutSite({ kind: "repository", name: repository }),
    },
  ];
}

/** Counts the points that one repository alone holds, and says how old the newest copied point is. */
export function summariseCopies(survey: Survey): CopiesStatus | undefined {
  const copies = copiesOf(survey.policy);
  if (copies.length === 0) return undefined;
  const held = copies.map(({ repository: { name } }) => ({ name, dues: wholeThere(survey, name) }));
  const all = new Set([...survey.present.map((it) => it.due), ...held.flatMap((it) => [...it.dues])]);
  const own = new Set(survey.present.map((it) => it.due));
  const places = (due: Instant) => held.filter((it) => it.dues.has(due)).length + (own.has(due) ? 1 : 0);
  return {
    onlyOnce: [...all].filter((due) => places(due) === 1).length,
    repositories: held.map(({ name, dues }) => statusOf(survey, name, dues)),
  };
}

function statusOf(survey: Survey, repository: string, dues: ReadonlySet<Instant>): CopyStatus {
  if (dues.size === 0) return { repository, points: 0 };
  const due = Math.max(...dues);
  const members = ownCopies(survey, repository).filter((it) => it.point === due);
  const provenAt = Math.min(...members.map(provenAtOf));
  const proven = Number.isFinite(provenAt) ? { provenAgeMs: survey.now - provenAt } : {};
  return { repository, points: dues.size, newest: { due, ageMs: survey.now - due, ...proven } };
}

/** When a snapshot was last read and found sound. */
function provenAtOf({ proofs }: Snapshot): Instant {
  const sound = proofs.filter(({ level, result }) => level !== "written" && result === "passed");
  return Math.max(...sound.map(({ at }) => at));
}

/** What a repository of copies holds of this policy's points. */
function ownCopies({ policy, observed }: Survey, name: string): readonly Snapshot[] {
  const seen = observed.copies?.find((it) => it.repository === name)?.snapshots ?? [];
  return seen.filter((it) => it.policy === policy.name && it.site === policy.site.code);
}

/**
 * The points of which a repository of copies has every usable snapshot that the main one has, read back and
 * sound. A point that the main repository has forgotten is whole when no copy of it is damaged.
 */
function wholeThere(survey: Survey, name: string): ReadonlySet<Instant> {
  const { series } = survey;
  const own = ownCopies(survey, name);
  const sound = new Set(own.filter((it) => it.proofs.length > 0 && !hasFailed(it)).map((it) => it.id));
  const needed = new Map<Instant, readonly SnapshotId[]>(
    [...Map.groupBy(own, (it) => it.point)].map(([due, members]) => [due, members.map((it) => it.id)]),
  );
  for (const { due, snapshots } of series.points) {
    const usable = snapshots.map((it) => it.id).filter((id) => series.usable.has(id));
    if (needed.has(due)) needed.set(due, usable);
  }
  return new Set(
    [...needed].filter(([, ids]) => ids.length > 0 && ids.every((id) => sound.has(id))).map(([due]) => due),
  );
}
