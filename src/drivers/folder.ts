import type { Folder } from "../core/model/policy/source.ts";
import type { Driver } from "./driver.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { observing } from "./parts/observing.ts";
import { idlePatterns } from "./parts/idle-patterns.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf } from "./parts/session/sql-session.ts";
import { folderCapture } from "../core/model/facts/folder.ts";

/** Any folder: scripts, configuration, what a team keeps beside its site. */
export const folder: Driver<Folder> = {
  observe: ({ source, site }, means) =>
    observing(async () => {
      await lookAtFolder(
        { path: source.root, what: "The folder", where: placeOf(site, source), on: source.on },
        means,
      );
      return { facts: {} };
    }),

  async capture({ source, site }, means, sink) {
    const asOf = means.now();
    const { root, on, include, exclude } = source;
    const request = { folder: means.localPath(root, on), shown: root, prefix: "", what: "The folder" };
    const filtered = { ...request, where: placeOf(site, source), include, exclude };
    const { files, problems, idle } = await offerTree(filtered, sink, means);
    const told = [...problems, ...idlePatterns(idle, source, filtered.where)];
    return { mode: "full", asOf, facts: folderCapture.write({ root, files }), problems: told };
  },
};
