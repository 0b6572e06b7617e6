import type { TaskRun } from "../site/site-backup-task.ts";

/** What the tables of one site database are made from. */
export interface SiteFacts {
  readonly siteCode: string;
  readonly nowMs: number;
  readonly taskRun: TaskRun;
}
