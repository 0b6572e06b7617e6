import { facts, flag, instant, listOf, text, whole } from "./codec.ts";
import { mediaVersion } from "./media-fact.ts";

/**
 * When the control file of the site's backup task was edited, and since when the writer runs that reads it.
 */
const controlFile = facts({ editedAt: instant }, { writerStartedAt: instant });

/** Whether the script that runs after the task makes its archive the same as the task's folder. */
const afterBackup = facts({ mirrors: flag });

/** How the site's own backup task is set up in the install folder. */
export const taskSettings = facts({}, { controlFile, afterBackup });

/** What a look at the install folder tells. */
export const siteFilesLook = facts({ cdLatest: mediaVersion }, { controlFile, afterBackup });

/** What a snapshot of the install folder tells. `parts`: patterns of what was captured. */
export const siteFilesCapture = facts({
  root: text,
  files: whole,
  parts: listOf(text),
  cdLatest: mediaVersion,
});
