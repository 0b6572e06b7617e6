import type { Problem, Severity } from "../../base/problem.ts";
import type { ProblemCode } from "../../base/problem-codes.ts";
import { codeFrame } from "./code-frame.ts";
import { whereOf } from "./text-file.ts";
import { isPlace, type Origin, type Place } from "./written.ts";

/** What is wrong and what to do about it; where it is comes beside it. */
export interface Complaint {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint: string;
  readonly severity?: Severity;
  /** Text that the frame must not show. */
  readonly hide?: Origin;
}

/** Makes a problem that points at a place in a file. */
export function problemAt(place: Place, complaint: Complaint): Problem {
  const { hide, severity = "error", code, message, hint } = complaint;
  const hidden = hide !== undefined && isPlace(hide) ? hide : undefined;
  return { code, severity, message, where: whereOf(place), hint, frame: codeFrame(place, hidden) };
}

/**
 * The place of the first origin that is one; defaults have none, so the last one given should be a document.
 */
export function placeOf(...origins: readonly (Origin | undefined)[]): Place {
  const place = origins.find((it) => it !== undefined && isPlace(it));
  if (place === undefined) throw new Error("Impossible: a problem about nothing that was written.");
  return place as Place;
}
