import { given } from "../../core/base/given.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { readNewKey } from "../session/new-key.ts";
import { madeKeyWords } from "../session/new-file.ts";
import { keysDocument, withRepositoryKeys } from "../session/with-repository-keys.ts";

/** `sitekeep repo keys add`: one more key file or password that opens the repository. */
export const run: RunCommand = (call) =>
  withRepositoryKeys(call, async ({ session, keys }) => {
    await keys.requireOpen();
    const added = await readNewKey(call, session);
    const { id, isNew } = await keys.add(added.key);
    const { madeFile } = added;
    const what = isNew
      ? `Added the slot ${id}. The new key was tried, and opens the repository.`
      : `That key opens the repository already, by the slot ${id}. Nothing was added.`;
    return {
      exitCode: exitCode.done,
      document: () => keysDocument({ added: id, isNew, ...given({ keyFileMade: madeFile }) }),
      text: () => [...(madeFile === undefined ? [] : [madeKeyWords(madeFile)]), what],
    };
  });
