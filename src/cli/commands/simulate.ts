import type { Instant } from "../../core/base/instant.ts";
import { parseDuration } from "../../core/base/instant.ts";
import type { Observation } from "../../core/model/observation.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { Simulation } from "../../core/model/simulation.ts";
import { renderSimulation } from "../../core/report/render-simulation.ts";
import { renderSimulationPage } from "../../core/report/simulation-page.ts";
import { parseFailure, startOf, type TypedFailure } from "../../core/simulate/parse-failure.ts";
import { simulating } from "../../core/simulate/simulate-policy.ts";
import { observe } from "../../engine/look/observe.ts";
import { inTurns } from "../../engine/session/in-turns.ts";
import { textOption, type CommandCall, type RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { writeNew } from "../session/new-file.ts";
import { withPolicies } from "../session/with-policies.ts";

/**
 * `sitekeep simulate`: what the policies will have held and let go by a date, and whether that is what they
 * expect.
 */
export const run: RunCommand = (call) =>
  withPolicies(call, async ({ session, policies }) => {
    const now = session.now();
    const simulations: Simulation[] = [];
    let isUnread = false;
    for (const policy of policies) {
      const seen = call.options["empty"]
        ? nothing(policy, now)
        : await observe(session, policy, "repository");
      isUnread ||= seen.repositoryProblem !== undefined;
      const observed = fromNothingIfUnread(call, policy, seen);
      const until = untilOption(call, policy, now);
      const failures = failuresOption(call, policy);
      const work = simulating({ policy, observed, from: now, until, failures });
      simulations.push(await inTurns(session, work));
    }
    const page = textOption(call, "html");
    if (page !== undefined)
      await writeNew(page, renderSimulationPage(simulations), {
        mode: 0o644,
        hint: "Choose another name, in a folder that you may write to.",
      });
    const isBroken = simulations.some((it) => it.expectations.some(({ result }) => result === "broken"));
    return {
      exitCode: isBroken || isUnread ? exitCode.error : exitCode.done,
      document: () => ({ apiVersion: "sitekeep/simulations/v1", simulations }),
      text: (paint) => [simulations.map((it) => renderSimulation(it, paint)).join("\n")],
    };
  });

/** A repository that can't be read is none to go on from: that is told, and ends the command with 1. */
function fromNothingIfUnread(call: CommandCall, policy: ResolvedPolicy, seen: Observation): Observation {
  if (seen.repositoryProblem === undefined) return seen;
  call.screen.remark(`${seen.repositoryProblem.message} ${policy.site.code} is simulated from nothing.`);
  return nothing(policy, seen.at);
}

function nothing(policy: ResolvedPolicy, at: Instant): Observation {
  const problem = {
    code: "nothing-recorded",
    severity: "risk",
    message: "Nothing was read.",
    where: policy.where,
    hint: "Leave --empty out.",
  } as const;
  return {
    policy: policy.name,
    at,
    sources: {},
    snapshots: [],
    runs: [],
    window: { own: { problem }, partners: {} },
  };
}

function untilOption(call: CommandCall, { schedule }: ResolvedPolicy, now: Instant): Instant {
  const text = textOption(call, "until") ?? "366d";
  const span = parseDuration(text);
  const until = span === undefined ? startOf(text, schedule.timeZone) : now + span;
  if (until === undefined)
    throw invalidOption("--until", `${text} is no date`, "Write it as 2028-01-31 or as 400d.");
  if (until <= now) throw invalidOption("--until", `${text} is past`, "Name a date that is to come.");
  const longest = parseDuration("3660d")!;
  if (until - now > longest)
    throw invalidOption("--until", `${text} is more than ten years away`, "Name an earlier date.");
  return until;
}

function failuresOption(call: CommandCall, policy: ResolvedPolicy): readonly TypedFailure[] {
  const texts = (call.options["fail"] as readonly string[] | undefined) ?? [];
  return texts
    .map((text) => readFailure(text, policy))
    .filter(({ site }) => site === undefined || site === policy.site.code);
}

function readFailure(text: string, policy: ResolvedPolicy): TypedFailure {
  const failure = parseFailure(text, policy.schedule.timeZone);
  if (failure === undefined)
    throw invalidOption(
      "--fail",
      `${text} is no failure`,
      "Write it as 'database 2027-01-03..2027-01-05', or `all` for every source.",
    );
  const isOther = failure.site !== undefined && failure.site !== policy.site.code;
  const names = policy.sources.map(({ name }) => name);
  if (isOther || failure.source === "*" || names.includes(failure.source)) return failure;
  throw invalidOption(
    "--fail",
    `${policy.site.code} has no source ${failure.source}`,
    `Its sources are ${names.join(", ")}.`,
  );
}
