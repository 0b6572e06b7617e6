import { isOnMachine, placeOfPath } from "../../base/windows-place.ts";
import { policyHazard } from "../parts/hazard.ts";
import { machinesOf, repositoriesOf } from "../parts/places.ts";
import { risk } from "../parts/risk.ts";

/** Whether the repository would be lost together with the site. A copy at another place makes up for it. */
export const repositoryBesideSite = policyHazard({
  code: "repository-beside-site",
  hazard: "repository on the site's own machines, without copies elsewhere",
  source: "K",
  seenIn: "policy",
  accepted: "as it is",
  asks: {},
  judge(policy) {
    const { name, location } = policy.repository;
    const machines = machinesOf(policy);
    const isHere = (folder: string) => machines !== undefined && isOnMachine(folder, machines);
    if (!repositoriesOf(policy).every((it) => isHere(it.location.folder))) return [];
    const same = placeOfPath(location.folder)?.drive === placeOfPath(policy.site.installFolder)?.drive;
    const problem = risk("repository-beside-site", {
      where: policy.where,
      message: `The repository ${name} lies on ${same ? "the volume of the site itself" : "the site's own machines"} (${location.folder}): what destroys the site takes every point with it.`,
      names: [name, location.folder],
      hint: "Put the repository on another machine, or give it `copies` in a repository that is there.",
    });
    return [{ problem, keys: ["repository"] }];
  },
});
