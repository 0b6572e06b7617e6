import { placeOfPath } from "../../base/windows-place.ts";
import { destinationsOf } from "../parts/destinations.ts";
import { policyHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

export const taskDestinationOneServer = policyHazard({
  code: "task-destination-one-server",
  hazard: "destination on a drive of a site with a passive server",
  source: "M, site server high availability",
  seenIn: "policy",
  accepted: "as it is",
  asks: {},
  judge: (policy, seen) =>
    destinationsOf(policy, seen?.observed).flatMap(({ path, where, keys, part }) => {
      const place = placeOfPath(path);
      if (policy.site.servers.length < 2 || part === "database" || place?.drive === undefined) return [];
      if (place.host !== undefined) return [];
      const problem = risk("task-destination-one-server", {
        where,
        message: `The backup task writes to ${path}, a drive of whichever server is active: after a change of roles the sets lie on two machines.`,
        names: [path],
        hint: "Use a share for both servers, and give both computer accounts the right to change files there.",
      });
      return { problem, keys };
    }),
});
