import type { Problem } from "../../base/problem.ts";
import type { AcceptableRisk } from "../../model/policy/acceptance.ts";

/** What is said of a hazard. */
interface Said {
  readonly where: string;
  readonly message: string;
  /** Everything that the message names: databases, paths, servers, settings. */
  readonly names?: readonly string[];
  readonly hint: string;
}

/** What lint finds is a risk that a policy may accept, and never stops anything. */
export function risk(code: AcceptableRisk, { where, message, hint }: Said): Problem {
  return { code, severity: "risk", where, message, hint };
}

/** One risk for several things, each of which can be accepted by itself. */
export interface JointRisk {
  readonly things: readonly string[];
  /** The risk that these of the things are. */
  tell(things: readonly string[]): Problem;
}

export type Finding = Problem | JointRisk;
