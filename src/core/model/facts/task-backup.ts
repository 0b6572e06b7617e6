import { facts, moment, text, whole } from "./codec.ts";

/** The newest run of the task: `finished`, `failed` or `not-finished`. */
const run = { run: text, runStartedAt: moment };

/** What a look at the set of the site's own backup task tells. */
export const taskBackupLook = facts(run, { runCompletedAt: moment });

/** What a snapshot of such a set tells. */
export const taskBackupCapture = facts(
  { ...run, files: whole },
  // Pages of the database's files that are in use and were read and found whole.
  { runCompletedAt: moment, wholePages: whole },
);
