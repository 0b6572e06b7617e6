import { match } from "../../base/fact.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { availabilityGroup } from "../questions/availability-group.ts";
import { recoveryModel } from "../questions/recovery-model.ts";
import { risk } from "../parts/risk.ts";

export const availabilityGroupModel = siteHazard({
  code: "availability-group-model",
  hazard: "availability group without FULL",
  source: "M, SQL Server Always On",
  seenIn: "site",
  readIn: "`sys.databases`",
  accepted: "as it is",
  asks: { availabilityGroup, recoveryModel },
  judge({ where, databaseName }, answers) {
    const told = (model: string) =>
      risk("availability-group-model", {
        where,
        message: `${databaseName} is in an availability group and in the recovery model ${model}: a group needs FULL, and its replicas can't be kept up.`,
        names: [databaseName, model],
        hint: `ALTER DATABASE [${databaseName}] SET RECOVERY FULL; then a full backup, and \`log\` in the policy.`,
      });
    const judgeModel = () =>
      match(answers.recoveryModel, {
        known: (model) => (model === "FULL" ? [] : [told(model)]),
        unknown: notJudged,
        absent: nothing,
      });
    return match(answers.availabilityGroup, { known: judgeModel, unknown: notJudged, absent: nothing });
  },
});
