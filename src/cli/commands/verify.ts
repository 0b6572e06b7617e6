import { snapshotsToVerify, verifySnapshot, type VerifiedSnapshot } from "../../engine/verify.ts";
import { textOption, type CommandCall, type RunCommand } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { invalidOption } from "../invalid-option.ts";
import { withRepositories } from "../with-repository.ts";

/** `sitekeep verify [SITE]`: three results, *passed*, *failed*, and *not proven* for a sample without damage. */
export const run: RunCommand = (call) =>
  withRepositories(call, async ({ session, repositories }) => {
    const perMille = shareOption(call);
    const results: VerifiedSnapshot[] = [];
    for (const repository of repositories) {
      const { snapshots } = await repository.snapshots();
      for (const snapshot of snapshotsToVerify(snapshots, call.args[0]?.toUpperCase())) {
        const result = await verifySnapshot(session, repository, snapshot, perMille);
        results.push(result);
        if (!call.options["json"]) call.screen.out(resultLine(call, result));
      }
    }
    if (call.options["json"])
      call.screen.out(JSON.stringify({ apiVersion: "sitekeep/verified/v1", results }, undefined, 2));
    else if (results.length === 0) call.screen.out("There is nothing to verify yet.");
    return results.some((it) => it.proof.result === "failed") ? exitCode.someFailed : exitCode.done;
  });

function resultLine({ screen }: CommandCall, { snapshot, proof }: VerifiedSnapshot): string {
  const style = { passed: "good", failed: "bad", "not-proven": "warn" } as const;
  const word = proof.result.replace("-", " ").padEnd(10);
  return `${screen.paint(style[proof.result], word)}  ${snapshot.site}/${snapshot.source}  ${screen.paint("dim", `${snapshot.id}  ${proof.note}`)}`;
}

function shareOption(call: CommandCall): number {
  const text = textOption(call, "read") ?? "100%";
  const [, share] = /^(\d{1,3}(?:\.\d)?)%$/.exec(text) ?? [];
  const perMille = Math.round(Number(share) * 10);
  if (perMille > 0 && perMille <= 1_000) return perMille;
  throw invalidOption("--read", `${text} is no share`, "Write it as 5% or 100%.");
}
