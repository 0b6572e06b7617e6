import { ProblemError, type Problem } from "../../core/base/problem.ts";
import { renderProblems } from "../../core/report/render-problems.ts";
import type { NamedRepository } from "../../engine/look/copy-observe.ts";
import {
  snapshotsToVerify,
  verifySnapshot,
  type VerifiedSnapshot,
} from "../../engine/run/verify-snapshot.ts";
import { unreadableSnapshots } from "../../engine/repository/restore.ts";
import type { Session } from "../../engine/session/session.ts";
import { textOption, type CommandCall, type RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { makeProgressLine } from "../screen/progress-line.ts";
import { parseShare } from "../options/share-option.ts";
import { withRepositories } from "../session/with-repository.ts";

/** A look at one snapshot, with the name of the repository that it was looked at in. */
interface Verification extends VerifiedSnapshot {
  readonly repository: string;
}

/**
 * `sitekeep verify [SITE]`: three results, *passed*, *failed*, and *not proven* for a sample without damage.
 * Copies are read as what they were copied from is.
 */
export const run: RunCommand<typeof exitCode.someFailed> = (call) =>
  withRepositories(call, async ({ session, repositories, problems }) => {
    const perMille = parseShare("--read", textOption(call, "read") ?? "100%");
    const site = call.args[0]?.toUpperCase();
    const isNamed = repositories.length + problems.length > 1;
    const results: Verification[] = [];
    const told = [...problems];
    for (const place of repositories) {
      const { snapshots, unreadable } = await place.repository.snapshots();
      if (unreadable.length > 0) told.push(unreadableSnapshots(unreadable, `repository ${place.name}`));
      for (const snapshot of snapshotsToVerify(snapshots, site)) {
        const result = await verifyOne(call, session, { place, snapshot, perMille });
        results.push(result);
        call.screen.tell(() => resultLine(call, result, isNamed));
      }
    }
    if (results.length === 0 && site !== undefined) throw new ProblemError(nothingOf(site));
    const isSound = told.length === 0 && results.every((it) => it.proof.result !== "failed");
    return {
      exitCode: isSound ? exitCode.done : exitCode.someFailed,
      document: () => ({ apiVersion: "sitekeep/verified/v1", results, problems: told }),
      text: () => [
        ...(results.length === 0 ? ["There is nothing to verify yet."] : []),
        { remark: renderProblems(told) },
      ],
    };
  });

interface VerifyOrder {
  readonly place: NamedRepository;
  readonly snapshot: VerifiedSnapshot["snapshot"];
  readonly perMille: number;
}

async function verifyOne(
  call: CommandCall,
  session: Session,
  { place, snapshot, perMille }: VerifyOrder,
): Promise<Verification> {
  const progress = makeProgressLine(call, session.now);
  const onProgress = ({ bytes }: { readonly bytes: number }) =>
    progress.say({ text: `${snapshot.site}/${snapshot.source}`, doneBytes: bytes });
  const order = { snapshot, perMille, notes: session.notes, onProgress };
  const verified = await verifySnapshot(session, place.repository, order).finally(progress.end);
  return { repository: place.name, ...verified };
}

/** Where there are several repositories, each line says which. */
function resultLine(
  { screen }: CommandCall,
  { repository, snapshot, proof }: Verification,
  isNamed: boolean,
): string {
  const style = { passed: "good", failed: "bad", "not-proven": "warn" } as const;
  const word = proof.result.replace("-", " ").padEnd(10);
  const where = isNamed ? `in ${repository}  ` : "";
  return `${screen.paint(style[proof.result], word)}  ${snapshot.site}/${snapshot.source}  ${screen.paint("dim", `${where}${snapshot.id}  ${proof.note}`)}`;
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
