import { isOnMachine } from "../../base/windows-place.ts";
import { policyHazard } from "../parts/hazard.ts";
import { repositoriesOf } from "../parts/places.ts";
import { risk } from "../parts/risk.ts";

/**
 * Repositories that nothing would open any more. For `validate` alone: once a repository can be asked, what
 * counts is whether a second key was proven, and not where the first one lies.
 */
export const keyBesideSite = policyHazard({
  code: "key-beside-site",
  hazard: "all known keys on the site server (`validate` only)",
  source: "K",
  seenIn: "validation",
  accepted: "as it is",
  asks: {},
  judge(policy) {
    const { servers } = policy.site;
    if (servers.length === 0) return [];
    return repositoriesOf(policy)
      .filter(({ keys }) => keys.length > 0)
      .filter(({ keys }) => keys.every((key) => key.as === "key-file" && isOnMachine(key.file, servers)))
      .map(({ name }) => {
        const problem = risk("key-beside-site", {
          where: policy.where,
          message: `Every key of the repository ${name} that the policies name is a file on the site server: without that machine nothing can be opened.`,
          names: [name],
          hint: "Make a second key with `sitekeep repo keys add`, keep it elsewhere, and name it in `keys` as a password or on a share.",
        });
        return { problem, keys: ["repository"] };
      });
  },
});
