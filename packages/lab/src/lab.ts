import manifest from "../package.json" with { type: "json" };
import type { LabOrder } from "./create-lab.ts";
import type { FileDigest, TableDigest } from "./digest.ts";
import type { IncidentDescription } from "./incidents/incident-description.ts";
import type { LabVariant } from "./lab-variant.ts";
import type { LabStatus } from "./lab-status.ts";
import type { SiteWrites } from "./site-writes.ts";
import type { ServerLanguage } from "./sql/server-settings.ts";
import type { RunningLab, StartOptions } from "./start-lab.ts";

// The lab's one door. What lies behind it is loaded by whoever asks for it: to follow a lab's clock takes no
// SQL engine.
export { labClock } from "./lab-state.ts";
export type { FileDigest, LabStatus };

/** Version of this package: the lab and the program that shows it belong together. */
export const labVersion: string = manifest.version;

/** Makes a hierarchy on disk, starts nothing, and gives the shapes that it has. */
export async function createLab(order: LabOrder): Promise<LabVariant> {
  const { createLab: create } = await import("./create-lab.ts");
  return create(order);
}

/** Reads shapes as somebody writes them: `siteStatusColumn=Status,sqlServer=2017`. */
export async function parseVariant(text: string): Promise<Partial<LabVariant>> {
  const { parseVariant: read } = await import("./lab-variant.ts");
  return read(text);
}

/** Starts the SQL Servers of a lab on free ports of this machine. */
export async function startLab(folder: string, options: StartOptions): Promise<RunningLab> {
  const { startLab: start } = await import("./start-lab.ts");
  return start(folder, options);
}

/** Which servers of a lab run, what time it is there, and what is broken. */
export async function labStatus(folder: string): Promise<LabStatus> {
  const { labStatus: read } = await import("./lab-status.ts");
  return read(folder);
}

/** Lets time pass in a lab: its days are lived. */
export async function ageLab(folder: string, byMs: number): Promise<void> {
  const { ageLab: age } = await import("./age-lab.ts");
  return age(folder, byMs);
}

/** Lets a working day pass over the site, and gives a sentence for each change. */
export async function changeLab(folder: string, seed: string): Promise<readonly string[]> {
  const { changeLab: change } = await import("./change-lab.ts");
  return change(folder, { seed });
}

/** What can be broken. */
export async function listIncidents(): Promise<readonly IncidentDescription[]> {
  const { incidents } = await import("./incidents/catalogue.ts");
  return incidents;
}

/** Lets an incident happen, or ends it. Gives a sentence that says what is now so. */
export async function incident(folder: string, name: string, turn: "on" | "off" = "on"): Promise<string> {
  const { incident: play } = await import("./incidents/incident.ts");
  return play(folder, name, turn === "off" ? { off: true } : {});
}

/** Strips a login of rights, in place of those that it was stripped of before. */
export async function denyRights(folder: string, user: string, rights: readonly string[]): Promise<void> {
  const { denyRights: deny } = await import("./server-switches.ts");
  return deny(folder, user, rights);
}

/** Sets the language in which the servers word their messages. */
export async function setLanguage(folder: string, language: ServerLanguage): Promise<void> {
  const { setLanguage: set } = await import("./server-switches.ts");
  return set(folder, language);
}

/** Writes to a database as somebody at the site would. */
export async function writeToSite(folder: string, writes: SiteWrites): Promise<void> {
  const { writeToSite: write } = await import("./site-writes.ts");
  return write(folder, writes);
}

/** Every file below a folder with its SHA-256, size and date. */
export async function digestTree(folder: string): Promise<ReadonlyMap<string, FileDigest>> {
  const { digestTree: digest } = await import("./digest.ts");
  return digest(folder);
}

/** Every table of a database file with a digest of its rows. */
export async function dumpDatabase(mdfFile: string): Promise<ReadonlyMap<string, TableDigest>> {
  const { dumpDatabase: dump } = await import("./digest.ts");
  return dump(mdfFile);
}
