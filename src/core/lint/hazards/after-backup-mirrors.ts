import { siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";
import type { Problem } from "../../base/problem.ts";
import { siteFilesLook } from "../../model/facts/site-files.ts";

export const afterBackupMirrors = siteHazard({
  code: "after-backup-mirrors",
  hazard: "a mirroring AfterBackup.bat",
  source: "M, backup; K",
  seenIn: "site",
  readIn: "install folder",
  accepted: "as it is",
  asks: {},
  judge: ({ policy, factsOf, placeOf }) =>
    policy.sources.flatMap((source) => {
      if (source.kind !== "site-files") return [];
      if (siteFilesLook.get(factsOf(source.name), "afterBackup")?.mirrors !== true) return [];
      return mirrorsRisk(placeOf(source.name), source.name);
    }),
});

/** The risk that the script behind the task, or the one that ours has run first, mirrors its folder. */
export function mirrorsRisk(where: string, found: string): Problem {
  return risk("after-backup-mirrors", {
    where,
    message:
      "AfterBackup.bat mirrors the task's folder (/MIR or /PURGE): after a run that left half a set, or none, the archive is made the same.",
    names: ["AfterBackup.bat", found],
    hint: "Copy each set into a folder of its own, or let a source of kind task-backup keep the sets and remove the script.",
  });
}
