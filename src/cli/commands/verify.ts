import { ProblemError, type Problem } from "../../core/base/problem.ts";
import { snapshotsToVerify, verifySnapshot, type VerifiedSnapshot } from "../../engine/verify.ts";
import { textOption, type CommandCall, type RunCommand } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { makeProgressLine } from "../progress-line.ts";
import { parseShare } from "../share-option.ts";
import { withRepositories } from "../with-repository.ts";

/** `sitekeep verify [SITE]`: three results, *passed*, *failed*, and *not proven* for a sample without damage. */
export const run: RunCommand = (call) =>
  withRepositories(call, async ({ session, repositories }) => {
    const perMille = parseShare("--read", textOption(call, "read") ?? "100%");
    const site = call.args[0]?.toUpperCase();
    const results: VerifiedSnapshot[] = [];
    for (const repository of repositories) {
      const { snapshots } = await repository.snapshots();
      for (const snapshot of snapshotsToVerify(snapshots, site)) {
        const progress = makeProgressLine(call, session.now);
        const onProgress = ({ bytes }: { readonly bytes: number }) =>
          progress.say({ text: `${snapshot.site}/${snapshot.source}`, doneBytes: bytes });
        const order = { snapshot, perMille, onProgress };
        const result = await verifySnapshot(session, repository, order).finally(progress.end);
        results.push(result);
        if (!call.options["json"]) call.screen.out(resultLine(call, result));
      }
    }
    if (results.length === 0 && site !== undefined) throw new ProblemError(nothingOf(site));
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

function nothingOf(site: string): Problem {
  return {
    code: "snapshot-not-found",
    severity: "error",
    message: `The repositories hold no snapshot of the site ${site}.`,
    where: site,
    hint: "`sitekeep snapshots list` shows the sites that have some.",
  };
}
