import { given } from "../../core/base/given.ts";
import { countWords } from "../../core/report/words/count-words.ts";
import { makeSnapshotId } from "../../core/base/snapshot-id.ts";
import type { JsonObject } from "../../core/base/json.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import { kindOf } from "../../core/kinds/catalogue.ts";
import { carriesWindow } from "../../core/kinds/capture-order.ts";
import type { FileRemark } from "../../core/model/offer.ts";
import type { CaptureAction } from "../../core/model/plan.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { Proof, Snapshot } from "../../core/model/repository/snapshot.ts";
import type { Source } from "../../core/model/policy/source.ts";
import { hasWindow } from "../../core/plan/window/judge-window.ts";
import { pointSourcesOf } from "../../core/plan/points/points.ts";
import { makeLook } from "../../core/plan/window/window-looks.ts";
import type { Captured, CaptureRequest, Means } from "../../drivers/driver.ts";
import type { Committed, Repository, SnapshotWriter } from "../../store/repository.ts";
import { contentPruned } from "./read-back-problems.ts";
import { provenOrGone } from "./read-back.ts";
import { isSealed, makeMeans } from "../session/means.ts";
import { observeWindow } from "../look/observe.ts";
import { ownPlaces } from "../session/own-places.ts";
import type { Session } from "../session/session.ts";
import { aboutMachine } from "../../core/base/subject.ts";
import { writeLook } from "../../core/model/window-look.ts";

export interface CaptureStep {
  readonly policy: ResolvedPolicy;
  readonly action: CaptureAction;
  readonly repository: Repository;
  readonly known: readonly Snapshot[];
  readonly report: Means["report"];
}

/**
 * Captures one source: the driver offers, the store keeps, the manifest commits, and what was written is read
 * again before anybody relies on it. Nothing is visible unless all of the capture succeeded.
 */
export async function captureSource(session: Session, step: CaptureStep): Promise<Snapshot> {
  const { signal } = session;
  const own = await ownPlaces(session.world, step.policy);
  const setting = { signal, report: step.report, sealed: isSealed(step.policy), own };
  const { means, dispose } = makeMeans(session.world, session.redactor, setting);
  const writer = await beginSnapshot(session, step, sourceOf(step));
  let cleanUp: Captured["cleanUp"];
  try {
    const startedAt = session.now();
    const seen = await lookAtWindow(session, step);
    const captured = await session.world.driverOf(step.action.kind).capture(requestOf(step), means, writer);
    cleanUp = captured.cleanUp;
    const found = await writer.settle();
    const loss = found.find((remark) => remark.essential);
    if (loss) throw new ProblemError(remarkProblem(step, loss));
    const remarks = found.map((remark) => remarkProblem(step, remark));
    const facts = { ...captured.facts, ...seen };
    const manifest = makeManifest(session, step, { startedAt, captured: { ...captured, facts }, remarks });
    const committed = await writer.commit(manifest);
    const proofs = [await prove(session, step, committed)];
    const left = (await cleanUp?.()) ?? [];
    const { snapshot } = committed;
    return { ...snapshot, proofs, problems: [...snapshot.problems, ...left] };
  } catch (thrown) {
    await writer.abort();
    await cleanUp?.();
    throw thrown;
  } finally {
    await dispose();
  }
}

function requestOf(step: CaptureStep): CaptureRequest<Source> {
  const { action, known, policy } = step;
  const base = known.find((it) => it.id === action.base);
  return { source: sourceOf(step), site: policy.site, mode: action.mode, ...given({ base }) };
}

/**
 * What the window rests on when the site database is captured, kept with the copy: what its partners will
 * compare after a restore, and a dated look at their settings for the copies before it (docs/window.md,
 * "Dated looks").
 */
async function lookAtWindow(session: Session, { action, policy }: CaptureStep): Promise<JsonObject> {
  if (!carriesWindow(action.kind) || !hasWindow(policy)) return {};
  return writeLook(makeLook(await observeWindow(session, policy)));
}

function sourceOf(step: CaptureStep): Source {
  const source = step.policy.sources.find((it) => it.name === step.action.source);
  if (source === undefined)
    throw new Error(`The plan names the source ${step.action.source}, its policy does not.`);
  return source;
}

function beginSnapshot(session: Session, step: CaptureStep, source: Source): Promise<SnapshotWriter> {
  const { policy, report } = step;
  const previous = step.known.findLast((it) => it.source === source.name && it.mode === step.action.mode);
  return step.repository.beginSnapshot({
    site: policy.site.code,
    source: source.name,
    signal: session.signal,
    rereadPerMille: kindOf(source.kind).rereadPerMille?.(source) ?? 0,
    ...(previous && { previous: previous.id }),
    ...(policy.throttle.bytesPerSecond && { bytesPerSecond: policy.throttle.bytesPerSecond }),
    onProgress: ({ bytes, files, current }) =>
      report({ text: current ?? countWords(files, "file"), doneBytes: bytes }),
  });
}

function makeManifest(
  session: Session,
  step: CaptureStep,
  made: { readonly startedAt: number; readonly captured: Captured; readonly remarks: readonly Problem[] },
): Omit<Snapshot, "files" | "bytes" | "addedBytes" | "proofs"> {
  const { policy, action } = step;
  const now = session.now();
  return {
    id: makeSnapshotId(now, session.world.random(10)),
    site: policy.site.code,
    policy: policy.name,
    source: action.source,
    kind: action.kind,
    mode: made.captured.mode,
    point: action.point,
    pointSources: pointSourcesOf(policy),
    startedAt: made.startedAt,
    finishedAt: now,
    asOf: made.captured.asOf,
    // A differential whose base has moved comes back as a full: it is laid on nothing.
    ...(action.base && made.captured.mode !== "full" && { base: action.base }),
    facts: made.captured.facts,
    problems: [...made.captured.problems, ...made.remarks],
  };
}

/**
 * Reads back what was written. What a prune overtook is captured again; what is damaged is filed, and told.
 */
async function prove(session: Session, step: CaptureStep, { snapshot, packs }: Committed): Promise<Proof> {
  const { repository, report, policy, action } = step;
  report({ text: "reading back what was written" });
  const { signal, now } = session;
  const proof = await provenOrGone(repository, { id: snapshot.id, packs, signal, now });
  if (proof === "pruned") throw new ProblemError(contentPruned(`${policy.site.code}/${action.source}`));
  return proof;
}

const remarkCodes = {
  vanished: "file-vanished",
  "changed-while-read": "file-changed-while-read",
  unreadable: "file-unreadable",
  damaged: "file-damaged",
} as const;

const remarkHints = {
  vanished: "Nothing, if the file was temporary. Otherwise look what removes files during a capture.",
  "changed-while-read":
    "Nothing, if the program that writes it was at work. The next capture takes it again.",
  unreadable: "Close the program that holds the file, or grant this account the right to read it.",
  damaged:
    "Compare the file with its source and redistribute the content; the older snapshots hold the sound copy.",
} as const;

function remarkProblem(step: CaptureStep, remark: FileRemark): Problem {
  return {
    code: remarkCodes[remark.what],
    severity: "risk",
    message: `${remark.path}: ${remark.detail}`,
    where: `${step.policy.site.code}/${step.action.source}`,
    hint: remarkHints[remark.what],
    about: aboutMachine({ kind: "file", path: remark.path }),
  };
}
