import { renderHold } from "../../core/report/render-holds.ts";
import { findPoint, pointName } from "../../engine/repository/find-point.ts";
import { holdPoint } from "../../engine/repository/hold-point.ts";
import { asProblem } from "../../engine/session/repositories.ts";
import { openExisting } from "../../engine/session/session.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { readNote } from "../options/hold-note.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { withAddress } from "../session/with-repository.ts";

/** `sitekeep snapshots hold`: keeps a recovery point whatever the rules say, until somebody releases it. */
export const run: RunCommand = (call) => {
  const note = readNote(call, "because");
  if (note === undefined)
    throw invalidOption("--because", "it is missing", "Say why: whoever finds the hold in a year will ask.");
  return withAddress(call, async ({ session, address }) => {
    const repository = await openExisting(session, address);
    const { snapshots, unreadable } = await repository.snapshots();
    const point = findPoint(snapshots, call.args[0]!, unreadable);
    const hold = await holdPoint(session, repository, { point, note }).catch((thrown: unknown) => {
      throw asProblem(thrown, address);
    });
    const { site, due } = point;
    const told = { repository: address.name, site, due, hold };
    return {
      exitCode: exitCode.done,
      document: () => ({ apiVersion: "sitekeep/hold/v1", ...told }),
      text: () => [renderHold({ name: pointName(point), ...told })],
    };
  });
};
