import { absent, known } from "../../base/fact.ts";
import { match } from "../../base/fact.ts";
import { day, formatDuration } from "../../base/instant.ts";
import type { DurationMs } from "../../base/instant.ts";
import { updatePackages, updateStates } from "../../outside/site/site-updates.ts";
import type { Question } from "../../model/question.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

/** How old a held point may be: what came since would be lost with the site. */
const heldForUpdateMs: DurationMs = 7 * day;

/** The update that is about to be installed, by its name. */
const pendingUpdate: Question<string> = {
  name: "pending-update",
  doing: "look for updates of the site",
  query: `SELECT Name AS name, FullVersion AS version FROM dbo.CM_UpdatePackages
WHERE State IN (${Object.values(updateStates.values).join(", ")}) ORDER BY FullVersion DESC;`,
  parameters: [],
  reads: [updatePackages],
  answers: { name: "text", version: "text or NULL" },
  read: ([first]) => {
    const { name, version } = first ?? {};
    if (name === undefined) return absent;
    return known(version === undefined ? name : `${name} (${version})`);
  },
};

/**
 * An update changes database, files and predefined reports at once, and can't be taken back: a point of
 * before it has to stay until somebody has seen that the site works.
 */
export const siteUpdatePending = siteHazard({
  code: "site-update-pending",
  hazard: "an update of the site without a held point of before it",
  source: "M, updates and servicing; K",
  seenIn: "site",
  readIn: "`CM_UpdatePackages`",
  accepted: "as it is",
  asks: { pendingUpdate },
  judge({ policy, where, now, heldPoints }, answers) {
    const isHeld = heldPoints.some((due) => due >= now - heldForUpdateMs);
    const { code } = policy.site;
    const tell = (update: string) =>
      risk("site-update-pending", {
        where,
        message: `${update} is ready to be installed at ${code}, and no point of the last ${formatDuration(heldForUpdateMs)} is held: after an update nothing leads back but a recovery.`,
        names: [update],
        hint: `Run \`sitekeep capture ${code} --hold 'before the update'\`; or hold the newest point, where that is new enough: \`sitekeep snapshots hold ${code}/NAME_OF_A_SOURCE --because 'before the update'\`.`,
      });
    return match(answers.pendingUpdate, {
      known: (update) => (isHeld ? [] : [tell(update)]),
      unknown: isHeld ? nothing : notJudged,
      absent: nothing,
    });
  },
});
