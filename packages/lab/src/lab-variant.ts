import { readFileSync } from "node:fs";
import { join } from "node:path";

import { LabError } from "./lab-error.ts";
import { chanceFrom } from "./seeded-chance.ts";

/** Shapes in which real sites differ from each other, or of which public sources tell two things. */
export interface LabVariant {
  /** The column of ServerData that says what a site is doing; older pages call it `Status`. */
  readonly siteStatusColumn: "SiteStatus" | "Status";
  /** How the task's hours stand in its view: 2200, or 22:00 of the first day of 1900. */
  readonly taskTimes: "integer" | "datetime";
  /** What the task's set is described by: the documents of its VSS requesters, or an .ini file. */
  readonly taskDocument: "xml" | "ini";
  /** Whether the task writes both parts of its set to one place, or each to a place of its own server. */
  readonly taskPlaces: "two" | "one";
  /** Whether the log of the task's newest run has rolled over, so that its end stands in `smsbkup.lo_`. */
  readonly taskLog: "whole" | "rolled";
  /** Which report server there is: Reporting Services, or Power BI Report Server. */
  readonly reportServer: "SSRS" | "PBIRS";
  /** The status message of a run that fails: public sources name many. */
  readonly taskFailure: "5060" | "5048";
  /** Whether the login is shown certificates and endpoints; one that may only back up is not. */
  readonly certificates: "shown" | "hidden";
  /** Before SQL Server 2019 no property of the server names its backup folder. */
  readonly sqlServer: "2022" | "2017";
  /** In which language the tools of Windows speak on the site server. */
  readonly windowsLanguage: "english" | "german";
}

/** The shapes that there are, by what they are of. The usual one is the first. */
export const variantValues: { readonly [Name in keyof LabVariant]: readonly LabVariant[Name][] } = {
  siteStatusColumn: ["SiteStatus", "Status"],
  taskTimes: ["integer", "datetime"],
  taskDocument: ["xml", "ini"],
  certificates: ["shown", "hidden"],
  sqlServer: ["2022", "2017"],
  windowsLanguage: ["english", "german"],
  taskPlaces: ["two", "one"],
  taskLog: ["whole", "rolled"],
  taskFailure: ["5060", "5048"],
  reportServer: ["SSRS", "PBIRS"],
};

/** The best witnessed of all shapes, in a site that is up to date. */
export const usualVariant = variantFrom(([usual]) => usual!);

/** A variant by chance: equal seeds give the same one. */
export function variantOf(seed: string): LabVariant {
  const chance = chanceFrom(`variant ${seed}`);
  return variantFrom((values) => chance.pick(values));
}

function variantFrom(choose: (values: readonly string[]) => string): LabVariant {
  const chosen = Object.entries(variantValues).map(([name, values]) => [name, choose(values)]);
  return Object.fromEntries(chosen) as unknown as LabVariant;
}

/** Shapes as somebody writes them: `siteStatusColumn=Status,sqlServer=2017`. Any other is refused. */
export function parseVariant(text: string): Partial<LabVariant> {
  const pairs = text.split(",").map((pair) => pair.split("=").map((word) => word.trim()));
  for (const [name = "", value = ""] of pairs) {
    const values: readonly string[] = Object.hasOwn(variantValues, name)
      ? variantValues[name as keyof LabVariant]
      : [];
    if (!values.includes(value))
      throw new LabError(`The lab has no shape ${name}=${value}. There are: ${shapesThereAre()}.`);
  }
  return Object.fromEntries(pairs);
}

function shapesThereAre(): string {
  return Object.entries(variantValues)
    .map(([name, values]) => `${name}=${values.join("|")}`)
    .join(", ");
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
