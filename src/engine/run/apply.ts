import { assert } from "../../core/base/assert.ts";
import type { Problem } from "../../core/base/problem.ts";
import type { Outcome } from "../../core/model/outcome.ts";
import type { RepositoryAddress } from "../../core/model/policy/resolved-policy.ts";
import type { Plan, SitePlan } from "../../core/model/plan.ts";
import type { Run } from "../../core/model/run.ts";
import type { RunListener } from "../../core/model/run-event.ts";
import { stagesOf } from "../../core/plan/stages.ts";
import type { Repository } from "../../store/repository.ts";
import { noteKeyUse } from "../session/key-uses.ts";
import { problemOf } from "../session/problems.ts";
import { inRepository } from "../session/repositories.ts";
import { recordFinish, recordStart } from "../session/record.ts";
import { outcomeOf, runSite } from "./run-site.ts";
import type { Session } from "../session/session.ts";
import type { SiteOutcomes, SiteRun, Tell } from "./site-run.ts";

/** What started the run, and who is told of it. */
export interface ApplyOptions {
  readonly trigger: Run["trigger"];
  /** Told what happens as it happens: a screen, a log, a page. */
  readonly listeners: readonly RunListener[];
}

/** What became of a plan. `runs` holds one record for each repository that was written to. */
export interface Applied {
  readonly outcomes: readonly Outcome[];
  readonly runs: readonly Run[];
  readonly result: "done" | "some-failed" | "cancelled";
  /** Things beside the plan that went wrong: a screen that could not show it. */
  readonly notices: readonly string[];
}

/**
 * apply, record. Does what the plan says and nothing else. Never rejects for what happens to single steps:
 * each outcome says it. A cancelled run ends its current steps, commits nothing half done, and is recorded as
 * cancelled.
 */
export async function applyPlan(session: Session, plan: Plan, options: ApplyOptions): Promise<Applied> {
  const notices: string[] = [];
  const tell = tellAll(options.listeners, notices);
  const sites = await Promise.all(plan.sites.filter(isToRun).map((site) => openSite(session, site, tell)));
  const ready = sites.filter((it): it is SiteRun => "repository" in it);
  const ended = sites.filter((it): it is SiteOutcomes => "outcomes" in it);

  const runs = await startRuns(session, plan, ready, options.trigger);
  const stages = ready.map((it) => ({ site: it.plan.site, stages: stagesOf(it.plan) }));
  tell({ what: "run-began", at: session.now(), sites: stages });
  // One site after the other; within a site as its policy's throttle says.
  for (const site of ready) ended.push({ plan: site.plan, outcomes: await runSite(session, site, tell) });
  const outcomes = ended.flatMap((it) => it.outcomes);
  const result = resultOf(session, outcomes);
  const finish = { at: session.now(), outcomes, result };
  for (const { repository, address, run } of runs)
    await inRepository(address, () => recordFinish(repository, run, finish));
  return { outcomes, runs: runs.map(({ run }) => ({ ...run, finished: finish })), result, notices };
}

/** A listener that throws is told nothing more, and the run goes on: it is not there to be shown. */
function tellAll(listeners: readonly RunListener[], notices: string[]): Tell {
  const listening = new Set(listeners);
  return (event) => {
    for (const listen of listening) {
      try {
        listen(event);
      } catch (thrown) {
        listening.delete(listen);
        notices.push(`The run could not be shown to its end: ${String(thrown)}`);
      }
    }
  };
}

function isToRun(site: SitePlan): boolean {
  return site.elsewhere === undefined && site.actions.length > 0;
}

/** A site whose repository can't be used has ended before it began. */
async function openSite(session: Session, plan: SitePlan, tell: Tell): Promise<SiteRun | SiteOutcomes> {
  try {
    const opened = await session.repository(plan.policy.repository, { create: true });
    assert(opened.exists, "a repository that was to be made is not there");
    return { plan, repository: opened.repository };
  } catch (thrown) {
    const problem = problemOf(thrown, `repository ${plan.policy.repository.name}`, session.redactor);
    return { plan, outcomes: refuseAll(session, plan, problem, tell) };
  }
}

/** Nothing of a site is begun whose repository can't be used: each of its actions ends with the reason. */
function refuseAll(session: Session, plan: SitePlan, problem: Problem, tell: Tell): readonly Outcome[] {
  const at = session.now();
  return plan.actions.map((action, index) => {
    const step = { is: "action", site: plan.site, index, action } as const;
    const outcome = outcomeOf(step, { startedAt: at, finishedAt: at, result: "failed", problem });
    tell({ what: "step-ended", at, step, outcome });
    return outcome;
  });
}

/** A run, and the repository that has its records. */
interface StartedRun {
  readonly repository: Repository;
  readonly address: RepositoryAddress;
  readonly run: Run;
}

async function startRuns(
  session: Session,
  plan: Plan,
  sites: readonly SiteRun[],
  trigger: Run["trigger"],
): Promise<readonly StartedRun[]> {
  const repositories = [...new Set(sites.map((it) => it.repository))];
  return Promise.all(
    repositories.map(async (repository) => {
      const { repository: address } = sites.find((it) => it.repository === repository)!.plan.policy;
      return inRepository(address, async () => {
        await noteKeyUse(session.world, repository);
        const run = await recordStart(session.world, repository, { plan, trigger });
        return { repository, address, run };
      });
    }),
  );
}

function resultOf(session: Session, outcomes: readonly Outcome[]): Applied["result"] {
  if (session.signal.aborted) return "cancelled";
  // A skipped source is a promise that was not kept: whoever runs this from a scheduler must hear of it.
  // What a capture lacks is not protected either.
  return outcomes.every((it) => it.result === "done" && it.inPart === undefined) ? "done" : "some-failed";
}
