import { day } from "../../base/instant.ts";
import type { DurationMs } from "../../base/instant.ts";
import { siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

/** What SQL Server sets when somebody turns change tracking on without saying a period. */
const byHandMs: DurationMs = 2 * day;

export const changeTrackingTwoDays = siteHazard({
  code: "change-tracking-two-days",
  hazard: "change tracking that was turned on by hand",
  source: "M, change tracking",
  seenIn: "site",
  readIn: "`sys.change_tracking_databases`",
  accepted: "as it is",
  asks: {},
  judge({ window, where }) {
    const read = [["the site database", window.own] as const, ...Object.entries(window.partners)];
    // What could not be read of the window is told by the window.
    const [whose] = read.flatMap(([name, facts]) =>
      "problem" in facts || facts.changeTracking !== "on" || facts.retentionMs !== byHandMs ? [] : [name],
    );
    if (whose === undefined) return [];
    return [
      risk("change-tracking-two-days", {
        where,
        message: `Change tracking of ${whose === "the site database" ? whose : `partner ${whose}`} keeps 2 days, which is what SQL Server sets when it is turned on by hand; ConfigMgr sets 5.`,
        names: [whose],
        hint: "Find out who turned it on and whether the site's triggers still work: run the Replication Link Analyzer, and leave the period to ConfigMgr.",
      }),
    ];
  },
});
