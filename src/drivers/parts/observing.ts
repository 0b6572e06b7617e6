import type { JsonObject } from "../../core/base/json.ts";
import { type Problem, ProblemError } from "../../core/base/problem.ts";
import type { SourceObservation } from "../../core/model/observation.ts";

/** What a look at a source found. */
export interface Seen {
  readonly facts: JsonObject;
  readonly risks?: readonly Problem[];
}

/** Turns a look into an observation: a problem on the way is a source that does not answer. */
export async function observing(look: () => Promise<Seen>): Promise<SourceObservation> {
  try {
    const { facts, risks } = await look();
    return { answers: true, facts, risks: risks ?? [] };
  } catch (thrown) {
    if (thrown instanceof ProblemError) return { answers: false, problem: thrown.problem };
    throw thrown;
  }
}

/** Does one of several things; a problem with it is added to the list and the others go on. */
export async function tolerating(problems: Problem[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    problems.push({ ...thrown.problem, severity: "risk" });
  }
}
