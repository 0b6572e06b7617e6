import { type Problem, ProblemError } from "../core/base/problem.ts";
import { keyTitle } from "../core/model/facts/key-fact.ts";
import { sqlKeysFacts } from "../core/model/facts/sql-keys.ts";
import type { SqlKeys } from "../core/model/policy/source.ts";
import type { Driver } from "./driver.ts";
import { exportKey, requireSafety } from "./parts/keys/export-keys.ts";
import { findKeys, type FoundKey } from "./parts/keys/find-keys.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { offerJson } from "./parts/offer-json.ts";
import { placeOf } from "./parts/session/sql-session.ts";
import { examineStaging } from "./parts/staging/examine-staging.ts";
import { cleanedUp, removeStaged, type StagedFile } from "./parts/staging/staging.ts";

/** Certificates and master keys without which a restored database can't be read. */
export const sqlKeys: Driver<SqlKeys> = {
  observe: (request, means) =>
    observing(async () => {
      const { keys, problems } = await findKeys(request, means);
      if (keys.length > 0) requireSafety(request, means);
      return { facts: factsOf(keys), risks: problems };
    }),

  examine: (request, means) => examineStaging(request, request.source.database, means),

  async capture(request, means, sink) {
    const asOf = means.now();
    const staged: StagedFile[] = [];
    const left: Problem[] = [];
    const cleanUp = (): Promise<readonly Problem[]> =>
      removeStaged(staged, { means, where: placeOf(request.site, request.source) });
    try {
      const { keys, problems: unread } = await findKeys(request, means);
      if (keys.length > 0) requireSafety(request, means);
      const { password } = request.source;
      const policyPassword = password && keys.length > 0 ? await means.secret(password) : undefined;
      const failed: Problem[] = [];
      const held: FoundKey[] = [];
      for (const key of keys) {
        means.signal.throwIfAborted();
        await tolerating(failed, async () => {
          await exportKey(key, { request, means, sink, policyPassword, staged, left });
          held.push(key);
        });
      }
      if (failed[0] && held.length === 0) throw new ProblemError({ ...failed[0], severity: "error" });
      // Also where there is nothing to keep: that there was nothing is what this snapshot says.
      await offerJson(sink, "keys.json", held.map(keyTitle), asOf);
      return {
        mode: "full",
        asOf,
        facts: factsOf(held),
        problems: [...unread, ...failed, ...left],
        cleanUp,
      };
    } catch (thrown) {
      throw await cleanedUp(thrown, cleanUp);
    }
  },
};

function factsOf(keys: readonly FoundKey[]) {
  const certificates = keys.flatMap((it) =>
    it.thumbprint === undefined ? [] : [[keyTitle(it), it.thumbprint] as const],
  );
  return sqlKeysFacts.write({ keys, certificates: Object.fromEntries(certificates) });
}
