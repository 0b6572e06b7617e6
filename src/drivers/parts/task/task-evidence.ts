import { readFile } from "node:fs/promises";
import type { Problem } from "../../../core/base/problem.ts";
import { asFact, type Fact } from "../../../core/base/fact.ts";
import type { Site } from "../../../core/model/policy/resolved-policy.ts";
import { taskRunState, type TaskRun } from "../../../core/model/task-run.ts";
import { taskLogBefore, taskLogFile } from "../../../core/outside/site/task-set.ts";
import { joinPath } from "../../access/files/windows-path.ts";
import { decodeText } from "../../access/formats/ini-file.ts";
import { type LoggedRun, parseTaskLog } from "../../access/formats/task-log.ts";
import type { Means } from "../../driver.ts";
import { withSql } from "../session/sql-session.ts";
import { readTaskMessages, type TaskMessage } from "./task-messages.ts";
import { joinRuns } from "./task-runs.ts";

/** What the witnesses of the task tell: its logs, and its status messages in the site database. */
export interface TaskEvidence {
  /** Oldest first. */
  readonly runs: readonly TaskRun[];
  /** The logs that were read, the surest first. */
  readonly logs: readonly string[];
  /** Why the messages could not be read. Absent: they were, if there are any. */
  readonly messagesUnread?: Problem;
}

/** Whose task is looked at. */
export interface EvidencePlace {
  readonly site: Site;
  /** Folders where its log may be, as this machine reaches them, the surest first. */
  readonly logs: readonly string[];
  readonly where: string;
}

/** Reads all that the task tells of its runs. A witness that can't be read leaves the other one to tell. */
export async function readTaskEvidence(place: EvidencePlace, means: Means): Promise<TaskEvidence> {
  const [read, messages] = await Promise.all([
    Promise.all(place.logs.map(readLog)),
    askMessages(place, means),
  ]);
  const logs = read.filter((it) => it !== undefined);
  const told = messages.is === "known" ? messages.value : [];
  return {
    runs: joinRuns(
      logs.flatMap((it) => it.runs),
      told,
    ),
    logs: logs.map(({ path }) => path),
    ...(messages.is === "unknown" && { messagesUnread: messages.why }),
  };
}

/** The newest run, whatever became of it. */
export function newestRun({ runs }: Pick<TaskEvidence, "runs">): TaskRun | undefined {
  return runs.at(-1);
}

/** The newest run that ended well. */
export function lastGoodRun({ runs }: Pick<TaskEvidence, "runs">): TaskRun | undefined {
  return runs.findLast((it) => taskRunState(it) === "finished");
}

interface ReadLog {
  readonly path: string;
  readonly runs: readonly LoggedRun[];
}

/** The log in one place. What was rolled over there belongs to it. */
async function readLog(folder: string): Promise<ReadLog | undefined> {
  const paths = [taskLogBefore.name, taskLogFile.name].map((name) => joinPath(folder, name));
  const texts = await Promise.all(paths.map((path) => readFile(path).then(decodeText, () => undefined)));
  const found = texts.filter((it) => it !== undefined);
  return found.length === 0 ? undefined : { path: paths[1]!, runs: parseTaskLog(found.join("\n")) };
}

function askMessages({ site, where }: EvidencePlace, means: Means): Promise<Fact<readonly TaskMessage[]>> {
  const task = { database: site.database, where, doing: "read the messages of the task Backup Site Server" };
  return asFact(() => withSql(means, task, (sql) => readTaskMessages(sql, { siteCode: site.code, task })));
}
