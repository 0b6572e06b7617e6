import { ProblemError } from "../core/base/problem.ts";

/** Runs something of the lab; what the lab refuses in words becomes a problem. The lab knows nothing of ours. */
export async function inLab<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    if (!(fault instanceof Error) || fault.name !== "LabError") throw fault;
    throw new ProblemError(
      {
        code: "lab-refused",
        severity: "error",
        message: fault.message,
        where: "lab",
        hint: "`sitekeep lab --help` shows the order of things.",
      },
      { cause: fault },
    );
  }
}
