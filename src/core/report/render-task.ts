import { formatDuration, formatMinute } from "../base/instant.ts";
import { backupService, stateWords as serviceWordsOf } from "../outside/site/site-services.ts";
import type { TaskRunStatus, TaskSetStatus, TaskStatus } from "../model/task-run.ts";
import { preconditionLines } from "./render-doctor.ts";
import type { Paint, Style } from "./words/paint.ts";
import { renderTable } from "./words/table.ts";

const stateStyle: Readonly<Record<TaskRunStatus["state"], Style>> = {
  finished: "good",
  failed: "bad",
  contradicted: "bad",
  "not-finished": "warn",
};

const stateWords: Readonly<Record<TaskRunStatus["state"], string>> = {
  finished: "ended well",
  failed: "failed",
  contradicted: "witnesses differ",
  "not-finished": "no end told",
};

/** The site's own backup task as it was found: when, how it went, what it left, and what it needs. */
export function renderTask(status: TaskStatus, paint: Paint): readonly string[] {
  return [
    `${paint("bold", status.site)}  ${paint("dim", `policy ${status.policy}`)}`,
    `  ${scheduleWords(status)}`,
    `  ${serviceWords(status)}`,
    ...runLines(status, paint),
    ...evidenceLines(status),
    ...(status.set === undefined ? ["  no source of the policy keeps its set"] : setLines(status.set, paint)),
    ...status.needs.flatMap((it) => preconditionLines(it, paint)).map((line) => line.slice(2)),
  ];
}

function scheduleWords({ enabled, nextBeginAt, scheduleUnread, at }: TaskStatus): string {
  if (scheduleUnread !== undefined) return `when it begins is unknown: ${scheduleUnread.message}`;
  if (!enabled) return "the task is turned off";
  if (nextBeginAt === undefined) return "the task is set to no day of the week";
  const when = nextBeginAt <= at ? "may begin at any moment" : `in ${formatDuration(nextBeginAt - at)}`;
  return `next begin ${formatMinute(nextBeginAt)}, ${when}`;
}

function serviceWords({ service, activeServer }: TaskStatus): string {
  const active =
    activeServer.is === "known"
      ? `the active site server is ${activeServer.value}`
      : `which site server is active is unknown${activeServer.is === "unknown" ? `: ${activeServer.why.message}` : ""}`;
  return `${backupService.name} ${serviceState(service)}; ${active}`;
}

function serviceState(service: TaskStatus["service"]): string {
  if (service.is === "absent") return "is not there";
  if (service.is === "unknown") return `is in a state that is unknown: ${service.why.message}`;
  return `is ${serviceWordsOf(service.value)}`;
}

function runLines({ runs }: TaskStatus, paint: Paint): readonly string[] {
  if (runs.length === 0) return ["  no witness tells of a run"];
  const table = renderTable<TaskRunStatus>(
    [
      { title: "RUN", cell: (it) => `${it.beginUnseen ? "before " : ""}${formatMinute(it.startedAt)}` },
      {
        title: "STATE",
        cell: (it) => stateWords[it.state],
        paint: (text, it) => paint(stateStyle[it.state], text),
      },
      { title: "TOOK", cell: tookWords },
      { title: "TOLD BY", cell: (it) => it.toldBy.join(", ") },
      { title: "FAILURE", cell: (it) => it.failures[0] ?? "" },
    ],
    runs,
  );
  return table.map((line) => `  ${line.trimEnd()}`);
}

function tookWords({ completedAt, startedAt, beginUnseen }: TaskRunStatus): string {
  return completedAt === undefined || beginUnseen ? "–" : formatDuration(completedAt - startedAt);
}

function evidenceLines({ logs, messagesUnread }: TaskStatus): readonly string[] {
  const read = logs.length === 0 ? ["  log: none could be read"] : logs.map((path) => `  log: ${path}`);
  const messages = messagesUnread === undefined ? "read" : `could not be read: ${messagesUnread.message}`;
  return [...read, `  status messages: ${messages}`];
}

function setLines(set: TaskSetStatus, paint: Paint): readonly string[] {
  const states = { whole: "is whole", lacking: "is not there, or not whole", unknown: "is unknown" } as const;
  const style = { whole: "good", lacking: "bad", unknown: "warn" } as const;
  return [
    ...set.documents.map(({ path, modifiedAt }) => `  document: ${path} of ${formatMinute(modifiedAt)}`),
    `  the set ${paint(style[set.state], states[set.state])}${set.state === "whole" ? `, ${adoptedWords(set)}` : ""}`,
    ...(set.problem === undefined
      ? []
      : [`    ${set.problem.message}`, `    ${paint("dim", `→ ${set.problem.hint}`)}`]),
  ];
}

function adoptedWords({ snapshot, source }: TaskSetStatus): string {
  if (snapshot === undefined) return `and in no snapshot of ${source}`;
  return `and in snapshot ${snapshot.id}, ${snapshot.read ? "which was read back" : "which was not read back"}`;
}
