import {
  profileHome,
  publisher2011,
  publisher2017,
  publisherDatabaseName,
} from "../core/outside/site/updates-publisher.ts";
import { open, readdir } from "node:fs/promises";
import type { JsonObject } from "../core/base/json.ts";
import { type Problem, ProblemError, subjectOf } from "../core/base/problem.ts";
import type { ScupDatabase } from "../core/model/policy/source.ts";
import { fileProblem } from "./access/files/file-problems.ts";
import { isAbsent, walkTree } from "./access/files/file-tree.ts";
import { FolderUnreadable, type FoundEntry } from "./access/files/found-entry.ts";
import { joinPath } from "./access/files/windows-path.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { offerNothingFound } from "./parts/offer-json.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { remarkProblem } from "./parts/offer-tree.ts";
import { placeOf } from "./parts/session/sql-session.ts";
import { scupDatabaseFacts } from "../core/model/facts/scup-database.ts";

/**
 * The databases of Updates Publisher: one in each profile of each machine, each kept under its profile's
 * name.
 */
export const scupDatabase: Driver<ScupDatabase> = {
  observe: (request, means) =>
    observing(async () => {
      const { found, problems } = await findReadable(request, means);
      if (found.length === 0) refuseIfNamed(request, problems);
      return { facts: factsOf(found, problems), risks: problems };
    }),

  async capture(request, means, sink) {
    const asOf = means.now();
    const { found, problems } = await findReadable(request, means);
    if (found.length === 0) {
      refuseIfNamed(request, problems);
      await offerNothingFound(sink, { lookedBelow: [request.source.profiles] }, asOf);
    }
    for (const { path, entry } of found) {
      const { size, file, fileId, changedAt } = entry;
      const modifiedAt = Math.trunc(entry.modifiedAt);
      const stamp = { fileId, changedAt };
      await sink.offer({ type: "file", path, modifiedAt, size, locator: { file }, stamp });
    }
    return { mode: "full", asOf, facts: factsOf(found, problems), problems };
  },
};

/** Below a profile: of Updates Publisher 2011, and of the versions since 2017. */
const places = [publisher2011, publisher2017].map(({ path }) => `${path.at(-1)}/**/${publisherDatabaseName}`);

interface FoundDatabase {
  /** In the snapshot: `admin07/anna/AppData/…/Scupdb.sdf`. */
  readonly path: string;
  readonly entry: FoundEntry;
}

interface Found {
  readonly found: FoundDatabase[];
  readonly problems: Problem[];
}

/** What there is, and what of it could not be had this time: the planner asks for it again (docs/plan.md). */
function factsOf(found: readonly FoundDatabase[], problems: readonly Problem[]): JsonObject {
  const missing = problems.filter((it) => it.code !== "link-not-followed").map(subjectOf);
  const databases = found.map(({ path }) => path);
  return scupDatabaseFacts.write({ databases, ...(missing.length > 0 && { missing }) });
}

/** The databases that can be read now, and a problem for each of the others. */
async function findReadable(request: ObserveRequest<ScupDatabase>, means: Means): Promise<Found> {
  const { found, problems } = await findDatabases(request, means);
  const readable: FoundDatabase[] = [];
  for (const database of found) {
    await tolerating(problems, async () => {
      await assertReadable(database.entry, database.path, placeOf(request.site, request.source));
      readable.push(database);
    });
  }
  return { found: readable, problems };
}

async function findDatabases(request: ObserveRequest<ScupDatabase>, means: Means): Promise<Found> {
  const { source } = request;
  const all: Found = { found: [], problems: [] };
  for (const machine of source.machines.length > 0 ? source.machines : [source.on]) {
    await tolerating(all.problems, () => searchMachine(request, machine, { means, all }));
  }
  return all;
}

async function searchMachine(
  { source, site }: ObserveRequest<ScupDatabase>,
  on: string | undefined,
  { means, all }: { readonly means: Means; readonly all: Found },
): Promise<void> {
  const where = placeOf(site, source);
  const what = `The folder with the profiles of ${on ?? "this machine"}`;
  const profiles = await lookAtFolder({ path: source.profiles, on, what, where }, means);
  for (const profile of (await readdir(profiles)).sort()) {
    const folder = joinPath(profiles, profile, ...profileHome);
    const prefix = [...(on === undefined ? [] : [on]), profile, ...profileHome].join("/");
    const take = async (entry: FoundEntry): Promise<void> => {
      if (entry.type === "file") all.found.push({ path: `${prefix}/${entry.path}`, entry });
    };
    try {
      const { remarks } = await walkTree(folder, take, { include: places, signal: means.signal });
      all.problems.push(...remarks.map((remark) => remarkProblem(remark, { shown: prefix, where })));
    } catch (thrown) {
      if (!(thrown instanceof FolderUnreadable)) throw thrown;
      // A profile without that folder never used the program. One that is closed to us may have.
      const place = { where, path: prefix, what: "A profile", severity: "risk" as const };
      if (!isAbsent(thrown.reason)) all.problems.push(fileProblem(thrown.reason, place));
    }
  }
}

/**
 * SQL Server Compact locks its file while the program runs: then it is named here, and not read half-way by
 * the store.
 */
async function assertReadable(entry: FoundEntry, path: string, where: string): Promise<void> {
  try {
    await (await open(entry.file)).close();
  } catch (thrown) {
    const place = { where, path, what: "The Updates Publisher database" };
    throw new ProblemError(fileProblem(thrown as NodeJS.ErrnoException, place), { cause: thrown });
  }
}

/**
 * Nothing is an answer where the policy did not say that there is something, and everything could be looked
 * at.
 */
function refuseIfNamed({ source, site }: ObserveRequest<ScupDatabase>, problems: readonly Problem[]): void {
  const [first] = problems;
  if (first) throw new ProblemError({ ...first, severity: "error" });
  if (source.machines.length === 0) return;
  throw new ProblemError({
    code: "source-missing",
    severity: "error",
    message: `No profile on ${source.machines.join(", ")} holds an Updates Publisher database.`,
    where: placeOf(site, source),
    hint: "Name the machines where it is used, or remove the source from the policy.",
  });
}
