import { formatMinute } from "../../core/base/instant.ts";
import { planAskedCapture } from "../../core/plan/plan-asked-capture.ts";
import type { Plan } from "../../core/model/plan.ts";
import { renderPlan } from "../../core/report/render-plan.ts";
import type { Outcome } from "../../core/model/outcome.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { renderHold } from "../../core/report/render-holds.ts";
import type { Applied } from "../../engine/run/apply.ts";
import { findPoint, pointName } from "../../engine/repository/find-point.ts";
import { holdPoint } from "../../engine/repository/hold-point.ts";
import { openExisting, type Session } from "../../engine/session/session.ts";
import { awaitTask, type HeardTask } from "../../engine/await-task.ts";
import { planPolicies } from "../../engine/pipeline.ts";
import { confirm } from "../screen/ask.ts";
import { readNote } from "../options/hold-note.ts";
import type { CommandCall, RunCommand } from "../command/command.ts";
import type { exitCode } from "../command/exit-code.ts";
import {
  finishPlan,
  finishWithoutSteps,
  inPart,
  notApplied,
  type Afterwards,
} from "../session/finish-plan.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { unusableRepositories } from "../session/unusable-repositories.ts";
import { withToldPolicies } from "../session/with-told-policies.ts";

/** `sitekeep capture SITE [SOURCE…]`: a recovery point of this instant, which `--hold` holds. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) => {
  const [code, ...sources] = call.args;
  const why = readNote(call, "hold");
  return withToldPolicies(
    { ...call, options: { ...call.options, site: code! } },
    async ({ session, policies, leftOut }) => {
      const [policy] = policies;
      requireKnown(
        sources,
        policy!.sources.map((it) => it.name),
      );
      const isHandOver = call.options["afterTask"] === true;
      const asked = isHandOver
        ? { sources, note: handOverNote(await awaitTask(session, policy!, sources)), joins: true }
        : { sources, note: "by hand" };
      const planned = await planPolicies(session, [policy!]);
      const { madeAt } = planned.plan;
      const site = planAskedCapture(policy!, planned.observations[0]!, madeAt, asked);
      const plan: Plan = { ...planned.plan, sites: [site] };
      call.screen.tell(() => renderPlan(plan, call.screen.paint));
      const unusable = unusableRepositories(planned.plan);
      if (unusable.length > 0) return finishWithoutSteps(session, planned, unusable);
      if (!(await confirm(call, "Capture this?"))) return notApplied();
      const afterwards = ({ outcomes }: Applied) => holdCaptured(session, policy!, { outcomes, note: why });
      const trigger = isHandOver ? "hand-over" : "capture";
      return inPart(await finishPlan(call, session, { plan, planned, trigger, afterwards }), leftOut);
    },
  );
};

/** What the site's own task has said of the hand-over that this call is. */
function handOverNote({ startedAt }: HeardTask): string {
  const heard = startedAt === undefined ? "not heard" : `of ${formatMinute(startedAt)}`;
  return `handed over by the site's own task, message 5040 ${heard}`;
}

/** Holds the point that was made. Where no capture succeeded there is none, and the outcomes say so. */
async function holdCaptured(
  session: Session,
  policy: ResolvedPolicy,
  { outcomes, note }: { readonly outcomes: readonly Outcome[]; readonly note: string | undefined },
): Promise<Afterwards> {
  const made = outcomes.flatMap((it) => it.snapshot ?? []);
  if (note === undefined) return {};
  if (made.length === 0) return { line: "Nothing was captured, so nothing is held." };
  const repository = await openExisting(session, policy.repository);
  const point = findPoint((await repository.snapshots()).snapshots, made[0]!);
  const hold = await holdPoint(session, repository, { point, note });
  const line = renderHold({ name: pointName(point), repository: policy.repository.name, hold });
  return { line, members: { hold } };
}

function requireKnown(sources: CommandCall["args"], known: readonly string[]): void {
  const unknown = sources.find((it) => !known.includes(it));
  if (unknown !== undefined)
    throw invalidOption("source", `the policy has no source ${unknown}`, `It has ${known.join(", ")}.`);
}
