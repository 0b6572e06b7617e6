import { findSlot } from "../../engine/repository/repository-keys.ts";
import { confirm } from "../screen/ask.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import {
  removedKeyWarning,
  showKeys,
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
    if (!(await confirm(call, `Remove the slot ${id} of the repository ${address.name}?`))) {
      call.screen.err("Nothing was done.");
      return exitCode.done;
    }
    await keys.remove(id);
    if (call.options["json"]) showKeys(call, { removed: id });
    else {
      call.screen.out(`Removed the slot ${id}. Another key was tried, and opens the repository.`);
      call.screen.err(removedKeyWarning);
    }
    return exitCode.done;
  });
