import type { Problem } from "../../base/problem.ts";
import type { AcceptableRisk } from "../../model/policy/acceptance.ts";
import { aboutSite } from "../../model/site-subject.ts";

/** What is said of a hazard. */
interface Said {
  readonly where: string;
  readonly message: string;
  /**
   * Everything that the message names: databases, paths, servers, settings. An acceptance is looked for among
   * them, and two risks of one code that name the same are one.
   */
  readonly names: readonly string[];
  readonly hint: string;
}

/** What lint finds is a risk that a policy may accept, and never stops anything. */
export function risk(code: AcceptableRisk, { names, ...said }: Said): Problem {
  return { code, severity: "risk", ...said, about: aboutSite({ kind: "hazard", names }) };
}

/** One risk for several things, each of which can be accepted by itself. */
export interface JointRisk {
  readonly things: readonly string[];
  /** The risk that these of the things are. */
  tell(things: readonly string[]): Problem;
}

export type Finding = Problem | JointRisk;
