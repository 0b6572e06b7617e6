import { type Problem, ProblemError } from "../../core/base/problem.ts";
import { aboutMachine } from "../../core/base/subject.ts";
import type { DatabaseAddress } from "../../core/model/policy/source.ts";
import {
  groupReplicas,
  type ListedBackup,
  listedFulls,
  listedIn,
  listedOthers,
} from "../access/sql/backup-witnesses.ts";
import { parseServerName } from "../../core/base/server-name.ts";
import { textCell } from "../access/sql/sql-row.ts";
import type { SqlRunner } from "../access/sql/sql-runner.ts";
import type { Means } from "../driver.ts";
import { hiddenProblem } from "../access/sql/sql-problems.ts";
import { ask, type Asking } from "./session/ask.ts";
import { placeIn, withSql } from "./session/sql-session.ts";
import { availabilityReplicas } from "../../core/outside/sql/availability-groups.ts";

type BackupList = readonly ListedBackup[];

/** What the other replicas of a database know of its backups. */
export interface ReplicaWitnesses {
  /** Every server of the group, as it calls itself. Empty: the database is in no group. */
  readonly servers: readonly string[];
  /** What the `msdb` of the others lists, list by list. */
  readonly lists: readonly BackupList[];
  /** A problem for each that could not be asked. */
  readonly unread: readonly Problem[];
}

/**
 * Asks the `msdb` of each other server of the availability group: a backup is listed where it was taken, and
 * nowhere else. A replica that can't be asked is told, since what was taken there is not known.
 */
export async function readReplicaWitnesses(
  sql: SqlRunner,
  own: string | undefined,
  { asking, means }: { readonly asking: Asking; readonly means: Pick<Means, "sql"> },
): Promise<ReplicaWitnesses> {
  const rows = await ask(sql, groupReplicas, asking);
  if (rows.is === "absent") return { servers: [], lists: [], unread: [] };
  if (rows.is === "unknown") return { servers: [], lists: [], unread: [unlisted(rows.why, asking)] };
  const servers = rows.value.flatMap((row) => textCell(row, "replica") ?? []);
  const hidden = servers.length < rows.value.length ? [unlisted(hiddenReplicas(asking), asking)] : [];
  const others = servers.filter((it) => it.toLowerCase() !== own?.toLowerCase());
  const answers = await Promise.all(others.map((server) => askReplica(server, { asking, means })));
  return {
    servers,
    lists: answers.flatMap((it) => ("lists" in it ? it.lists : [])),
    unread: [...hidden, ...answers.flatMap((it) => ("problem" in it ? [it.problem] : []))],
  };
}

async function askReplica(
  replica: string,
  { asking, means }: { readonly asking: Asking; readonly means: Pick<Means, "sql"> },
): Promise<{ readonly lists: readonly BackupList[] } | { readonly problem: Problem }> {
  const { task } = asking;
  const database = { ...task.database, server: addressOf(replica, task.database), name: "msdb" };
  const doing = "read the backup history in msdb";
  try {
    const lists = await withSql(means, { database, where: task.where, doing }, async (sql) => {
      const there = { ...asking, task: { ...task, database } };
      const lists = [await ask(sql, listedFulls, there), await ask(sql, listedOthers, there)];
      for (const list of lists) if (list.is === "unknown") throw new ProblemError(list.why);
      return lists.map((it) => (it.is === "known" ? listedIn(it.value) : []));
    });
    return { lists };
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    return { problem: notAsked(replica, thrown.problem, asking) };
  }
}

/** A server calls itself by its short name; its certificate knows it with the policy's domain. */
function addressOf(replica: string, { server }: DatabaseAddress): string {
  const { host, instance } = parseServerName(replica);
  const domain = /^[^.\\,]*[a-z][^.\\,]*(\.[^\\,]+)/i.exec(parseServerName(server).host)?.[1] ?? "";
  const full = host.includes(".") ? host : `${host}${domain}`;
  return instance === undefined ? full : `${full}\\${instance}`;
}

function notAsked(replica: string, why: Problem, { task }: Asking): Problem {
  const { name } = task.database;
  return {
    code: "replica-not-asked",
    severity: "risk",
    message: `${replica} is a replica of ${name}, and which backups it took is not known: ${why.message}`,
    where: task.where,
    hint: `${why.hint} Where ${replica} is reached by another name, write it under \`servers:\` in machine.yaml.`,
    about: aboutMachine({ kind: "server", name: replica }),
  };
}

function unlisted(why: Problem, { task }: Asking): Problem {
  const { name, server } = task.database;
  return {
    code: "replica-not-asked",
    severity: "risk",
    message: `Which replicas ${name} has is not known, nor which backups were taken on others than ${server}: ${why.message}`,
    where: task.where,
    hint: why.hint,
    about: aboutMachine({ kind: "database", server, name }),
  };
}

function hiddenReplicas({ task }: Asking): Problem {
  const place = placeIn({ ...task, doing: groupReplicas.doing });
  return hiddenProblem(availabilityReplicas.right, place, "the replicas of the availability group");
}
