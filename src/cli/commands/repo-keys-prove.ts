import { explainUncounted } from "../../core/plan/risks/judge-keys.ts";
import { renderKeyProof } from "../../core/report/render-keys.ts";
import { proveKey } from "../../engine/repository/prove-key.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { showKeys } from "../session/with-repository-keys.ts";
import { withAddress } from "../session/with-repository.ts";

/**
 * `sitekeep repo keys prove`: opens the repository with the key at hand, reads of it, and files that with its
 * date.
 */
export const run: RunCommand = (call) =>
  withAddress(call, async ({ session, address, policies }) => {
    const { proof, worth, judgedBy } = await proveKey(session, { address, policies });
    const uncounted = explainUncounted(proof, worth);
    if (call.options["json"])
      showKeys(call, { repository: address.name, proof, judgedBy, ...worth, ...uncounted });
    else
      call.screen.out(
        renderKeyProof({ repository: address.name, proof, worth, judgedBy, uncounted }, call.screen.paint),
      );
    return worth.counts ? exitCode.done : exitCode.someFailed;
  });
