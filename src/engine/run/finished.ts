import type { Outcome } from "../../core/model/outcome.ts";
import type { SiteRun } from "./site-run.ts";

/** What became of an action, before it is named and dated. */
export type Finished = Omit<Outcome, "site" | "action" | "title" | "startedAt" | "finishedAt">;

/** A forget that is not done now. */
export function heldBack(site: SiteRun, reason: string): Finished {
  return {
    result: "held-back",
    problem: {
      code: "forget-held-back",
      severity: "risk",
      message: `Nothing was forgotten: ${reason}.`,
      where: site.plan.site,
      hint: "Mend that; the next run forgets what is due then.",
    },
  };
}
