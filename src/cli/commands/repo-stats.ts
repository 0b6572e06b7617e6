import { renderStats } from "../../core/report/render-stats.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { withRepository } from "../session/with-repository.ts";

/** `sitekeep repo stats`: what a repository holds and what that takes. */
export const run: RunCommand = (call) =>
  withRepository(call, async ({ session, repository }) => {
    const stats = await repository.stats(session.signal);
    const document = { apiVersion: "sitekeep/stats/v1", repository: repository.id, ...stats };
    call.screen.out(
      call.options["json"] ? JSON.stringify(document, undefined, 2) : renderStats(stats, call.screen.paint),
    );
    for (const name of stats.unreadable)
      call.screen.err(`Could not be read, and is not in the sums: ${name}`);
    if (stats.missingPacks > 0)
      call.screen.err(`${stats.missingPacks} of the packs that the index names are gone.`);
    return stats.unreadable.length > 0 || stats.missingPacks > 0 ? exitCode.error : exitCode.done;
  });
