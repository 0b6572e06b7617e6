import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { PackageSources } from "../core/model/policy/source.ts";
import { textCell } from "./access/sql/sql-row.ts";
import { compileGlobs } from "./access/files/glob.ts";
import { cutPath, isWithin, snapshotPath } from "./access/files/windows-path.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { offerJson } from "./parts/offer-json.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf, withSql } from "./parts/sql-session.ts";
import { aboutMachine } from "../core/base/subject.ts";
import { packageSourcesCapture, packageSourcesLook } from "../core/model/facts/package-sources.ts";

/** Source folders of packages and applications, each under its own name. */
export const packageSources: Driver<PackageSources> = {
  observe: (request, means) =>
    observing(async () => {
      const { folders, problems } = await findFolders(request, means);
      const missing = await lookAtFolders(folders, request, means);
      return {
        facts: packageSourcesLook.write({ folders: folders.length }),
        risks: [...problems, ...missing],
      };
    }),

  async capture(request, means, sink) {
    const { source, site } = request;
    const asOf = means.now();
    const where = placeOf(site, source);
    const found = await findFolders(request, means);
    const problems: Problem[] = [...found.problems];
    let captured = 0;
    for (const { path, users } of found.folders) {
      await tolerating(problems, async () => {
        const shown = path;
        const tree = {
          folder: means.localPath(path, source.on),
          shown,
          prefix: snapshotPath(path),
          what: titleOf(users),
          where,
        };
        problems.push(
          ...(await offerTree({ ...tree, exclude: source.exclude }, sink, means.signal)).problems,
        );
        captured++;
      });
    }
    if (captured === 0 && problems[0]) throw new ProblemError({ ...problems[0], severity: "error" });
    await offerJson(sink, "packages.json", found.folders, asOf);
    const facts = packageSourcesCapture.write({ folders: found.folders.length, captured });
    return { mode: "full", asOf, facts, problems };
  },
};

/** A folder and what uses it, as `PS100002 Office` or the id of an application's content. */
interface SourceFolder {
  readonly path: string;
  readonly users: readonly string[];
}

interface Found {
  readonly folders: readonly SourceFolder[];
  readonly problems: readonly Problem[];
}

/**
 * Folders looked at at the same time: they are on servers that answer slowly when they are asked one by one.
 */
const looksAtOnce = 16;

async function lookAtFolders(
  folders: readonly SourceFolder[],
  { source, site }: ObserveRequest<PackageSources>,
  means: Means,
): Promise<readonly Problem[]> {
  const where = placeOf(site, source);
  const problems: Problem[] = [];
  for (let at = 0; at < folders.length; at += looksAtOnce) {
    means.signal.throwIfAborted();
    const looks = folders.slice(at, at + looksAtOnce).map(({ path, users }) =>
      tolerating(problems, async () => {
        await lookAtFolder({ path, on: source.on, what: titleOf(users), where }, means);
      }),
    );
    await Promise.all(looks);
  }
  return problems;
}

function titleOf(users: readonly string[]): string {
  return users.length > 0 ? `The source folder of ${users.slice(0, 3).join(", ")}` : "The source folder";
}

const packageQuery = "SELECT PackageID, Name, PkgSourcePath FROM dbo.v_Package WHERE PkgSourcePath <> N'';";
/** Applications are not in v_Package: their content has its own view. */
const contentQuery =
  "SELECT ContentUniqueID, ContentSource FROM dbo.v_ContentInfo WHERE ContentSource <> N'';";

async function findFolders({ source, site }: ObserveRequest<PackageSources>, means: Means): Promise<Found> {
  const where = placeOf(site, source);
  const discovered = source.discover ? await discover(source, where, means) : [];
  const all = [...discovered, ...source.folders.map((path) => ({ path, user: undefined }))];
  const excluded = compileGlobs(source.exclude);
  const isPath = ({ path }: { path: string }): boolean => cutPath(path) !== undefined;
  const wanted = all.filter(isPath).filter(({ path }) => !excluded(path.replaceAll("\\", "/")));
  const problems = all.filter((it) => !isPath(it)).map(({ path, user }) => notAPath(path, user, where));
  return { folders: mergeFolders(wanted), problems };
}

async function discover(source: PackageSources, where: string, means: Means) {
  const task = { database: source.database, where, doing: "list the packages' source folders" };
  return withSql(means, task, async (sql) => {
    const packages = (await sql.query(packageQuery)).map((row) => ({
      path: textCell(row, "PkgSourcePath") ?? "",
      user: `${textCell(row, "PackageID")} ${textCell(row, "Name") ?? ""}`.trim(),
    }));
    const contents = (await sql.query(contentQuery)).map((row) => ({
      path: textCell(row, "ContentSource") ?? "",
      user: textCell(row, "ContentUniqueID"),
    }));
    return [...packages, ...contents];
  });
}

/** One entry a folder: equal ones are joined, and one that lies in another is captured with it. */
export function mergeFolders(
  all: readonly { readonly path: string; readonly user: string | undefined }[],
): readonly SourceFolder[] {
  const byPath = new Map<string, { path: string; users: Set<string> }>();
  for (const { path, user } of all) {
    const plain = path.replace(/[\\/]+$/, "");
    const key = plain.replaceAll("/", "\\").toLowerCase();
    const entry = byPath.get(key) ?? { path: plain, users: new Set<string>() };
    if (user !== undefined) entry.users.add(user);
    byPath.set(key, entry);
  }
  const tops: { path: string; users: Set<string> }[] = [];
  for (const [, entry] of [...byPath].sort(([left], [right]) => left.length - right.length)) {
    const holder = tops.find((top) => isWithin(entry.path, top.path));
    if (holder) entry.users.forEach((user) => holder.users.add(user));
    else tops.push(entry);
  }
  return tops.map(({ path, users }) => ({ path, users: [...users].sort() }));
}

function notAPath(path: string, user: string | undefined, where: string): Problem {
  return {
    code: "package-source-not-a-path",
    severity: "risk",
    message: `The source folder of ${user ?? "a package"} is no absolute path: ${path}`,
    where,
    hint: "Correct the source folder in the console.",
    about: aboutMachine({ kind: "file", path }),
  };
}
