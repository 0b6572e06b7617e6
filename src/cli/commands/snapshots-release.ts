import { given } from "../../core/base/given.ts";
import type { Hold } from "../../core/model/repository/hold.ts";
import type { Outlook } from "../../core/model/outlook.ts";
import { outlookWords } from "../../core/report/words/outlook-words.ts";
import { holdWords } from "../../core/report/render-holds.ts";
import { findPoint, pointName } from "../../engine/repository/find-point.ts";
import { foreseeUnheld } from "../../engine/foresee.ts";
import { releaseHolds, requireHeld } from "../../engine/repository/hold-point.ts";
import { asProblem } from "../../engine/session/repositories.ts";
import { openExisting } from "../../engine/session/session.ts";
import { confirm } from "../screen/ask.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { cancelled } from "../command/result.ts";
import { readNote } from "../options/hold-note.ts";
import { withAddress } from "../session/with-repository.ts";

const apiVersion = "sitekeep/released/v1";

/**
 * `sitekeep snapshots release`: ends every hold of a point, after a question: the rules may then let it go.
 */
export const run: RunCommand = (call) => {
  const note = readNote(call, "because") ?? "";
  return withAddress(call, async ({ session, address, policies }) => {
    const repository = await openExisting(session, address);
    const { snapshots } = await repository.snapshots();
    const point = findPoint(snapshots, call.args[0]!);
    const holds = requireHeld(await repository.holds(), point);
    const name = pointName(point);
    const outlook = await foreseeUnheld(session, policies, { address, point });
    const { site, due } = point;
    const facts = { repository: address.name, site, due, holds };
    for (const line of consequenceLines(name, holds, outlook)) call.screen.tell(line);
    if (!(await confirm(call, `Release ${name}?`)))
      return cancelled({ apiVersion, ...facts, releases: [], ...given({ outlook }), result: "cancelled" });
    const releases = await releaseHolds(session, repository, { holds, note }).catch((thrown: unknown) => {
      throw asProblem(thrown, address);
    });
    return {
      exitCode: exitCode.done,
      document: () => ({ apiVersion, ...facts, releases, ...given({ outlook }) }),
      text: () => [`Released ${name}.`],
    };
  });
};

/** What holds the point, and what becomes of it without. */
function consequenceLines(
  name: string,
  holds: readonly Hold[],
  outlook: Outlook | undefined,
): readonly string[] {
  return [
    ...holds.map((hold) => `${name} is held ${holdWords(hold)}`),
    outlook === undefined
      ? "No policy at hand says when it would go."
      : `Without that it ${outlookWords(outlook)}.`,
  ];
}
