import { type Problem, ProblemError } from "./problem.ts";

/**
 * A fact of the outside world, as far as it is known: its value, why it could not be had, or proof that there
 * is none. What could not be read is never "none": whoever uses a fact is asked for all three by the
 * compiler.
 */
export type Fact<Value> = Known<Value> | Unknown | Absent;

interface Known<Value> {
  readonly is: "known";
  readonly value: Value;
}

interface Unknown {
  readonly is: "unknown";
  readonly why: Problem;
}

interface Absent {
  readonly is: "absent";
}

/** A fact that was read. */
export function known<Value>(value: Value): Fact<Value> {
  return { is: "known", value };
}

/** A fact that could not be read, asked or understood, with the cause and its cure. */
export function unknown(why: Problem): Fact<never> {
  return { is: "unknown", why };
}

/** A fact of which it is proven that there is none: the answer came, and did not hold it. */
export const absent: Fact<never> = { is: "absent" };

/** Asks for something: a problem on the way is why it is not known. */
export async function asFact<Value>(work: () => Promise<Fact<Value>>): Promise<Fact<Value>> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof ProblemError) return unknown(thrown.problem);
    throw thrown;
  }
}

/** What a fact leads to, for each of the three that it can be. */
export interface Cases<Value, Known, Unknown, Absent> {
  known(value: Value): Known;
  unknown(why: Problem): Unknown;
  absent(): Absent;
}

/** Decides by a fact. */
export function match<Value, Known, Unknown, Absent>(
  fact: Fact<Value>,
  cases: Cases<Value, Known, Unknown, Absent>,
): Known | Unknown | Absent {
  switch (fact.is) {
    case "known":
      return cases.known(fact.value);
    case "unknown":
      return cases.unknown(fact.why);
    case "absent":
      return cases.absent();
  }
}
