import type { OutsideFact, Witness } from "./outside-fact.ts";

/** Numbers, or letters, by what they mean. */
type Meanings = Readonly<Record<string, number | string>>;

/** The numbers that a column holds, by what they mean to sitekeep. */
export interface Numbers<Values extends Meanings = Meanings> {
  /** `dbo.ServerData.SiteStatus`. */
  readonly of: string;
  readonly values: Values;
  /** The column holds other numbers too, which mean nothing to sitekeep. */
  readonly isOpen?: true;
  readonly witnesses: readonly Witness[];
  readonly confidence: number;
  readonly otherwise: string;
}

/** An enumeration as it is written down: the compiler keeps its names. */
export function numbers<const Values extends Meanings>(written: Numbers<Values>): Numbers<Values> {
  return written;
}

/** What a number means; `undefined` for one that nobody explains. */
export function meaningOf<Values extends Meanings>(
  { values }: Numbers<Values>,
  number: number | string | undefined,
): (keyof Values & string) | undefined {
  return Object.keys(values).find((it) => values[it] === number);
}

/** Each number as a fact. */
export function factsOfNumbers({
  of,
  values,
  witnesses,
  confidence,
  otherwise,
}: Numbers): readonly OutsideFact[] {
  return Object.entries(values).map(([meaning, number]) => ({
    id: `${of} = ${number}`,
    kind: "number",
    says: meaning,
    witnesses,
    confidence,
    otherwise,
  }));
}
