import { formatMinute } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import { backupFacts } from "../../model/facts/backup.ts";
import { reportingServerCapture, reportingServerLook } from "../../model/facts/reporting-server.ts";
import { siteDatabaseLook } from "../../model/facts/site-database.ts";
import { factsOf } from "../../model/observation.ts";
import type { Source } from "../../model/policy/source.ts";
import type { RecoveryPoint } from "../../model/repository/snapshot.ts";
import { aboutSite } from "../../model/site-subject.ts";
import { heldBy } from "../points/held-points.ts";
import type { Survey } from "../survey/survey.ts";

/** Reports that a message names. */
const namedMax = 5;

/**
 * Reports that are others since an update of the site than in the point that was held before it: an update
 * lays predefined reports over what somebody has changed in them. Told until the point is released.
 */
export function changedReportRisks(survey: Survey): readonly Problem[] {
  const { policy } = survey;
  return policy.sources
    .filter((source) => source.kind === "reporting-server")
    .flatMap((source) => {
      const before = pointBeforeUpdate(survey, source);
      const changed = before === undefined ? [] : changedSince(survey, source, before);
      return before === undefined || changed.length === 0
        ? []
        : [tell(policy.site.code, source, { before, changed })];
    });
}

/** The newest held point that holds the reports, and a database of another version than the site has now. */
function pointBeforeUpdate({ policy, observed, present, database }: Survey, { name }: Source) {
  const now = database && siteDatabaseLook.get(factsOf(observed, database.name), "siteVersion");
  if (now === undefined) return undefined;
  const held = heldBy(observed.holds?.living ?? [], observed.snapshots);
  return present.findLast((point) => {
    const versions = point.snapshots.flatMap((it) => backupFacts.get(it.facts, "siteVersion") ?? []);
    const isOfBefore = versions.length > 0 && versions.every((it) => it !== now);
    const hasReports = point.snapshots.some((it) => it.source === name);
    return isOfBefore && hasReports && held({ site: policy.site.code, due: point.due }).length > 0;
  });
}

function changedSince({ observed }: Survey, { name }: Source, before: RecoveryPoint): readonly string[] {
  const last = before.snapshots.findLast((it) => it.source === name);
  const then = last && reportingServerCapture.get(last.facts, "reports");
  const now = reportingServerLook.get(factsOf(observed, name), "reports");
  if (then === undefined || now === undefined) return [];
  return Object.entries(then).flatMap(([path, modified]) => (now[path] === modified ? [] : [path]));
}

function tell(
  site: string,
  { name }: Source,
  { before, changed }: { readonly before: RecoveryPoint; readonly changed: readonly string[] },
): Problem {
  const others = changed.length - namedMax;
  const named = `${changed.slice(0, namedMax).join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
  return {
    code: "reports-changed",
    severity: "risk",
    message: `${site} was updated since the held point of ${formatMinute(before.due)}, and reports are others now, or gone: ${named}.`,
    where: `${site}/${name}`,
    hint: `What somebody had changed in them is in that point: restore its catalogue beside the new one with \`sitekeep restore ${site}/${name} --database …\`, and compare. Once that is done, \`sitekeep snapshots release\` ends the hold, and this with it.`,
    about: aboutSite({ kind: "hazard", names: [site, ...changed] }),
  };
}
