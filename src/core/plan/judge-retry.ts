import { formatMinute } from "../base/instant.ts";
import { isSameHost } from "../base/host-name.ts";
import type { Problem } from "../base/problem.ts";
import type { TaskStatus } from "../model/task-run.ts";
import { serviceStates } from "../outside/site/site-services.ts";

/** Whose service is to be started, and what the operator says. */
export interface RetryOrder {
  /** The machine whose service is started. */
  readonly server: string;
  /** The operator does without a copy of the set that the task deletes first. */
  readonly withoutCopy: boolean;
}

/**
 * Why the task is not run again; `undefined`: it may be. Only on the active site server, while no run is at
 * work, and when the set that it deletes is in a snapshot that was read back.
 */
export function judgeRetry(status: TaskStatus, { server, withoutCopy }: RetryOrder): Problem | undefined {
  return notActive(status, server) ?? atWork(status) ?? (withoutCopy ? undefined : notCopied(status));
}

function notActive({ activeServer, site }: TaskStatus, server: string): Problem | undefined {
  if (activeServer.is === "unknown") return { ...activeServer.why, severity: "error" };
  if (activeServer.is === "known" && isSameHost(activeServer.value, server)) return undefined;
  const active = activeServer.is === "known" ? activeServer.value : "none";
  return {
    code: "policy-applied-elsewhere",
    severity: "error",
    message: `The task of ${site} runs on the active site server, which is ${active}, and not on ${server}.`,
    where: site,
    hint: `Run \`sitekeep task retry ${site}\` on ${active}, or let \`on:\` of the task's source name it.`,
  };
}

function atWork({ service, site }: TaskStatus): Problem | undefined {
  if (service.is === "unknown") return { ...service.why, severity: "error" };
  if (service.is === "known" && service.value === serviceStates.stopped) return undefined;
  return {
    code: "task-at-work",
    severity: "error",
    message:
      service.is === "absent"
        ? `There is no service of the task on this site server of ${site}.`
        : `The task of ${site} is at work already.`,
    where: site,
    hint: `\`sitekeep task status ${site}\` shows how it goes.`,
  };
}

function notCopied({ set, site, runs }: TaskStatus): Problem | undefined {
  const hint = (first: string) => `${first}, or say --without-copy where the set may be lost.`;
  const refused = (message: string, cure: string): Problem => ({
    code: "task-set-not-adopted",
    severity: "error",
    message: `A retry deletes the task's only set first. ${message}`,
    where: site,
    hint: hint(cure),
  });
  if (set === undefined)
    return refused(
      "The policy has no source that keeps it.",
      "Add a source of kind task-backup, and capture it",
    );
  // What is not there can't be lost.
  if (set.state === "lacking") return undefined;
  if (set.state === "unknown")
    return refused(`Whether it is in a snapshot nobody can tell: ${set.problem?.message}`, "Cure that");
  const run = runs[0] === undefined ? "" : ` of the run of ${formatMinute(runs[0].startedAt)}`;
  if (set.snapshot === undefined)
    return refused(`The one${run} is in no snapshot.`, `Run \`sitekeep capture ${site} ${set.source}\``);
  if (!set.snapshot.read)
    return refused(
      `The one${run} is in ${set.snapshot.id}, which was not read back.`,
      `Run \`sitekeep verify ${site}\``,
    );
  return undefined;
}
