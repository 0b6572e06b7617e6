import { explainRetention } from "../../core/plan/decide-forget.ts";
import { foreseePoints } from "../../core/plan/stay-until.ts";
import type { Instant } from "../../core/base/instant.ts";
import type { Observation } from "../../core/model/observation.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import { renderRetention, type ForeseenVerdict } from "../../core/report/render-snapshots.ts";
import type { Paint } from "../../core/report/words/paint.ts";
import { planPolicies, type Planned } from "../../engine/pipeline.ts";
import { findSnapshot } from "../../engine/repository/restore.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { refused, type DocumentResult } from "../command/result.ts";
import { withPolicies } from "../session/with-policies.ts";

/**
 * `sitekeep snapshots explain`: of every recovery point, or of a snapshot's own, why it stays and until when,
 * or when it will go.
 */
export const run: RunCommand = (call) =>
  withPolicies(call, async ({ session, policies }) =>
    explain(await planPolicies(session, policies), call.args[0]),
  );

function explain(planned: Planned, reference: string | undefined): DocumentResult {
  const unreadable = planned.observations.flatMap((it) => it.repositoryProblem ?? []);
  if (unreadable.length > 0) return refused(unreadable);
  const sites = explainSites(planned, reference);
  return {
    exitCode: exitCode.done,
    document: () => ({ apiVersion: "sitekeep/retention/v1", at: planned.plan.madeAt, sites }),
    text: (paint) => sites.flatMap((it) => siteWords(it, paint)),
  };
}

interface ExplainedSite {
  readonly site: string;
  readonly policy: string;
  /** Newest first. */
  readonly points: readonly ExplainedPoint[];
}

interface ExplainedPoint extends ForeseenVerdict {
  readonly snapshots: readonly string[];
}

function explainSites({ plan, policies, observations }: Planned, reference?: string): ExplainedSite[] {
  const asked =
    reference === undefined
      ? undefined
      : findSnapshot(
          observations.flatMap((it) => it.snapshots),
          reference,
        );
  return policies
    .map((policy, index) => explainSite(policy, observations[index]!, plan.madeAt))
    .filter(({ site }) => asked === undefined || site === asked.site)
    .map((site) => ({ ...site, points: site.points.filter((it) => isOfPoint(it, asked)) }));
}

function explainSite(policy: ResolvedPolicy, observed: Observation, now: Instant): ExplainedSite {
  const outlooks = foreseePoints(policy, observed, now);
  const points = explainRetention(policy, observed, now).map((verdict) => ({
    ...verdict,
    ...(outlooks.has(verdict.due) && { outlook: outlooks.get(verdict.due)! }),
    snapshots: observed.snapshots.filter((it) => it.point === verdict.due).map((it) => it.id),
  }));
  return { site: policy.site.code, policy: policy.name, points };
}

function isOfPoint(point: ExplainedPoint, asked: Snapshot | undefined): boolean {
  return asked === undefined || point.snapshots.includes(asked.id);
}

function siteWords({ site, policy, points }: ExplainedSite, paint: Paint): readonly string[] {
  return [
    `${paint("bold", site)}  ${paint("dim", `policy ${policy}`)}`,
    points.length === 0 ? "There are no snapshots." : renderRetention(points, paint),
  ];
}
