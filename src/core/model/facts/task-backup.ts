import { facts, moment, text, whole } from "./codec.ts";
import { lockFacts } from "./lock-facts.ts";

/** The newest run of the task: `finished`, `failed`, `not-finished` or `contradicted`. */
const run = { run: text, runStartedAt: moment };

/**
 * What a look at the set of the site's own backup task tells. `set` is `whole`, or `lacking` where the
 * destination is known to hold no set that is of the newest run and whole. The last good run is the newest
 * that any witness calls a good one. The newest run has started its script where its message 5040 is there.
 */
export const taskBackupLook = facts(run, {
  runCompletedAt: moment,
  scriptStartedAt: moment,
  lastGoodAt: moment,
  set: text,
});

/** What a snapshot of such a set tells. */
export const taskBackupCapture = facts(
  { ...run, files: whole },
  {
    runCompletedAt: moment,
    // Pages of the database's files that are in use and were read and found whole.
    wholePages: whole,
    // As the site database was locked when the set was captured. The files themselves tell nobody.
    ...lockFacts,
  },
);
