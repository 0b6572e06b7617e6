import { isDrivePath } from "../../base/windows-place.ts";
import { policyHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

/** With a passive server the library is on a share: a drive holds a copy that nobody keeps up. */
export const libraryOnOneServer = policyHazard({
  code: "library-on-one-server",
  hazard: "library on a drive of a site with a passive server",
  source: "M, remote content library",
  seenIn: "policy",
  accepted: "as it is",
  asks: {},
  judge({ site, sources }) {
    if (site.servers.length < 2) return [];
    return sources.flatMap((source) => {
      if (source.kind !== "content-library") return [];
      const { name, folders, on } = source;
      const local = on === undefined ? folders.find(isDrivePath) : undefined;
      if (local === undefined) return [];
      const problem = risk("library-on-one-server", {
        where: `${site.code}/${name}`,
        message: `The site has ${site.servers.length} servers, and the content library is captured from ${local}, a drive of one of them: with a passive server the library in use is on a share.`,
        names: [name, local],
        hint: "Name the share of the library in `folders`, or leave `folders` out and let the registry tell.",
      });
      return { problem, keys: ["sources", name, "folders"] };
    });
  },
});
