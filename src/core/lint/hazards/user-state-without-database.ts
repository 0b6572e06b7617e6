import { databaseSource } from "../../kinds/database-source.ts";
import { policyHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

/** The key of every migration store is in the site database. */
export const userStateWithoutDatabase = policyHazard({
  code: "user-state-without-database",
  hazard: "user states without the database that holds their keys",
  source: "M, state migration points",
  seenIn: "policy",
  accepted: "as it is",
  asks: {},
  judge(policy) {
    const { site, sources, where } = policy;
    const userState = sources.find((it) => it.kind === "user-state");
    if (databaseSource(policy) !== undefined || userState === undefined) return [];
    const problem = risk("user-state-without-database", {
      where,
      message: `The policy keeps user states of ${site.code} and not its database, which holds the keys that open them.`,
      names: [site.code, userState.name],
      hint: "Add the source `database: { kind: site-database }`.",
    });
    return [{ problem, keys: ["sources", userState.name, "kind"] }];
  },
});
