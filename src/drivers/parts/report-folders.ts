import { given } from "../../core/base/given.ts";
import type { Problem } from "../../core/base/problem.ts";
import { aboutMachine } from "../../core/base/subject.ts";
import type { ReportingServer } from "../../core/model/policy/source.ts";
import { reportServerFolders, usualReportInstance } from "../../core/outside/site/report-server-places.ts";
import type { Means } from "../driver.ts";
import { isWithin } from "../access/files/windows-path.ts";
import { lookAtFolder } from "./look-at-folder.ts";
import { tolerating } from "./observing.ts";

/** How a report server's folder is called at the start of a sentence. */
export const reportServersFolder = "The report server's folder";

/** The folders of a report server, looked at. */
export interface ReportFolders {
  /** The folders that are there, as the policy or the product's setup names them, each once. */
  readonly there: readonly string[];
  /** What is wrong with the others; risks all of them. */
  readonly problems: readonly Problem[];
}

/**
 * Looks at the folders of a report server. Each that a policy names has to be there; of the places where a
 * report server may have been put one has to be. A folder that could not be looked at is a risk either way.
 */
export async function lookAtReportFolders(
  source: ReportingServer,
  where: string,
  means: Means,
): Promise<ReportFolders> {
  const look = (paths: readonly string[]) => lookAtEach(paths, { on: source.on, where }, means);
  const named = await look(source.folders);
  if (!source.discover) return named;
  const places = reportServerFolders(source.encryptionKey?.instance ?? usualReportInstance);
  const found = await look(places);
  const unread = found.problems.filter(({ code }) => code !== "file-missing");
  const isNowhere = found.there.length === 0 && unread.length === 0;
  const problems = isNowhere ? [nowhere(places, { on: source.on, where })] : unread;
  return {
    there: outermost([...found.there, ...named.there]),
    problems: [...problems, ...named.problems],
  };
}

/** Drops folders that lie within another, or are it: their files would be offered twice. */
function outermost(paths: readonly string[]): readonly string[] {
  return paths.filter(
    (path, at) =>
      !paths.some(
        (other, index) => index !== at && isWithin(path, other) && !(isWithin(other, path) && index > at),
      ),
  );
}

interface Place {
  readonly on: string | undefined;
  readonly where: string;
}

async function lookAtEach(
  paths: readonly string[],
  { on, where }: Place,
  means: Means,
): Promise<ReportFolders> {
  const there: string[] = [];
  const problems: Problem[] = [];
  for (const path of paths)
    await tolerating(problems, async () => {
      await lookAtFolder({ path, on, what: reportServersFolder, where }, means);
      there.push(path);
    });
  return { there, problems };
}

function nowhere(places: readonly string[], { on, where }: Place): Problem {
  return {
    code: "file-missing",
    severity: "risk",
    message: `${reportServersFolder} is not there${on === undefined ? "" : ` on ${on}`}. Looked at: ${places.join(", ")}`,
    where,
    hint: "Name the instance: encryptionKey: { instance: PBIRS }, or SSRS, or MSSQLSERVER up to 2016; or write the folder with rsreportserver.config under `folders`.",
    about: aboutMachine({ kind: "file", path: places[0]!, ...given({ on }) }),
  };
}
