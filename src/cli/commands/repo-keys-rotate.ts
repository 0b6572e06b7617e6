import type { KeySlotView } from "../../core/model/repository/key-slot-view.ts";
import { confirm } from "../screen/ask.ts";
import type { CommandCall, RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { readNewKey } from "../session/new-key.ts";
import {
  removedKeyWarning,
  showKeys,
  tellMadeFile,
  warnOfOnlySecondKey,
  withRepositoryKeys,
} from "../session/with-repository-keys.ts";

/** `sitekeep repo keys rotate`: a new key in, tried, and then the old one out. */
export const run: RunCommand = (call) =>
  withRepositoryKeys(call, async (given) => {
    const { session, address, keys } = given;
    await keys.requireOpen();
    const added = await readNewKey(call, session);
    const old = await keys.slotToReplace(added.key, call.args[0]);
    const by = old.opensWith.length > 0 ? `, which opens with the ${old.opensWith.join(" and the ")}` : "";
    if (!call.options["json"]) tellMadeFile(call, added);
    await warnOfOnlySecondKey(call, given, { slots: await keys.slots(), id: old.id });
    if (!(await confirm(call, `Replace the slot ${old.id} of ${address.name}${by}, by the new key?`))) {
      call.screen.err("No slot was changed.");
      return exitCode.done;
    }
    const { id, isNew } = await keys.rotate(added.key, old);
    if (call.options["json"]) {
      const made = added.madeFile && { keyFileMade: added.madeFile };
      showKeys(call, { added: id, isNew, removed: old.id, ...made });
    } else tellRotated(call, id, old);
    return exitCode.done;
  });

function tellRotated({ screen, options }: CommandCall, id: string, old: KeySlotView): void {
  screen.out(`The slot ${id} took the place of ${old.id}. The new key was tried, and opens the repository.`);
  if (old.opensWith.length > 0 && !options["folder"]) screen.err(nextStep);
  screen.err(removedKeyWarning);
}

const nextStep =
  "Next: name the new key in the policy's `keys:` instead of the old one. Until then `apply` can't open the repository.";
