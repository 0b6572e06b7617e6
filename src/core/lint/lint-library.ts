import type { JsonObject } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import type { PolicyRisk } from "../model/policy/policy-risk.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { ContentLibrary } from "../model/policy/source.ts";
import { risk } from "./risk.ts";
import { isSamePath, placeOfPath } from "../base/windows-place.ts";

/** With a passive server the library is on a share: a drive holds a copy that nobody keeps up. */
export function lintLibraryPlace({ site, sources }: ResolvedPolicy): readonly PolicyRisk[] {
  if (site.servers.length < 2) return [];
  return libraries(sources).flatMap(({ name, folders, on }) => {
    const local = on === undefined ? folders.find((it) => isDrive(it)) : undefined;
    if (local === undefined) return [];
    const problem = risk("library-on-one-server", {
      where: `${site.code}/${name}`,
      message: `The site has ${site.servers.length} servers, and the content library is captured from ${local}, a drive of one of them: with a passive server the library in use is on a share.`,
      hint: "Name the share of the library in `folders`, or leave `folders` out and let the registry tell.",
    });
    return { problem, keys: ["sources", name, "folders"] };
  });
}

/** A move to a remote library leaves the old one where it was. */
export function lintLibraryInUse(
  { site, sources }: ResolvedPolicy,
  factsOf: (source: string) => JsonObject,
): readonly Problem[] {
  return libraries(sources).flatMap(({ name, folders, discover }) => {
    const inUse = factsOf(name)["inUse"];
    if (discover || typeof inUse !== "string" || folders.some((it) => isSamePath(it, inUse))) return [];
    // Whether a share leads to a drive's folder can't be told by its name.
    if (isDrive(inUse) && !folders.every(isDrive)) return [];
    return risk("library-not-in-use", {
      where: `${site.code}/${name}`,
      message: `The site uses the content library in ${inUse}, and the policy captures ${folders.join(", ")}: what is there may be the stale copy that a move left behind.`,
      hint: `Name ${inUse} in \`folders\`, or leave \`folders\` out and let the registry tell.`,
    });
  });
}

function libraries(sources: ResolvedPolicy["sources"]): readonly ContentLibrary[] {
  return sources.filter((it) => it.kind === "content-library");
}

function isDrive(path: string): boolean {
  const place = placeOfPath(path);
  return place?.drive !== undefined && place.host === undefined;
}
