/** Who tells a fact: Microsoft's documentation or code, the community's, or a run that somebody recorded. */
export interface Witness {
  readonly by: "Microsoft" | "community" | "recorded";
  /** The document or the program that shows it, so that it can be looked up again. */
  readonly title: string;
  /** The document's own date, or that of the run, where it has one. */
  readonly dated?: string;
}

/** What sort of thing a fact is about. */
export type FactKind =
  | "object"
  | "column"
  | "number"
  | "function"
  | "built-in"
  | "property"
  | "error number"
  | "message id"
  | "file name"
  | "setting"
  | "log line"
  | "layout"
  | "registry path"
  | "account"
  | "option"
  | "exit code"
  | "WMI";

/**
 * Something of a product that is not ours, on which sitekeep relies: a column's name, a number's meaning, a
 * file's place. Each stands here once; statements and parsers take it from here, docs/outside-facts.md tells
 * all of them, and `sitekeep selftest` asks a real site.
 */
export interface OutsideFact {
  /** `dbo.ServerData.SiteStatus`: unlike any other fact's. */
  readonly id: string;
  readonly kind: FactKind;
  /** What is taken to be so. */
  readonly says: string;
  /** The versions of the product that it holds for. Absent: all that are supported. */
  readonly versions?: string;
  /** Who tells it. None: it is a belief. */
  readonly witnesses: readonly Witness[];
  /** How sure we are, in percent. */
  readonly confidence: number;
  /** What sitekeep does where it is otherwise. */
  readonly otherwise: string;
}

/** A fact that nobody whom one could ask tells. */
export function isBelief({ witnesses }: OutsideFact): boolean {
  return witnesses.length === 0;
}
