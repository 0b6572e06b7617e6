import type { FactKind } from "./facts/outside-fact.ts";

/**
 * Kinds of facts that a real site can't be asked for by a look that changes nothing, each with the reason. A
 * fact of such a kind may be asked for all the same, where a look happens to show it.
 */
export const notAskedHere = {
  "error number": "SQL Server shows an error by making it",
  account: "a server shows which account logs in when it does",
  option: "a tool or a statement shows what it takes when it runs",
  "exit code": "a tool shows how it ends when it runs",
  "built-in": "the server shows it where it is called",
  WMI: "a report server shows it when its encryption key is captured",
  property: "no server tells it of itself",
  layout: "no server shows how its files are laid out: they show it when a source reads them",
} as const satisfies Readonly<Partial<Record<FactKind, string>>>;

/** Why a fact that nobody has asked for was not. */
export function whyNotAsked(kind: FactKind): string {
  const reasons: Readonly<Partial<Record<FactKind, string>>> = notAskedHere;
  return reasons[kind] ?? "the place where it would be seen is not known";
}
