import { isOnMachine, placeOfPath } from "../../base/windows-place.ts";
import { pathOf, titleOf, type Location } from "../../model/policy/location.ts";
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
    if (machines === undefined || !repositoriesOf(policy).every((it) => isBeside(it.location, machines)))
      return [];
    const same = driveOf(pathOf(location)) === driveOf(policy.site.installFolder);
    const problem = risk("repository-beside-site", {
      where: policy.where,
      message: `The repository ${name} lies on ${same ? "the volume of the site itself" : "the site's own machines"} (${titleOf(location)}): what destroys the site takes every point with it.`,
      names: [name, titleOf(location)],
      hint: "Put the repository on another machine, or give it `copies` in a repository that is there.",
    });
    return [{ problem, keys: ["repository"] }];
  },
});

/** Whether a place is lost together with one of the machines. What lies on no machine never is. */
function isBeside(location: Location, machines: readonly string[]): boolean {
  const path = pathOf(location);
  return path !== undefined && isOnMachine(path, machines);
}

function driveOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : placeOfPath(path)?.drive;
}
