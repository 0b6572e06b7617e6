import { findSlot } from "../../engine/repository/repository-keys.ts";
import { confirm } from "../screen/ask.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { cancelled } from "../command/result.ts";
import {
  keysDocument,
  removedKeyWarning,
  warnOfOnlySecondKey,
  withRepositoryKeys,
} from "../session/with-repository-keys.ts";

/** `sitekeep repo keys remove`: takes a slot away, after a question. The last one stays. */
export const run: RunCommand = (call) =>
  withRepositoryKeys(call, async (given) => {
    const { address, keys } = given;
    const slots = await keys.slots();
    const { id } = findSlot(slots, call.args[0]!);
    await warnOfOnlySecondKey(call, given, { slots, id });
    if (!(await confirm(call, `Remove the slot ${id} of the repository ${address.name}?`)))
      return cancelled(keysDocument({ result: "cancelled" }));
    await keys.remove(id);
    return {
      exitCode: exitCode.done,
      document: () => keysDocument({ removed: id }),
      text: () => [
        `Removed the slot ${id}. Another key was tried, and opens the repository.`,
        { remark: removedKeyWarning },
      ],
    };
  });
