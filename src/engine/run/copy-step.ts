import { given } from "../../core/base/given.ts";
import { assert } from "../../core/base/assert.ts";
import { formatBytes } from "../../core/base/bytes.ts";
import { formatMinute } from "../../core/base/instant.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { CopyAction } from "../../core/model/plan.ts";
import type { RepositoryPlace } from "../../core/model/policy/resolved-policy.ts";
import type { Proof, Snapshot } from "../../core/model/repository/snapshot.ts";
import { copiesOf } from "../../core/plan/survey/copy-survey.ts";
import { missingCopies } from "../../core/plan/decide-copy.ts";
import type { Means } from "../../drivers/driver.ts";
import { CopySourceDamaged } from "../../store/objects/repository-errors.ts";
import type { CopiedSnapshot, Repository } from "../../store/repository.ts";
import type { Finished } from "./finished.ts";
import { noteKeyUse } from "../session/key-uses.ts";
import { asProblem } from "../session/repositories.ts";
import type { Session } from "../session/session.ts";
import type { SiteRun } from "./site-run.ts";
import { verifySnapshot } from "./verify.ts";

/** Two repositories and the step between them. */
interface Copying {
  readonly session: Session;
  readonly site: SiteRun;
  readonly action: CopyAction;
  readonly to: Repository;
  readonly report: Means["report"];
}

/** Copies what the other repository lacks of a point by now, and reads back what was written there. */
export async function copyPoint(
  session: Session,
  site: SiteRun,
  action: CopyAction,
  report: Means["report"],
): Promise<Finished> {
  const [copy] = copiesOf(site.plan.policy, action.to);
  assert(copy, `the policy of ${site.plan.site} has no copies in ${action.to}`);
  const to = await openTarget(session, copy.repository);
  return copyMissing({ session, site, action, to, report }).catch((thrown: unknown) => {
    throw asProblem(thrown, copy.repository);
  });
}

async function copyMissing(copying: Copying): Promise<Finished> {
  const { session, site, action, to } = copying;
  const missing = await stillMissing(copying);
  if (missing.length === 0) return nothingCopied(site, action);
  await noteKeyUse(session.world, to);
  const sums = { files: 0, bytes: 0, addedBytes: 0 };
  for (const snapshot of missing) {
    const { copied, proof } = await copyOne(copying, snapshot);
    sums.files += copied.snapshot.files;
    sums.bytes += copied.snapshot.bytes;
    sums.addedBytes += copied.isNew ? copied.snapshot.addedBytes : 0;
    if (proof.result === "failed")
      return {
        result: "failed",
        ...sums,
        problem: copyDamaged({ site: site.plan.site, to: action.to }, snapshot, proof),
      };
  }
  return { result: "done", ...sums };
}

async function openTarget(session: Session, place: RepositoryPlace): Promise<Repository> {
  const opened = await session.repository(place, { create: true });
  assert(opened.exists, `the repository ${place.name} was to be made and is not there`);
  return opened.repository;
}

async function stillMissing({ site, action, to }: Copying): Promise<readonly Snapshot[]> {
  const [main, there] = await Promise.all([site.repository.snapshots(), to.snapshots()]);
  const sides = { main: main.snapshots, there: there.snapshots, again: action.snapshots };
  return missingCopies(site.plan.policy, action.point, sides);
}

async function copyOne(
  copying: Copying,
  snapshot: Snapshot,
): Promise<{ readonly copied: CopiedSnapshot; readonly proof: Proof }> {
  const { session, site, to, report } = copying;
  const { bytesPerSecond } = site.plan.policy.throttle;
  const copied = await to
    .copyFrom(site.repository, snapshot.id, {
      signal: session.signal,
      ...given({ bytesPerSecond }),
      onProgress: ({ readBytes }) => report({ text: snapshot.source, doneBytes: readBytes }),
    })
    .catch((thrown: unknown) => tellDamage(copying, snapshot, thrown));
  return { copied, proof: await prove(copying, copied) };
}

/** A copy that was cut off before its proof has unknown packs: all of it is read then. */
async function prove(
  { session, to, report }: Copying,
  { snapshot, isNew, packs }: CopiedSnapshot,
): Promise<Proof> {
  report({ text: "reading back what was written" });
  if (!isNew) return (await verifySnapshot(session, to, { snapshot, perMille: 1_000 })).proof;
  const { signal } = session;
  const read = await to.verify(snapshot.id, { perMille: 1_000, packs, signal });
  const note =
    read.result === "failed"
      ? read.damage.slice(0, 5).join("; ")
      : `copied; ${read.objects} new objects read back, ${formatBytes(read.bytes)}; the rest is there`;
  const fence = read.fence === undefined ? {} : { fence: read.fence };
  const proof: Proof = { level: "read", result: read.result, at: session.now(), note, ...fence };
  await to.addProof(snapshot.id, proof);
  return proof;
}

/** What can't be copied can't be restored either: that is a result about the original, and filed as such. */
async function tellDamage({ session, site }: Copying, snapshot: Snapshot, thrown: unknown): Promise<never> {
  if (!(thrown instanceof CopySourceDamaged)) throw thrown;
  const note = `found while it was copied: ${thrown.message}`;
  await site.repository.addProof(snapshot.id, { level: "read", result: "failed", at: session.now(), note });
  const where = `${site.plan.site}/${snapshot.source}`;
  const problem: Problem = {
    code: "copy-source-damaged",
    severity: "error",
    message: `${where} of ${formatMinute(snapshot.point)} is damaged and was not copied: ${thrown.message}`,
    where,
    hint: `Look at the disk or share of the repository. \`sitekeep verify ${site.plan.site}\` names the files; the next run captures what is damaged of the newest point again.`,
  };
  throw new ProblemError(problem, { cause: thrown });
}

/** The captures before this step may have left nothing to copy, or somebody else has copied it meanwhile. */
function nothingCopied(site: SiteRun, { to, point, expected }: CopyAction): Finished {
  if (expected === 0) return { result: "done", files: 0, bytes: 0, addedBytes: 0 };
  return {
    result: "held-back",
    problem: {
      code: "copy-held-back",
      severity: "risk",
      message: `Nothing was copied to ${to}: the point of ${formatMinute(point)} has no usable snapshot that is not there.`,
      where: site.plan.site,
      hint: "Mend what its captures failed on; the next run copies what is there then.",
    },
  };
}

/** A copy in the repository `to` does not read back. */
export function copyDamaged(
  { site, to }: { readonly site: string; readonly to: string },
  { source }: Snapshot,
  { note }: Proof,
): Problem {
  return {
    code: "copy-damaged",
    severity: "error",
    message: `The copy of ${site}/${source} in ${to} does not read back: ${note}`,
    where: `${site}/${source}`,
    hint: `Look at the disk or share of ${to}. The original is not touched by it. Once that is mended, \`sitekeep copy\` reads the copy again.`,
  };
}
