import { given } from "../../base/given.ts";
import { formatMinute, hour } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import type { ProblemCode } from "../../base/problem-codes.ts";
import { taskBackupLook } from "../../model/facts/task-backup.ts";
import type { HandOver, LastHandOver } from "../../model/hand-over.ts";
import { factsOf } from "../../model/observation.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";
import { aboutSite } from "../../model/site-subject.ts";
import { robocopyFailsFrom } from "../../outside/site/windows.ts";
import { makeSeries, newestBySource } from "../points/points.ts";
import type { Survey } from "../survey/survey.ts";

/** A hand-over that has not ended after this long has died: a set of the largest sites is read in less. */
const longestMs: DurationMs = 24 * hour;

/** The task starts its script when it has ended; that much later it has not. */
const startSlackMs: DurationMs = hour;

/**
 * What is red about the hand-over from the site's own task: its result changes nothing for the task, so that
 * nobody else would ever tell.
 */
export function judgeHandOver({ policy, observed, newest, now }: Survey): readonly Problem[] {
  const { handOver } = observed;
  if (handOver === undefined) return [];
  if ("problem" in handOver) return [{ ...handOver.problem, severity: "risk" }];
  const { source } = handOver;
  if (source === undefined) return judge({ policy, now }, handOver);
  const endedAt = taskBackupLook.get(factsOf(observed, source), "runCompletedAt");
  const capturedAt = newest.get(source)?.startedAt;
  return judge({ policy, now, ...given({ endedAt, capturedAt }) }, handOver);
}

/** Judges a hand-over beside the snapshots of its source, without a look at the site's sources. */
export function judgeHandOverAlone(
  policy: ResolvedPolicy,
  handOver: HandOver,
  { now, snapshots }: { readonly now: Instant; readonly snapshots: readonly Snapshot[] },
): readonly Problem[] {
  const newest = newestBySource(snapshots, makeSeries(policy, snapshots).usable);
  const capturedAt = newest.get(handOver.source ?? "")?.startedAt;
  return judge({ policy, now, ...given({ capturedAt }) }, handOver);
}

/** What a hand-over is judged beside. */
interface Beside {
  readonly policy: ResolvedPolicy;
  readonly now: Instant;
  /** When the task last ended well, where that is known. */
  readonly endedAt?: Instant;
  /** When the newest snapshot of the source was begun. */
  readonly capturedAt?: Instant;
}

function judge(survey: Beside, handOver: HandOver): readonly Problem[] {
  if (handOver.script === "none" || handOver.script === "theirs") return [];
  return [
    ...editedRisk(survey, handOver),
    ...sourceRisk(survey, handOver),
    ...(handOver.lastUnread === undefined ? [] : [handOver.lastUnread]),
    ...captureRisk(survey, handOver),
    ...keptRisk(survey, handOver),
    ...startRisk(survey, handOver),
  ];
}

function editedRisk(survey: Beside, { script }: HandOver): readonly Problem[] {
  if (script !== "edited") return [];
  const message = "AfterBackup.bat was edited after sitekeep wrote it: what it does now is not known.";
  const hint = `Put your own lines into AfterBackup.before-sitekeep.bat beside it, move AfterBackup.bat away, and run \`sitekeep after-backup install ${survey.policy.site.code}\`.`;
  return [riskOf(survey, "hand-over-edited", { message, hint })];
}

function sourceRisk(survey: Beside, { source }: HandOver): readonly Problem[] {
  const { policy } = survey;
  if (
    source === undefined ||
    policy.sources.some(({ kind, name }) => kind === "task-backup" && name === source)
  )
    return [];
  const message = `The task hands over to the source ${source}, and the policy ${policy.name} has no source of kind task-backup by that name.`;
  const { code } = policy.site;
  const hint = `Run \`sitekeep after-backup install ${code}\` for another source, or \`sitekeep after-backup remove ${code}\`.`;
  return [riskOf(survey, "hand-over-without-source", { message, hint })];
}

function captureRisk(survey: Beside, { last, source }: HandOver): readonly Problem[] {
  // What the hand-over was for may have been done since.
  if (last === undefined || (survey.capturedAt ?? -Infinity) > last.at) return [];
  const failure = failureOf(last, survey.now);
  if (failure === undefined) return [];
  const { code } = survey.policy.site;
  const message = `The hand-over from the task Backup Site Server ${failure}.`;
  const hint = `Read sitekeep-hand-over.log beside AfterBackup.bat, mend what it names, and run \`sitekeep capture ${code} ${source ?? ""}\`.`;
  return [riskOf(survey, "hand-over-failed", { message, hint })];
}

/** What went wrong in the newest hand-over, or `undefined`. */
function failureOf(last: LastHandOver, now: Instant): string | undefined {
  if (last.state === "begun")
    return now - last.at < longestMs
      ? undefined
      : `that began at ${formatMinute(last.at)} has not ended: it hangs, or died`;
  return last.sitekeep === 0
    ? undefined
    : `of ${formatMinute(last.at)} failed: sitekeep ended with ${last.sitekeep}`;
}

function keptRisk(survey: Beside, { last, kept }: HandOver): readonly Problem[] {
  if (last?.kept === undefined || last.kept === 0) return [];
  const code = "hand-over-script-failed";
  const name = "AfterBackup.before-sitekeep.bat";
  const at = formatMinute(last.at);
  if (last.kept === "missing") {
    const message = `At the hand-over of ${at} the script of before, ${name}, was not there; sitekeep ran without it.`;
    const hint = `Bring it back; or remove the hand-over and install it again, where the script is no longer meant to run.`;
    return [riskOf(survey, code, { message, hint })];
  }
  if (kept?.copies && last.kept > 0 && last.kept < robocopyFailsFrom) return [];
  const message = `Your own script behind the task, ${name}, ended with ${last.kept} at the hand-over of ${at}; sitekeep ran all the same.`;
  const hint = "Read sitekeep-hand-over.log beside it, which has what the script said.";
  return [riskOf(survey, code, { message, hint })];
}

/** The task ended well after the script was written, and no hand-over is of that time. */
function startRisk(survey: Beside, { last, lastUnread, writtenAt }: HandOver): readonly Problem[] {
  const { endedAt } = survey;
  if (endedAt === undefined || lastUnread !== undefined || endedAt > survey.now - startSlackMs) return [];
  if ((last?.at ?? -Infinity) >= endedAt - startSlackMs || (writtenAt ?? Infinity) >= endedAt) return [];
  const message = `The task Backup Site Server ended well at ${formatMinute(endedAt)}, and nothing was handed over: AfterBackup.bat was not run, or could not write beside itself.`;
  const hint = `See whether the task ran on this server, and whether smsbkup.log has message 5040; then run \`sitekeep after-backup status ${survey.policy.site.code}\` there.`;
  return [riskOf(survey, "hand-over-not-started", { message, hint })];
}

function riskOf(
  { policy }: Beside,
  code: ProblemCode,
  said: { readonly message: string; readonly hint: string },
): Problem {
  const { code: site } = policy.site;
  const where = `${site}/AfterBackup.bat`;
  return { code, severity: "risk", ...said, where, about: aboutSite({ kind: "site", site }) };
}
