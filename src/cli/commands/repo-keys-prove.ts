import { explainUncounted } from "../../core/plan/risks/judge-keys.ts";
import { renderKeyProof } from "../../core/report/render-keys.ts";
import { proveKey } from "../../engine/repository/prove-key.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { keysDocument } from "../session/with-repository-keys.ts";
import { withAddress } from "../session/with-repository.ts";

/**
 * `sitekeep repo keys prove`: opens the repository with the key at hand, reads of it, and files that with its
 * date.
 */
export const run: RunCommand<typeof exitCode.someFailed> = (call) =>
  withAddress(call, async ({ session, address, policies }) => {
    const { proof, worth, judgedBy } = await proveKey(session, { address, policies });
    const uncounted = explainUncounted(proof, worth);
    const repository = address.name;
    return {
      exitCode: worth.counts ? exitCode.done : exitCode.someFailed,
      document: () => keysDocument({ repository, proof, judgedBy, ...worth, ...uncounted }),
      text: (paint) => [renderKeyProof({ repository, proof, worth, judgedBy, uncounted }, paint)],
    };
  });
