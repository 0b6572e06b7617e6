import { isDrivePath, isSamePath } from "../../base/windows-place.ts";
import { siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";
import { contentLibraryLook } from "../../model/facts/content-library.ts";

/** A move to a remote library leaves the old one where it was. */
export const libraryNotInUse = siteHazard({
  code: "library-not-in-use",
  hazard: "a stale content library",
  source: "M, remote content library",
  seenIn: "site",
  readIn: "registry of the site server",
  accepted: "as it is",
  asks: {},
  judge: ({ policy, factsOf, placeOf }) =>
    policy.sources.flatMap((source) => {
      if (source.kind !== "content-library" || source.discover) return [];
      const { name, folders } = source;
      const inUse = contentLibraryLook.get(factsOf(name), "inUse");
      if (inUse === undefined || folders.some((it) => isSamePath(it, inUse))) return [];
      // Whether a share leads to a drive's folder can't be told by its name.
      if (isDrivePath(inUse) && !folders.every(isDrivePath)) return [];
      return risk("library-not-in-use", {
        where: placeOf(name),
        message: `The site uses the content library in ${inUse}, and the policy captures ${folders.join(", ")}: what is there may be the stale copy that a move left behind.`,
        names: [name, inUse, ...folders],
        hint: `Name ${inUse} in \`folders\`, or leave \`folders\` out and let the registry tell.`,
      });
    }),
});
