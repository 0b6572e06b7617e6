import { given } from "../../core/base/given.ts";
import type { KeySlotView } from "../../core/model/repository/key-slot-view.ts";
import { confirm } from "../screen/ask.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { cancelled, type Words } from "../command/result.ts";
import { madeKeyWords } from "../session/new-file.ts";
import { readNewKey } from "../session/new-key.ts";
import {
  keysDocument,
  removedKeyWarning,
  warnOfOnlySecondKey,
  withRepositoryKeys,
} from "../session/with-repository-keys.ts";

/** `sitekeep repo keys rotate`: a new key in, tried, and then the old one out. */
export const run: RunCommand = (call) =>
  withRepositoryKeys(call, async (opened) => {
    const { session, address, keys } = opened;
    await keys.requireOpen();
    const added = await readNewKey(call, session);
    const old = await keys.slotToReplace(added.key, call.args[0]);
    const by = old.opensWith.length > 0 ? `, which opens with the ${old.opensWith.join(" and the ")}` : "";
    const made = given({ keyFileMade: added.madeFile });
    if (added.madeFile !== undefined) call.screen.tell(madeKeyWords(added.madeFile));
    await warnOfOnlySecondKey(call, opened, { slots: await keys.slots(), id: old.id });
    if (!(await confirm(call, `Replace the slot ${old.id} of ${address.name}${by}, by the new key?`)))
      return cancelled(keysDocument({ ...made, result: "cancelled" }), "No slot was changed.");
    const { id, isNew } = await keys.rotate(added.key, old);
    return {
      exitCode: exitCode.done,
      document: () => keysDocument({ added: id, isNew, removed: old.id, ...made }),
      text: () => rotatedWords(id, old, call.options["folder"] === undefined),
    };
  });

function rotatedWords(id: string, old: KeySlotView, isOfPolicy: boolean): Words {
  return [
    `The slot ${id} took the place of ${old.id}. The new key was tried, and opens the repository.`,
    ...(old.opensWith.length > 0 && isOfPolicy ? [{ remark: nextStep }] : []),
    { remark: removedKeyWarning },
  ];
}

const nextStep =
  "Next: name the new key in the policy's `keys:` instead of the old one. Until then `apply` can't open the repository.";
