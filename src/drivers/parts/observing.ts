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
  } catch (error) {
    if (error instanceof ProblemError) return { answers: false, problem: error.problem };
    throw error;
  }
}

/** Does one of several things; a problem with it is added to the list and the others go on. */
export async function tolerating(problems: Problem[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push({ ...error.problem, severity: "risk" });
  }
}
