import { renderHandOverPlan } from "../../core/report/render-hand-over.ts";
import { given } from "../../core/base/given.ts";
import { planHandOver } from "../../engine/hand-over.ts";
import { textOption, type RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { cancelled, type Document } from "../command/result.ts";
import { confirm } from "../screen/ask.ts";
import { samePlace, thisProgram } from "../session/same-place.ts";
import { withSitePolicies } from "../session/with-policies.ts";

const apiVersion = "sitekeep/handover/v1";

/** `sitekeep after-backup install SITE`: the task's script calls sitekeep, behind the one that is there. */
export const run: RunCommand = (call) =>
  withSitePolicies(call, async ({ session, policies }) => {
    const source = textOption(call, "source");
    const order = { ...given({ source }), program: thisProgram(), options: samePlace(call) };
    const planned = await planHandOver(session, policies[0]!, order);
    const { does, keeps, risks, text, place } = planned;
    const told = { script: place.script, source: planned.source, ...given({ keeps }), risks, text };
    const document = (result: string): Document => ({ apiVersion, result, does, ...told });
    const lines = (paint: typeof call.screen.paint) => renderHandOverPlan({ ...told, does }, paint);
    if (call.options["dryRun"] || does === "nothing")
      return {
        exitCode: exitCode.done,
        document: () => document(does === "nothing" ? "nothing-to-do" : "not-done"),
        text: (paint) => [lines(paint)],
      };
    call.screen.tell(() => lines(call.screen.paint).trimEnd());
    if (!(await confirm(call, "Write it?")))
      return cancelled({ ...document("cancelled"), result: "cancelled" });
    await planned.apply();
    return {
      exitCode: exitCode.done,
      document: () => document("done"),
      text: () => [`Wrote ${place.script}. The task starts it at its next success.`],
    };
  });
