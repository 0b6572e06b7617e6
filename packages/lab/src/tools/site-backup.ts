// The program of the service SMS_SITE_BACKUP: runs the backup task of the lab that it is told, once, in real
// time, and ends.
import { setTimeout } from "node:timers/promises";

import { runTaskNow } from "../site/task-now.ts";

/** Between the steps of a run: long enough to be seen, and for file times of whole seconds. */
const pauseMs = 1_100;

await runTaskNow(process.argv[2]!, async () => setTimeout(pauseMs));
