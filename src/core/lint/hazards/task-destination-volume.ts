import { absent, known, match } from "../../base/fact.ts";
import { databaseFiles as fileView } from "../../outside/sql/sql-server.ts";
import { isOnMachine, placeOfPath } from "../../base/windows-place.ts";
import { destinationsOf } from "../parts/destinations.ts";
import type { Destination } from "../parts/destinations.ts";
import { notJudged, nothing, policyHazard } from "../parts/hazard.ts";
import type { PolicyFinding } from "../parts/hazard.ts";
import type { Question } from "../../model/question.ts";
import { risk } from "../parts/risk.ts";

/** Data and log files as SQL Server names them. */
const databaseFiles: Question<readonly string[]> = {
  name: "database-files",
  doing: "read where the files of the site database are",
  query: "SELECT physical_name AS path FROM sys.database_files;",
  parameters: [],
  reads: [fileView],
  answers: { path: "text" },
  always: true,
  read(rows) {
    const paths = rows.flatMap((row) => row["path"] ?? []);
    return paths.length === 0 ? absent : known(paths);
  },
};

/** The snapshot is then written to the disk that it is read from, and one dead disk takes both. */
export const taskDestinationVolume = policyHazard({
  code: "task-destination-volume",
  hazard: "destination on the volume of the site or of its data files",
  source: "C, warning of the task",
  seenIn: "policy",
  accepted: "as it is",
  asks: { databaseFiles },
  judge: (policy, seen) =>
    destinationsOf(policy, seen?.observed).flatMap((destination): readonly PolicyFinding[] => {
      const { path, part } = destination;
      const { servers, installFolder } = policy.site;
      if (placeOfPath(path)?.drive === undefined) return [];
      if (part !== "database" && isOnMachine(path, servers) && isSameDrive(path, installFolder))
        return [tell(destination, installFolder)];
      // A drive letter is the database server's own only where its part has a place of its own.
      if (part !== "database" || placeOfPath(path)?.host !== undefined || seen?.answers === undefined)
        return [];
      return match(seen.answers.databaseFiles, {
        known: (files) =>
          files
            .filter((it) => isSameDrive(path, it))
            .slice(0, 1)
            .map((it) => tell(destination, it)),
        unknown: notJudged,
        absent: nothing,
      });
    }),
});

function isSameDrive(one: string, other: string): boolean {
  return placeOfPath(one)?.drive === placeOfPath(other)?.drive;
}

function tell({ path, where, keys }: Destination, beside: string): PolicyFinding {
  const problem = risk("task-destination-volume", {
    where,
    message: `The backup task writes to ${path}, on the same volume as ${beside}.`,
    names: [path, beside],
    hint: "Let the task write to another volume, or to a share.",
  });
  return { problem, keys };
}
