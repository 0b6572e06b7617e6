import { destinationsOf } from "../parts/destinations.ts";
import { policyHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

export const taskDestinationName = policyHazard({
  code: "task-destination-name",
  hazard:
    "destination of the task, in the policy or as the site database has it, with spaces or letters beyond ASCII",
  source: "M, Unicode and ASCII support; C, hanging task",
  seenIn: "policy",
  accepted: "as it is",
  asks: {},
  judge: (policy, seen) =>
    destinationsOf(policy, seen?.observed).flatMap(({ path, where, keys }) => {
      const strange = strangeIn(path);
      if (strange === undefined) return [];
      const problem = risk("task-destination-name", {
        where,
        message: `The backup task's destination ${path} has ${strange} in its name, on which the task fails or hangs.`,
        names: [path],
        hint: "Give the task a folder whose name is plain ASCII without spaces, and the source the same.",
      });
      return { problem, keys };
    }),
});

function strangeIn(path: string): string | undefined {
  if (/[^\x20-\x7e]/.test(path)) return "letters beyond ASCII";
  return / /.test(path) ? "a space" : undefined;
}
