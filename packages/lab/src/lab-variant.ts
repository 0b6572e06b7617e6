import { readFileSync } from "node:fs";
import { join } from "node:path";

import { chanceFrom } from "./seeded-chance.ts";

/** Shapes in which real sites differ from each other, or of which public sources tell two things. */
export interface LabVariant {
  /** The column of ServerData that says what a site is doing; older pages call it `Status`. */
  readonly siteStatusColumn: "SiteStatus" | "Status";
  /** How the task's hours stand in its view: 2200, or 22:00 of the first day of 1900. */
  readonly taskTimes: "integer" | "datetime";
  /** What the task's set is described by: the documents of its VSS requesters, or an .ini file. */
  readonly taskDocument: "xml" | "ini";
  /** Whether the login is shown certificates and endpoints; one that may only back up is not. */
  readonly certificates: "shown" | "hidden";
  /** Before SQL Server 2019 no property of the server names its backup folder. */
  readonly sqlServer: "2022" | "2017";
}

/** The best witnessed of all shapes, in a site that is up to date. */
export const usualVariant: LabVariant = {
  siteStatusColumn: "SiteStatus",
  taskTimes: "integer",
  taskDocument: "xml",
  certificates: "shown",
  sqlServer: "2022",
};

/** A variant by chance: equal seeds give the same one. */
export function variantOf(seed: string): LabVariant {
  const chance = chanceFrom(`variant ${seed}`);
  return {
    siteStatusColumn: chance.pick(["SiteStatus", "Status"]),
    taskTimes: chance.pick(["integer", "datetime"]),
    taskDocument: chance.pick(["xml", "ini"]),
    certificates: chance.pick(["shown", "hidden"]),
    sqlServer: chance.pick(["2022", "2017"]),
  };
}

/** The variant that a lab was made in. */
export function readVariant(lab: string): LabVariant {
  const { variant } = readDescription(lab);
  return { ...usualVariant, ...variant };
}

/** When a lab was made, by its own clock. */
export function createdAt(lab: string): number {
  return readDescription(lab).createdAt;
}

function readDescription(lab: string): { createdAt: number; variant?: Partial<LabVariant> } {
  return JSON.parse(readFileSync(join(lab, "lab.json"), "utf8")) as ReturnType<typeof readDescription>;
}
