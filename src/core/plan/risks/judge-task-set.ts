import { formatMinute, type Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import { risk } from "../../lint/parts/risk.ts";
import { taskBackupCapture, taskBackupLook } from "../../model/facts/task-backup.ts";
import type { Source } from "../../model/policy/source.ts";
import { isVerified, type Snapshot } from "../../model/repository/snapshot.ts";
import { aboutSite } from "../../model/site-subject.ts";
import { isSameBegin } from "../../model/task-run.ts";
import { nextTaskBegin } from "../calendar/site-task.ts";
import type { Survey } from "../survey/survey.ts";
import { isSet } from "./point-needs.ts";

/**
 * The task deletes its only set before it makes another. Where its destination holds none that is whole just
 * now, the copy in the repository is all there is: told where that is not of the last good run, read back.
 */
export function judgeMissingSet(survey: Survey): readonly Problem[] {
  return survey.policy.sources.filter(isSet).flatMap(({ name }) => {
    const facts = lookFacts(survey, name);
    if (facts === undefined || taskBackupLook.get(facts, "set") !== "lacking") return [];
    const lastGoodAt = taskBackupLook.get(facts, "lastGoodAt");
    const snapshot = survey.newest.get(name);
    const missing = missingWords(snapshot, lastGoodAt);
    return missing === undefined ? [] : [nowhere(survey, { name, missing })];
  });
}

/** What of the last good run's set the repository lacks; `undefined`: nothing. */
function missingWords(snapshot: Snapshot | undefined, lastGoodAt: Instant | undefined): string | undefined {
  const runAt = snapshot && taskBackupCapture.get(snapshot.facts, "runStartedAt");
  if (runAt === undefined) return "the repository holds no set of it either";
  const words = `the newest in the repository is of the run of ${formatMinute(runAt)}`;
  if (lastGoodAt !== undefined && runAt < lastGoodAt && !isSameBegin(runAt, lastGoodAt))
    return `${words}, and not of the last good one, of ${formatMinute(lastGoodAt)}`;
  return isVerified(snapshot!) ? undefined : `${words}, and was not read back`;
}

function nowhere(
  { policy, observed }: Survey,
  { name, missing }: { readonly name: string; readonly missing: string },
): Problem {
  const { code } = policy.site;
  const seen = observed.sources[name];
  return {
    code: "task-set-nowhere",
    severity: "risk",
    message: `The destination of the task Backup Site Server of ${code} holds no whole set just now, and ${missing}.`,
    where: `${code}/${name}`,
    hint: `${seen?.answers === false ? `${seen.problem.hint} ` : ""}Then run \`sitekeep capture ${code} ${name}\`.`,
    about: aboutSite({ kind: "sources", site: code, sources: [name] }),
  };
}

/**
 * Whether the set that is there now is adopted before the task begins again and deletes it. What the given
 * sources are captured from is adopted.
 */
export function judgeUnsavedSet(survey: Survey, captured: ReadonlySet<string>): readonly Problem[] {
  const waiting = survey.policy.sources.filter((it) => isSet(it) && !captured.has(it.name));
  return waiting.flatMap((source) => unsaved(survey, source));
}

function unsaved(survey: Survey, { name }: Source): readonly Problem[] {
  const { policy, observed, now, nextStart } = survey;
  const facts = lookFacts(survey, name);
  const runAt = facts && taskBackupLook.get(facts, "runStartedAt");
  if (runAt === undefined || taskBackupLook.get(facts!, "set") !== "whole") return [];
  if (isAdopted(survey.newest.get(name), runAt)) return [];
  const beginsAt = nextTaskBegin(policy, observed, now);
  if (beginsAt === undefined || (nextStart !== undefined && nextStart < beginsAt)) return [];
  const next = nextStart === undefined ? "" : `, and the next capture is at ${formatMinute(nextStart)}`;
  const { code } = policy.site;
  return [
    risk("task-set-unsaved", {
      message: `The set of the task's run of ${formatMinute(runAt)} is in no snapshot of ${code}. From ${formatMinute(beginsAt)} on the task may begin, and it deletes that set first${next}.`,
      where: `${code}/${name}`,
      names: [code, name],
      hint: `Run \`sitekeep capture ${code} ${name}\` before, or let the policy's schedule come between two runs of the task.`,
    }),
  ];
}

/** Whether a snapshot is of a run of the task. */
function isAdopted(snapshot: Snapshot | undefined, runAt: Instant): boolean {
  const adopted = snapshot && taskBackupCapture.get(snapshot.facts, "runStartedAt");
  return adopted !== undefined && isSameBegin(adopted, runAt);
}

/** What the source told of its set, whether it answers or not. */
function lookFacts({ observed }: Survey, name: string) {
  return observed.sources[name]?.facts;
}
