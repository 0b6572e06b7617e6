import { unknown } from "../base/fact.ts";
import type { Fact } from "../base/fact.ts";
import type { Json } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import type { Right } from "../outside/facts/right.ts";
import type { Statement } from "../outside/facts/statement.ts";
import type { ResolvedPolicy } from "./policy/resolved-policy.ts";
import type { SiteLook } from "./site-look.ts";

/**
 * One thing that lint asks a site's database, with a statement of its own: what fails here takes nothing else
 * with it, and no capture rests on it. A value of another shape is another question, with another name.
 */
export interface Question<Value extends Json = Json> extends Statement {
  /** The site's code, and the database's name. */
  readonly parameters: readonly ("siteCode" | "database")[];
  /** Statements for the same, asked in turn where the names are not there, or nothing is found. */
  readonly otherwise?: readonly Statement[];
  /** Whether a policy's site is asked at all. Absent: always. */
  isAsked?(policy: ResolvedPolicy): boolean;
  /** What the rows tell. `hidden` where they may be there and not shown to the login. */
  read(rows: readonly Row[]): Fact<Value> | Hidden;
}

/** An answer with the cells as text; NULL is an absent cell. */
export type Row = Readonly<Record<string, string | undefined>>;

/** No row came, and that proves nothing: with this statement the login would be shown what there is. */
export interface Hidden {
  readonly is: "hidden";
  /** What may be there: `the endpoint of Service Broker`. */
  readonly what: string;
  /** The right with which it would be shown. */
  readonly right: Right;
}

/** A look at a site that could not be asked these questions. */
export function unanswered(questions: readonly Question[], why: Problem): SiteLook {
  return Object.fromEntries(questions.map(({ name }) => [name, unknown(why)]));
}
