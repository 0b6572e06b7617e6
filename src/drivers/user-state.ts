import { given } from "../core/base/given.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { UserState } from "../core/model/policy/source.ts";
import { aboutMachine } from "../core/base/subject.ts";
import { roleLists, roleListView, roleNames, roleView } from "../core/outside/site/site-definition.ts";
import type { Statement } from "../core/outside/facts/statement.ts";
import { textCell } from "./access/sql/sql-row.ts";
import { administrativeShare, cutPath, snapshotPath } from "./access/files/windows-path.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { ask, type Asking } from "./parts/session/ask.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { offerNothingFound } from "./parts/offer-json.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf, withSql } from "./parts/session/sql-session.ts";
import { userStateCapture, userStateLook } from "../core/model/facts/user-state.ts";

const stateRole = roleNames.values["state-migration-point"];

/** The store folders of every state migration point. They must come back to the same places. */
export const userState: Driver<UserState> = {
  observe: (request, means) =>
    observing(async () => {
      const where = placeOf(request.site, request.source);
      const { folders, problems } = await findFolders(request, means);
      const risks: Problem[] = [...problems];
      for (const { path, on } of folders)
        await tolerating(risks, async () => {
          await lookAtFolder({ path, on, what: "The state migration folder", where }, means);
        });
      return { facts: userStateLook.write({ folders: folders.map(shownFolder) }), risks };
    }),

  async capture(request, means, sink) {
    const asOf = means.now();
    const where = placeOf(request.site, request.source);
    const { folders, problems: unread } = await findFolders(request, means);
    const problems: Problem[] = [...unread];
    let captured = 0;
    for (const it of folders) {
      await tolerating(problems, async () => {
        const shown = shownFolder(it);
        const folder = means.localPath(it.path, it.on);
        const prefix = it.on === undefined ? snapshotPath(it.path) : `${it.on}/${snapshotPath(it.path)}`;
        const tree = { folder, shown, prefix, what: "The state migration folder", where };
        problems.push(...(await offerTree(tree, sink, means)).problems);
        captured++;
      });
    }
    if (captured === 0 && problems[0]) throw new ProblemError({ ...problems[0], severity: "error" });
    if (captured === 0) await offerNothingFound(sink, { role: stateRole }, asOf);
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

interface Found {
  readonly folders: readonly StoreFolder[];
  /** What could not be learnt of the site's own list. */
  readonly problems: readonly Problem[];
}

async function findFolders({ source, site }: ObserveRequest<UserState>, means: Means): Promise<Found> {
  const where = placeOf(site, source);
  const discovered = source.discover
    ? await discover({ database: source.database, where }, site.code, means)
    : { folders: [], problems: [] };
  const named = source.folders.map((path) => ({ path, ...given({ on: source.on }) }));
  const all = [...discovered.folders, ...named].filter(({ path }) => cutPath(path) !== undefined);
  const byPlace = new Map(all.map((folder) => [shownFolder(folder).toLowerCase(), folder]));
  const { problems } = discovered;
  // With no folder to look at, what could not be read is all that there is to tell.
  if (byPlace.size === 0 && problems[0]) throw new ProblemError({ ...problems[0], severity: "error" });
  return { folders: [...byPlace.values()], problems };
}

const folderList = roleLists.values["folders of a state migration point"];

/** Lists of a role's settings are in a view of their own, a row for each item. */
const directories: Statement = {
  name: "state-folders",
  doing: "list the folders of state migration points",
  query: `SELECT r.ServerName AS server, p.Value AS value
FROM dbo.vSMS_SC_SysResUse AS r
INNER JOIN dbo.vSMS_SC_SysResUse_PropertyLists AS p ON p.ID = r.ID
WHERE r.SiteCode = @siteCode AND r.RoleName = N'${stateRole}' AND p.Name = N'${folderList}';`,
  parameters: ["siteCode"],
  reads: [roleView, roleListView],
  answers: { server: "text", value: "text or NULL" },
};

async function discover(task: Asking["task"], siteCode: string, means: Means): Promise<Found> {
  const rows = await withSql(means, { ...task, doing: directories.doing }, (sql) =>
    ask(sql, directories, { task, values: { siteCode } }),
  );
  if (rows.is === "unknown") return { folders: [], problems: [{ ...rows.why, severity: "risk" }] };
  const folders: StoreFolder[] = [];
  const problems: Problem[] = [];
  for (const row of rows.is === "known" ? rows.value : []) {
    const value = textCell(row, "value")?.trim() ?? "";
    const on = textCell(row, "server")?.replace(/^\\+/, "");
    const path = pathOfDirectory(value);
    if (path !== undefined && cutPath(path)) folders.push({ path, ...given({ on }) });
    else if (value !== "") problems.push(notUnderstood(value, on ?? siteCode, task.where));
  }
  return { folders, problems };
}

/**
 * The path in one item of `Directories`: of `Directory=D:\USMT1;MaxClients=100;MinDiskSpace=10;` the pair of
 * that name, else the first, with or without its name.
 */
export function pathOfDirectory(value: string): string | undefined {
  const pairs = value.split(";").map((it) => it.trim());
  const pair = pairs.find((it) => /^directory\s*=/i.test(it)) ?? pairs[0]!;
  const path = pair.slice(pair.indexOf("=") + 1).trim();
  return path === "" ? undefined : path;
}

function notUnderstood(value: string, server: string, where: string): Problem {
  return {
    code: "site-shape-unknown",
    severity: "risk",
    message: `A folder of the state migration point ${server} is written in a way that is not understood: ${value}`,
    where,
    hint: "Name the folder in the policy, under `folders`; the report of `sitekeep selftest` helps to mend it.",
    about: aboutMachine({ kind: "file", path: value, on: server }),
  };
}
