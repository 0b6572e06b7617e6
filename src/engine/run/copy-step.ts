import { given } from "../../core/base/given.ts";
import { assert } from "../../core/base/assert.ts";
import { formatMinute } from "../../core/base/instant.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { CopyAction } from "../../core/model/plan.ts";
import type { RepositoryPlace } from "../../core/model/policy/resolved-policy.ts";
import type { Proof, Snapshot } from "../../core/model/repository/snapshot.ts";
import { copiesOf } from "../../core/plan/survey/copy-survey.ts";
import { hasFailed } from "../../core/plan/points/points.ts";
import { missingCopies } from "../../core/plan/decide-copy.ts";
import type { CopyableRepository } from "../../store/copyable-repository.ts";
import { CopySourceDamaged } from "../../store/objects/repository-errors.ts";
import type { CopiedSnapshot } from "../../store/repository.ts";
import type { Finished } from "./finished.ts";
import { noteKeyUse } from "../session/key-uses.ts";
import { asProblem } from "../session/repositories.ts";
import type { Session } from "../session/session.ts";
import { provenOrGone } from "./read-back.ts";
import { contentPruned, copyDamaged } from "./read-back-problems.ts";
import type { StepSetting } from "./site-run.ts";
import { tryAgain } from "./try-again.ts";

/** Two repositories and the step between them. */
interface Copying {
  readonly session: Session;
  readonly setting: StepSetting;
  readonly action: CopyAction;
  readonly to: CopyableRepository;
}

/** A snapshot that the repository of copies lacks, or holds damaged. */
interface Missing {
  readonly snapshot: Snapshot;
  /** A copy is there and does not read back: what is damaged of it is written again. */
  readonly isDamaged: boolean;
}

/** Copies what the other repository lacks of a point by now, and reads back what was written there. */
export async function copyStep(
  session: Session,
  setting: StepSetting,
  action: CopyAction,
): Promise<Finished> {
  const [copy] = copiesOf(setting.plan.policy, action.to);
  assert(copy, `the policy of ${setting.plan.site} has no copies in ${action.to}`);
  const to = await openTarget(session, copy.repository);
  return copyMissing({ session, setting, action, to }).catch((thrown: unknown) => {
    throw asProblem(thrown, copy.repository);
  });
}

async function copyMissing(copying: Copying): Promise<Finished> {
  const { session, setting, action, to } = copying;
  const missing = await stillMissing(copying);
  if (missing.length === 0) return nothingCopied(setting, action);
  await noteKeyUse(session.world, to);
  const sums = { files: 0, bytes: 0, addedBytes: 0 };
  for (const it of missing) {
    const { copied, proof } = await copyOne(copying, it);
    sums.files += copied.snapshot.files;
    sums.bytes += copied.snapshot.bytes;
    sums.addedBytes += copied.isNew ? copied.snapshot.addedBytes : 0;
    if (proof.result === "failed")
      return { result: "failed", ...sums, problem: copyDamaged(whereOf(copying, it), action.to, proof.note) };
  }
  return { result: "done", ...sums };
}

async function openTarget(session: Session, place: RepositoryPlace): Promise<CopyableRepository> {
  const opened = await session.repository(place, { create: true });
  assert(opened.exists, `the repository ${place.name} was to be made and is not there`);
  return opened.repository;
}

async function stillMissing({ setting, action, to }: Copying): Promise<readonly Missing[]> {
  const [main, there] = await Promise.all([setting.repository.snapshots(), to.snapshots()]);
  const sides = { main: main.snapshots, there: there.snapshots };
  const damaged = new Set(there.snapshots.filter(hasFailed).map((it) => it.id));
  const missing = missingCopies(setting.plan.policy, action.point, sides);
  return missing.map((snapshot) => ({ snapshot, isDamaged: damaged.has(snapshot.id) }));
}

interface CopiedAndRead {
  readonly copied: CopiedSnapshot;
  readonly proof: Proof;
}

/**
 * A prune over there that overtakes a copy passes, as one here that overtakes a capture does: a further try
 * stores anew what the first one found lacking.
 */
function copyOne(copying: Copying, missing: Missing): Promise<CopiedAndRead> {
  const { session, setting } = copying;
  return tryAgain(session, setting, (attempt) =>
    copyOnce(copying, { ...missing, isDamaged: missing.isDamaged || attempt > 0 }),
  );
}

async function copyOnce(copying: Copying, missing: Missing): Promise<CopiedAndRead> {
  const { session, setting, to } = copying;
  const { snapshot, isDamaged } = missing;
  const { bytesPerSecond } = setting.plan.policy.throttle;
  const copied = await to
    .copyFrom(setting.repository, snapshot.id, {
      signal: session.signal,
      again: isDamaged,
      ...given({ bytesPerSecond }),
      onProgress: ({ readBytes }) => setting.report({ text: snapshot.source, doneBytes: readBytes }),
    })
    .catch((thrown: unknown) => tellDamage(copying, snapshot, thrown));
  return { copied, proof: await prove(copying, missing, copied) };
}

/**
 * A copy that was there already, damaged or cut off before its proof, has packs that nobody knows: all of it
 * is read.
 */
async function prove(
  copying: Copying,
  missing: Missing,
  { snapshot, isNew, packs }: CopiedSnapshot,
): Promise<Proof> {
  const { session, setting, to } = copying;
  setting.report({ text: "reading back what was written" });
  const { signal, now } = session;
  const order = { id: snapshot.id, signal, now, ...(isNew && { packs }) };
  const proof = await provenOrGone(to, order);
  if (proof === "pruned") throw new ProblemError(contentPruned(whereOf(copying, missing)));
  return proof;
}

function whereOf({ setting }: Copying, { snapshot }: Missing): string {
  return `${setting.plan.site}/${snapshot.source}`;
}

/** What can't be copied can't be restored either: that is a result about the original, and filed as such. */
async function tellDamage(
  { session, setting }: Copying,
  snapshot: Snapshot,
  thrown: unknown,
): Promise<never> {
  if (!(thrown instanceof CopySourceDamaged)) throw thrown;
  const note = `found while it was copied: ${thrown.message}`;
  await setting.repository.addProof(snapshot.id, {
    level: "read",
    result: "failed",
    at: session.now(),
    note,
  });
  const where = `${setting.plan.site}/${snapshot.source}`;
  const problem: Problem = {
    code: "copy-source-damaged",
    severity: "error",
    message: `${where} of ${formatMinute(snapshot.point)} is damaged and was not copied: ${thrown.message}`,
    where,
    hint: `Look at the disk or share of the repository. \`sitekeep verify ${setting.plan.site}\` names the files; the next run captures what is damaged of the newest point again.`,
  };
  throw new ProblemError(problem, { cause: thrown });
}

/** The captures before this step may have left nothing to copy, or somebody else has copied it meanwhile. */
function nothingCopied({ plan }: StepSetting, { to, point, expected }: CopyAction): Finished {
  if (expected === 0) return { result: "done", files: 0, bytes: 0, addedBytes: 0 };
  return {
    result: "held-back",
    problem: {
      code: "copy-held-back",
      severity: "risk",
      message: `Nothing was copied to ${to}: the point of ${formatMinute(point)} has no usable snapshot that is not there.`,
      where: plan.site,
      hint: "Mend what its captures failed on; the next run copies what is there then.",
    },
  };
}
