import { planHandOverRemoval } from "../../engine/hand-over.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { cancelled, type Document } from "../command/result.ts";
import { confirm } from "../screen/ask.ts";
import { withSitePolicies } from "../session/with-policies.ts";

const apiVersion = "sitekeep/handover/v1";

/** `sitekeep after-backup remove SITE`: what the task started before is there again. */
export const run: RunCommand = (call) =>
  withSitePolicies(call, async ({ session, policies }) => {
    const planned = await planHandOverRemoval(session, policies[0]!);
    const { does, place } = planned;
    const document = (result: string): Document => ({ apiVersion, result, does, script: place.script });
    if (does === "nothing")
      return {
        exitCode: exitCode.done,
        document: () => document("nothing-to-do"),
        text: () => [`No hand-over is installed in ${place.shown}.`],
      };
    const what =
      does === "give-back"
        ? `${place.script} goes, and ${place.kept} gets its name back.`
        : `${place.script} goes; there was no script before it.`;
    if (call.options["dryRun"])
      return { exitCode: exitCode.done, document: () => document("not-done"), text: () => [what] };
    call.screen.tell(() => what);
    if (!(await confirm(call, "Do this?")))
      return cancelled({ ...document("cancelled"), result: "cancelled" });
    await planned.apply();
    return {
      exitCode: exitCode.done,
      document: () => document("done"),
      text: () => ["Done. The log of the hand-overs stays where it is."],
    };
  });
