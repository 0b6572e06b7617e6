import { sites } from "../hierarchy.ts";
import type { LabVariant } from "../lab-variant.ts";
import type { TaskRun } from "../site/task-run.ts";

/** What the tables of one site database are made from. */
export interface SiteFacts {
  readonly siteCode: string;
  readonly nowMs: number;
  readonly taskRun: TaskRun;
  readonly variant: LabVariant;
}

/** The number by which the tables of the hierarchy call a site; sites that have gone had lower ones. */
export function siteNumber(siteCode: string): number {
  return 16_777_219 + sites.findIndex((it) => it.code === siteCode);
}

/** Identifiers of the site's own objects, beyond what a number of JavaScript holds exactly. */
export function objectId(index: number): bigint {
  return 72_057_594_037_927_959n + BigInt(index);
}
