import { Listr, type ListrTask } from "listr2";
import type { Outcome } from "../../core/model/outcome.ts";
import type { Plan, SitePlan } from "../../core/model/plan.ts";
import type { Run } from "../../core/model/run.ts";
import { describeAction } from "../../core/report/words/describe-action.ts";
import type { Repository } from "../../store/repository.ts";
import { noteKeyUse } from "../session/key-uses.ts";
import { notify } from "./notify.ts";
import { problemOf } from "../session/problems.ts";
import { recordFinish, recordStart } from "../session/record.ts";
import type { Session } from "../session/session.ts";
import type { Show, SiteRun } from "./site-run.ts";
import { siteTasks } from "./site-tasks.ts";

export interface ApplyOptions {
  readonly trigger: Run["trigger"];
  readonly show: Show;
}

/** What became of a plan. `runs` holds one record for each repository that was written to. */
export interface Applied {
  readonly outcomes: readonly Outcome[];
  readonly runs: readonly Run[];
  readonly result: "done" | "some-failed" | "cancelled";
  /** Things beside the plan that went wrong: a notification not delivered. */
  readonly notices: readonly string[];
}

/**
 * apply, record. Does what the plan says and nothing else. Never rejects for what happens to single steps:
 * each outcome says it. A cancelled run ends its current steps, commits nothing half done, and is recorded as
 * cancelled.
 */
export async function applyPlan(session: Session, plan: Plan, options: ApplyOptions): Promise<Applied> {
  const sites = await Promise.all(
    plan.sites.filter(isToRun).map((site) => openSite(session, site, options.show)),
  );
  const ready = sites.filter((it): it is SiteRun => "repository" in it);
  const refused = sites.flatMap((it) => ("refused" in it ? it.refused : []));

  const runs = await startRuns(session, plan, ready, options.trigger);
  await executeTasks(session, ready);
  const outcomes = [...refused, ...ready.flatMap((it) => it.outcomes)];
  const result = resultOf(session, outcomes);
  const finish = { at: session.now(), outcomes, result };
  for (const { repository, run } of runs) await recordFinish(repository, run, finish);
  const notices = (await Promise.all(ready.map((site) => notify(session, site, result)))).flat();
  return { outcomes, runs: runs.map(({ run }) => ({ ...run, finished: finish })), result, notices };
}

function isToRun(site: SitePlan): boolean {
  return site.elsewhere === undefined && site.actions.length > 0;
}

async function openSite(
  session: Session,
  plan: SitePlan,
  show: Show,
): Promise<SiteRun | { readonly refused: readonly Outcome[] }> {
  try {
    const opened = await session.repository(plan.policy.repository, { create: true });
    if (!opened.exists) throw new Error("A repository that was to be made is not there.");
    return { plan, repository: opened.repository, outcomes: [], show };
  } catch (thrown) {
    const problem = problemOf(thrown, `repository ${plan.policy.repository.name}`, session.redactor);
    const at = session.now();
    const failed = { site: plan.site, result: "failed", startedAt: at, finishedAt: at, problem } as const;
    const refused = plan.actions.map((action, index): Outcome => {
      return { ...failed, action: index, title: describeAction(plan.site, action) };
    });
    refused.forEach((outcome) => show.onOutcome?.(outcome));
    return { refused };
  }
}

async function startRuns(
  session: Session,
  plan: Plan,
  sites: readonly SiteRun[],
  trigger: Run["trigger"],
): Promise<readonly { readonly repository: Repository; readonly run: Run }[]> {
  const repositories = [...new Set(sites.map((it) => it.repository))];
  return Promise.all(
    repositories.map(async (repository) => {
      await noteKeyUse(session.world, repository);
      return { repository, run: await recordStart(session.world, repository, { plan, trigger }) };
    }),
  );
}

/** One site after the other; within a site as its policy's throttle says. */
async function executeTasks(session: Session, sites: readonly SiteRun[]): Promise<void> {
  const tasks = sites.map((site): ListrTask => ({
    title: site.plan.site,
    task: (_, task) => task.newListr(siteTasks(session, site)),
  }));
  const list = new Listr(tasks, {
    renderer: sites[0]?.show.renderer ?? "silent",
    concurrent: false,
    exitOnError: false,
    // Ctrl-C is ours: it aborts the session's signal, and the steps end by themselves.
    registerSignalListeners: false,
    rendererOptions: {
      collapseSubtasks: false,
      collapseErrors: false,
      showErrorMessage: true,
      formatOutput: "truncate",
    },
    fallbackRenderer: "silent",
  });
  await list.run();
}

function resultOf(session: Session, outcomes: readonly Outcome[]): Applied["result"] {
  if (session.signal.aborted) return "cancelled";
  // A skipped source is a promise that was not kept: whoever runs this from a scheduler must hear of it.
  return outcomes.every((it) => it.result === "done") ? "done" : "some-failed";
}
