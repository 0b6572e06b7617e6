import { labAt } from "./create-lab.ts";
import { LabError } from "./lab-error.ts";
import { readState, updateState } from "./lab-state.ts";
import { rightNames } from "./sql/permissions.ts";
import type { ServerLanguage } from "./sql/server-settings.ts";

/** Rights on one thing, beside those by name alone. */
const ofOneThing = [
  /^SELECT ON (\w+\.)?dbo\.\w+$/i,
  /^CONNECT \w+$/i,
  /^BACKUP DATABASE ON DATABASE::\w+$/i,
  /^(VIEW DEFINITION|CONTROL) ON CERTIFICATE::\w+$/i,
];

/**
 * Strips a login of rights, in place of those that it was stripped of before; none gives it back everything.
 * Each is named as DENY names it: `VIEW DEFINITION`, `SELECT ON dbo.ServerData`, `CONNECT msdb`.
 */
export function denyRights(folder: string, user: string, rights: readonly string[]): void {
  const lab = labAt(folder);
  const unknown = rights.filter((it) => !isKnown(it));
  if (unknown.length > 0) throw new LabError(`The lab knows no right ${unknown.join(", ")}.`);
  updateState(lab, { denied: { ...readState(lab).denied, [user]: rights } });
}

function isKnown(right: string): boolean {
  return rightNames.includes(right.toUpperCase()) || ofOneThing.some((it) => it.test(right));
}

/** Sets the language in which the servers of a lab word their messages. */
export function setLanguage(folder: string, language: ServerLanguage): void {
  updateState(labAt(folder), { language });
}
