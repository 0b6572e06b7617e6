import { second } from "../../core/base/instant.ts";
import { withRetries } from "../session/retry.ts";
import type { Session } from "../session/session.ts";
import type { StepSetting } from "./site-run.ts";

/** Does the work of a step, again when it failed for a reason that often passes; each wait is noted. */
export function tryAgain<Result>(
  { world, signal }: Session,
  { note }: StepSetting,
  work: (attempt: number) => Promise<Result>,
): Promise<Result> {
  return withRetries(world, signal, work, (waitMs, why) =>
    note(`${why} Trying again in ${waitMs / second} s.`),
  );
}
