import { countWords } from "../../core/report/words/count-words.ts";
import type { ListrTask } from "listr2";
import { formatBytes } from "../../core/base/bytes.ts";
import type { Outcome } from "../../core/model/outcome.ts";
import { lanesOf } from "../../core/kinds/capture-order.ts";
import type { Action } from "../../core/model/plan.ts";
import type { Hook } from "../../core/model/policy/resolved-policy.ts";
import { describeAction } from "../../core/report/words/describe-action.ts";
import { runHook } from "./hooks.ts";
import { runAction } from "./run-action.ts";
import type { Session } from "../session/session.ts";
import type { SiteRun } from "./site-run.ts";

/**
 * The tasks of one site, in order: hooks before, skips, captures side by side, what is read back, what is
 * copied, then what is forgotten, then hooks after. Nothing is forgotten before every capture is verified.
 */
export function siteTasks(session: Session, site: SiteRun): ListrTask[] {
  const { hooks, throttle } = site.plan.policy;
  const tasksOf = (isMeant: (action: Action) => boolean) =>
    site.plan.actions.flatMap((action, index) =>
      isMeant(action) ? [actionTask(session, site, action, index)] : [],
    );
  const wanted = site.plan.actions.filter((it) => it.do === "capture");
  const captures = lanesOf(wanted, (it) => it.kind).flatMap((lane) =>
    inOrder(
      lane.map((it) => it.source).join(", then "),
      tasksOf((it) => it.do === "capture" && lane.includes(it)),
    ),
  );
  return [
    ...hooks.before.map((hook) => hookTask(session, site, "before", hook)),
    ...tasksOf((it) => it.do === "skip"),
    {
      title: "captures",
      enabled: captures.length > 0,
      task: (_, task) => task.newListr(captures, { concurrent: throttle.concurrency, exitOnError: false }),
    },
    ...tasksOf((it) => it.do === "verify"),
    ...tasksOf((it) => it.do === "copy"),
    ...tasksOf((it) => it.do === "forget"),
    ...tasksOf((it) => it.do === "forget-copy"),
    ...hooks.after.map((hook) => hookTask(session, site, "after", hook)),
  ];
}

/** Tasks that must not overtake each other, as one task among others. */
function inOrder(title: string, tasks: ListrTask[]): ListrTask[] {
  if (tasks.length < 2) return tasks;
  return [{ title, task: (_, task) => task.newListr(tasks, { concurrent: false, exitOnError: false }) }];
}

function actionTask(session: Session, site: SiteRun, action: Action, index: number): ListrTask {
  const title = describeAction(site.plan.site, action);
  return {
    title,
    async task(_, task) {
      const startedAt = session.now();
      const show = (text: string) => {
        task.output = text;
        site.show.onProgress?.(title, text);
      };
      const finished = await runAction(session, site, action, show);
      const times = { startedAt, finishedAt: session.now() };
      end(site, { site: site.plan.site, action: index, title, ...times, ...finished }, task);
    },
  };
}

function hookTask(session: Session, site: SiteRun, when: "before" | "after", hook: Hook): ListrTask {
  const title = `hook ${when} ${hook.run[0]}`;
  return {
    title,
    async task(_, task) {
      const startedAt = session.now();
      const snapshots = site.outcomes.flatMap((it) => it.snapshot ?? []);
      const result = when === "before" ? "pending" : resultSoFar(site);
      const problem = await runHook(session, hook, { site: site.plan.site, when, result, snapshots });
      const failed = problem?.severity === "error";
      const found = problem === undefined ? {} : failed ? { problem } : { remarks: [problem] };
      const times = { startedAt, finishedAt: session.now() };
      end(
        site,
        { site: site.plan.site, title, result: failed ? "failed" : "done", ...times, ...found },
        task,
      );
    },
  };
}

function resultSoFar(site: SiteRun): "done" | "some-failed" {
  return site.outcomes.every((it) => it.result === "done") ? "done" : "some-failed";
}

/** Files an outcome and shows it: a failure by throwing, as listr2 wants it; the list goes on. */
function end(site: SiteRun, outcome: Outcome, task: { title: string; skip(text: string): void }): void {
  site.outcomes.push(outcome);
  site.show.onOutcome?.(outcome);
  const why = outcome.problem?.message ?? outcome.result;
  if (outcome.result === "done") task.title = `${outcome.title} · ${doneText(outcome)}`;
  else if (outcome.result === "failed") throw new Error(`${outcome.title}: ${why}`);
  else task.skip(`${outcome.title}: ${outcome.result}: ${why}`);
}

function doneText(outcome: Outcome): string {
  const remarks = outcome.remarks?.length ? `, ${outcome.remarks.length} remarks` : "";
  if (outcome.bytes === undefined) return `done${remarks}`;
  const added = formatBytes(outcome.addedBytes ?? 0);
  return `${countWords(outcome.files ?? 0, "file")}, ${formatBytes(outcome.bytes)}, ${added} added${remarks}`;
}
