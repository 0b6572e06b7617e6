import { ProblemError } from "../../core/base/problem.ts";

/**
 * Runs something of the lab; what the lab refuses in words becomes a problem. The lab knows nothing of ours.
 */
export async function inLab<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asLabProblem(thrown);
  }
}

/**
 * The problem of what the lab refuses, or of a file of it that is missing or not to be used; anything else as
 * it is.
 */
export function asLabProblem(fault: unknown): unknown {
  if (!(fault instanceof Error)) return fault;
  const { path } = fault as NodeJS.ErrnoException;
  if (fault.name !== "LabError" && path === undefined) return fault;
  return new ProblemError(
    {
      code: "lab-refused",
      severity: "error",
      message: path === undefined ? fault.message : `The lab's files can't be used: ${fault.message}.`,
      where: path ?? "lab",
      hint: "`sitekeep lab --help` shows the order of things. A lab that has lost a part is made anew: `sitekeep lab create` in an empty folder.",
    },
    { cause: fault },
  );
}
