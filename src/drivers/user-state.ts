import { given } from "../core/base/given.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { UserState } from "../core/model/policy/source.ts";
import { textCell } from "./access/sql/sql-row.ts";
import { administrativeShare, cutPath, snapshotPath } from "./access/files/windows-path.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { offerNothingFound } from "./parts/offer-json.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf, withSql } from "./parts/sql-session.ts";
import { userStateCapture, userStateLook } from "../core/model/facts/user-state.ts";

/** The store folders of every state migration point. They must come back to the same places. */
export const userState: Driver<UserState> = {
  observe: (request, means) =>
    observing(async () => {
      const where = placeOf(request.site, request.source);
      const folders = await findFolders(request, means);
      const risks: Problem[] = [];
      for (const { path, on } of folders)
        await tolerating(risks, async () => {
          await lookAtFolder({ path, on, what: "The state migration folder", where }, means);
        });
      return { facts: userStateLook.write({ folders: folders.map(shownFolder) }), risks };
    }),

  async capture(request, means, sink) {
    const asOf = means.now();
    const where = placeOf(request.site, request.source);
    const folders = await findFolders(request, means);
    const problems: Problem[] = [];
    let captured = 0;
    for (const it of folders) {
      await tolerating(problems, async () => {
        const shown = shownFolder(it);
        const folder = means.localPath(it.path, it.on);
        const prefix = it.on === undefined ? snapshotPath(it.path) : `${it.on}/${snapshotPath(it.path)}`;
        const tree = { folder, shown, prefix, what: "The state migration folder", where };
        problems.push(...(await offerTree(tree, sink, means.signal)).problems);
        captured++;
      });
    }
    if (captured === 0 && problems[0]) throw new ProblemError({ ...problems[0], severity: "error" });
    if (captured === 0) await offerNothingFound(sink, { role: stateMigrationRole }, asOf);
    const facts = userStateCapture.write({ folders: folders.map(shownFolder), captured });
    return { mode: "full", asOf, facts, problems };
  },
};

interface StoreFolder {
  readonly path: string;
  readonly on?: string;
}

function shownFolder({ path, on }: StoreFolder): string {
  return on === undefined ? path : administrativeShare(path, on);
}

async function findFolders(
  { source, site }: ObserveRequest<UserState>,
  means: Means,
): Promise<readonly StoreFolder[]> {
  const where = placeOf(site, source);
  const discovered = source.discover ? await discover(source, where, means) : [];
  const named = source.folders.map((path) => ({ path, ...given({ on: source.on }) }));
  const all = [...discovered, ...named].filter(({ path }) => cutPath(path) !== undefined);
  const byPlace = new Map(all.map((folder) => [shownFolder(folder).toLowerCase(), folder]));
  return [...byPlace.values()];
}

const stateMigrationRole = "SMS State Migration Point";

/**
 * Lists of values of a role are in a view of their own. Each `Directories` value is four pairs, of which the
 * first is the path: `path=D:\USMT1;clients=100;free=10;unit=3`. Column names from community sources: change
 * them here.
 */
const directoriesQuery = `SELECT r.ServerName AS server, p.Value AS value
FROM dbo.vSMS_SC_SysResUse AS r
INNER JOIN dbo.vSMS_SC_SysResUse_PropertyLists AS p ON p.ID = r.ID
WHERE r.RoleName = N'${stateMigrationRole}' AND p.Name = N'Directories';`;

async function discover(source: UserState, where: string, means: Means): Promise<readonly StoreFolder[]> {
  const task = { database: source.database, where, doing: "list the folders of state migration points" };
  const rows = await withSql(means, task, (sql) => sql.query(directoriesQuery));
  return rows.flatMap((row) => {
    const path = pathOfDirectory(textCell(row, "value") ?? "");
    const on = textCell(row, "server")?.replace(/^\\\\/, "");
    return path === undefined ? [] : [{ path, ...given({ on }) }];
  });
}

/** The path in one `Directories` value; with or without the name of the first pair. */
export function pathOfDirectory(value: string): string | undefined {
  const first = value.split(";")[0]!.trim();
  const path = first.slice(first.indexOf("=") + 1).trim();
  return path === "" ? undefined : path;
}
