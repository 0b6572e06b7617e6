import { renderKeySlots } from "../../core/report/render-keys.ts";
import { addLastProofs } from "../../engine/repository/prove-key.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { keysDocument, withRepositoryKeys } from "../session/with-repository-keys.ts";

/** `sitekeep repo keys list`: the slots of a repository, and which of them the keys at hand open. */
export const run: RunCommand = (call) =>
  withRepositoryKeys(call, async ({ session, address, policies, keys }) => {
    const slots = await addLastProofs(session, { address, policies }, await keys.slots());
    return {
      exitCode: exitCode.done,
      document: () => keysDocument({ slots }),
      text: (paint) => [renderKeySlots(slots, paint)],
    };
  });
