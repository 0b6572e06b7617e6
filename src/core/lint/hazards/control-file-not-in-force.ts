import { formatMinute } from "../../base/instant.ts";
import { siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";
import { siteFilesLook } from "../../model/facts/site-files.ts";

export const controlFileNotInForce = siteHazard({
  code: "control-file-not-in-force",
  hazard: "control file edited after the writer's start",
  source: "M, backup",
  seenIn: "site",
  readIn: "`smsbkup.ctl`, `smswriter.log`",
  accepted: "as it is",
  asks: {},
  judge: ({ policy, factsOf, placeOf }) =>
    policy.sources.flatMap((source) => {
      if (source.kind !== "site-files") return [];
      const { editedAt, writerStartedAt } = siteFilesLook.get(factsOf(source.name), "controlFile") ?? {};
      if (editedAt === undefined || writerStartedAt === undefined || editedAt <= writerStartedAt) return [];
      return risk("control-file-not-in-force", {
        where: placeOf(source.name),
        message: `smsbkup.ctl was edited at ${formatMinute(editedAt)}, and the SMS writer runs since ${formatMinute(writerStartedAt)}: the backup task still does what the file said before.`,
        names: ["smsbkup.ctl", source.name],
        hint: "Restart the service SMS_SITE_VSS_WRITER. Check the edit first: a broken [Tokens] section has made the task delete elsewhere.",
      });
    }),
});
