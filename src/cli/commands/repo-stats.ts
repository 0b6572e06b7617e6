import { renderStats } from "../../core/report/render-stats.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { withRepository } from "../session/with-repository.ts";

/** `sitekeep repo stats`: what a repository holds and what that takes. */
export const run: RunCommand = (call) =>
  withRepository(call, async ({ session, repository }) => {
    const stats = await repository.stats(session.signal);
    const lacking = [
      ...stats.unreadable.map((it) => `Could not be read, and is not in the sums: ${it}`),
      ...(stats.missingPacks > 0
        ? [`${stats.missingPacks} of the packs that the index names are gone.`]
        : []),
    ];
    return {
      exitCode: lacking.length > 0 ? exitCode.error : exitCode.done,
      document: () => ({ apiVersion: "sitekeep/stats/v1", repository: repository.id, ...stats }),
      text: (paint) => [renderStats(stats, paint)],
      remarks: lacking,
    };
  });
