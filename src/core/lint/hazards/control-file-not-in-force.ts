import { formatMinute, isInstant } from "../../base/instant.ts";
import { isJsonObject } from "../../base/json.ts";
import { siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

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
      const facts = source.kind === "site-files" ? factsOf(source.name)["controlFile"] : undefined;
      if (!isJsonObject(facts)) return [];
      const { editedAt, writerStartedAt } = facts;
      if (!isInstant(editedAt) || !isInstant(writerStartedAt) || editedAt <= writerStartedAt) return [];
      return risk("control-file-not-in-force", {
        where: placeOf(source.name),
        message: `smsbkup.ctl was edited at ${formatMinute(editedAt)}, and the SMS writer runs since ${formatMinute(writerStartedAt)}: the backup task still does what the file said before.`,
        names: ["smsbkup.ctl", source.name],
        hint: "Restart the service SMS_SITE_VSS_WRITER. Check the edit first: a broken [Tokens] section has made the task delete elsewhere.",
      });
    }),
});
