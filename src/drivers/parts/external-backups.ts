import { given } from "../../core/base/given.ts";
import { formatMinute, type Instant } from "../../core/base/instant.ts";
import type { Problem } from "../../core/base/problem.ts";
import { aboutSite } from "../../core/model/site-subject.ts";
import { deviceTypes, nullDevices } from "../../core/outside/sql/sql-backups.ts";
import type { BackupRecord } from "../access/sql/backup-history.ts";
import {
  type BackupDevice,
  type ListedBackup,
  listedFulls,
  listedIn,
  listedOthers,
  othersListed,
  ownDatabase,
  type OwnDatabase,
  ownDatabaseIn,
} from "../access/sql/backup-witnesses.ts";
import type { SqlRunner } from "../access/sql/sql-runner.ts";
import type { Means } from "../driver.ts";
import { readReplicaWitnesses } from "./replica-witnesses.ts";
import { type Lack, lacksOf } from "./restorable-increments.ts";
import { ask, type Asking } from "./session/ask.ts";

/** Why a backup that `msdb` lists is none of ours, or none at all; worst first. */
export type LeftOut =
  | "nothing kept"
  | "other server"
  | "other database"
  | "other fork"
  | "part missing"
  | "unknown device"
  | "damaged"
  | Lack;

/** The backups of other tools: those that count, newest first, and those that don't. */
export interface ExternalBackups {
  readonly counted: readonly BackupRecord[];
  readonly leftOut: readonly { readonly backup: ListedBackup; readonly because: LeftOut }[];
  /** Why the lists could not be read. Absent: they were. */
  readonly closed?: Problem;
  /** Why nobody can say which database this is. None is taken for it then. */
  readonly unknown?: Problem;
  /** A problem for each replica of the database whose backups are not known. */
  readonly replicasUnread: readonly Problem[];
}

/**
 * Reads what other tools have backed up, with `msdb` as the witness. `msdb` is a list that anybody's backups
 * of a database of that name are in: a row counts only if it is of this server or of another replica of its
 * availability group, of the database that is there now, and on devices that keep bytes. The `msdb` of each
 * replica lists what was taken there, and is asked too.
 */
export async function readExternalBackups(
  sql: SqlRunner,
  asking: Asking,
  means: Pick<Means, "sql">,
): Promise<ExternalBackups> {
  const own = await ask(sql, ownDatabase, asking);
  const lists = [await ask(sql, listedFulls, asking), await ask(sql, listedOthers, asking)];
  const [closed] = lists.flatMap((it) => (it.is === "unknown" ? [it.why] : []));
  const unread = given({ closed, unknown: own.is === "unknown" ? own.why : undefined });
  if (own.is !== "known") return { counted: [], leftOut: [], replicasUnread: [], ...unread };
  const self = ownDatabaseIn(own.value);
  const replicas = await readReplicaWitnesses(sql, self.server, { asking, means });
  const here = lists.map((it) => (it.is === "known" ? listedIn(it.value) : []));
  const servers = [self.server, ...replicas.servers].flatMap((it) => it ?? []);
  const judged = judgeAll([...replicas.lists, ...here], { ...self, servers });
  return {
    counted: judged
      .flatMap(({ backup, because }) => (because === undefined ? [backup] : []))
      .toSorted((left, right) => right.startedAt - left.startedAt),
    leftOut: judged.flatMap(({ backup, because }) => (because === undefined ? [] : [{ backup, because }])),
    replicasUnread: replicas.unread,
    ...unread,
  };
}

interface Judged {
  readonly backup: ListedBackup;
  readonly because: LeftOut | undefined;
}

type Own = OwnDatabase & { readonly servers: readonly string[] };

/** Judges each backup by itself, and what is left by what it needs of the others. */
function judgeAll(lists: readonly (readonly ListedBackup[])[], own: Own): readonly Judged[] {
  // A restore copies the row of a backup to the server that it is made on.
  const all = new Map(lists.flat().map((backup) => [backup.setGuid, backup]));
  const alone = [...all.values()].map((backup) => ({ backup, because: leftOutBecause(backup, own) }));
  const whole = alone.flatMap(({ backup, because }) => (because === undefined ? [backup] : []));
  const lacks = lacksOf(whole, knownSince(lists));
  return alone.map(({ backup, because }) => ({ backup, because: because ?? lacks.get(backup) }));
}

/** Since when every log is listed that was taken: a list that is full begins in the middle. */
function knownSince(lists: readonly (readonly ListedBackup[])[]): Instant {
  const full = lists.filter((it) => it.length >= othersListed && it.some(({ type }) => type !== "full"));
  return Math.max(-Infinity, ...full.map((it) => Math.min(...it.map(({ startedAt }) => startedAt))));
}

/** Why a backup does not count; nothing where it does. */
function leftOutBecause(backup: ListedBackup, own: Own): LeftOut | undefined {
  const { devices, deviceCount } = backup;
  if (devices.some(({ name }) => name !== undefined && nullDevices.form.test(name))) return "nothing kept";
  if (!own.servers.some((it) => isSame(backup.server, it))) return "other server";
  if (backup.family !== own.family) return "other database";
  if (backup.fork !== own.fork) return "other fork";
  if (devices.length === 0 || (deviceCount !== undefined && devices.length < deviceCount))
    return "part missing";
  if (!devices.every(keepsBytes)) return "unknown device";
  return backup.isDamaged ? "damaged" : undefined;
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}

const keeping: readonly number[] = Object.values(deviceTypes.values);

function keepsBytes({ type }: BackupDevice): boolean {
  return type !== undefined && keeping.includes(type);
}

const words: Readonly<Record<LeftOut, string>> = {
  "nothing kept": "was written to a device that keeps nothing (NUL)",
  "other server": "was taken on another server",
  "other database": "is of another database of that name",
  "other fork": "is from before the database was restored",
  "part missing": "lies in several files, of which not all are known",
  "unknown device": "is on a sort of device that is not known",
  damaged: "was damaged when it was taken",
  "base missing": "is laid on a full backup that is not there, or does not count",
  "behind a gap": "follows on a log that is not there, or does not count, and can't be restored",
  "nothing newer": "ends in the log where an older backup ends, and holds nothing newer",
};

/**
 * What is not known of replicas, and what was left out that is no older than the newest full that counts, a
 * risk for each reason: it may be taken for a protection that nobody has. Older rows are history.
 */
export function leftOutProblems(
  { counted, leftOut, replicasUnread }: ExternalBackups,
  { database, where }: Asking["task"],
): readonly Problem[] {
  const since = counted.find(({ type }) => type === "full")?.startedAt ?? -Infinity;
  const late = leftOut.filter(({ backup }) => backup.startedAt >= since);
  const told = [...Map.groupBy(late, ({ because }) => because)].map(([because, all]): Problem => {
    const backups = all.map(({ backup }) => backup);
    const newest = backups.reduce((one, it) => (it.startedAt > one.startedAt ? it : one));
    const more = all.length === 1 ? "" : ` ${all.length - 1} more like it are not counted either.`;
    const on = newest.server === undefined ? "" : ` on ${newest.server}`;
    return {
      code: "external-backup-not-counted",
      severity: "risk",
      message: `The ${newest.type} backup of ${database.name} of ${formatMinute(newest.startedAt)}${on} that msdb lists ${words[because]}: ${newest.device || "no device"}.${more}`,
      where,
      hint: "Have the tool back up this database to files that it keeps; rows of the past do no harm once a newer backup counts.",
      about: aboutSite({ kind: "hazard", names: [database.name, because] }),
    };
  });
  return [...told, ...replicasUnread];
}
