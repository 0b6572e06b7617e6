import { given } from "../../core/base/given.ts";
import { formatMinute } from "../../core/base/instant.ts";
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
  ownDatabase,
  type OwnDatabase,
  ownDatabaseIn,
} from "../access/sql/backup-witnesses.ts";
import type { SqlRunner } from "../access/sql/sql-runner.ts";
import { ask, type Asking } from "./session/ask.ts";

/** Why a backup that `msdb` lists is none of ours, or none at all; worst first. */
export type LeftOut =
  | "nothing kept"
  | "other server"
  | "other database"
  | "other fork"
  | "part missing"
  | "unknown device"
  | "damaged";

/** The backups of other tools: those that count, newest first, and those that don't. */
export interface ExternalBackups {
  readonly counted: readonly BackupRecord[];
  readonly leftOut: readonly { readonly backup: ListedBackup; readonly because: LeftOut }[];
  /** Why the lists could not be read. Absent: they were. */
  readonly closed?: Problem;
  /** Why nobody can say which database this is. None is taken for it then. */
  readonly unknown?: Problem;
}

/**
 * Reads what other tools have backed up, with `msdb` as the witness. `msdb` is a list that anybody's backups
 * of a database of that name are in: a row counts only if it is of this server, of the database that is there
 * now, and on devices that keep bytes.
 */
export async function readExternalBackups(sql: SqlRunner, asking: Asking): Promise<ExternalBackups> {
  const own = await ask(sql, ownDatabase, asking);
  const lists = [await ask(sql, listedFulls, asking), await ask(sql, listedOthers, asking)];
  const [closed] = lists.flatMap((it) => (it.is === "unknown" ? [it.why] : []));
  const unread = given({ closed, unknown: own.is === "unknown" ? own.why : undefined });
  if (own.is !== "known") return { counted: [], leftOut: [], ...unread };
  const self = ownDatabaseIn(own.value);
  const judged = lists
    .flatMap((it) => (it.is === "known" ? listedIn(it.value) : []))
    .map((backup) => ({ backup, because: leftOutBecause(backup, self) }));
  return {
    counted: judged
      .flatMap(({ backup, because }) => (because === undefined ? [backup] : []))
      .toSorted((left, right) => right.startedAt - left.startedAt),
    leftOut: judged.flatMap(({ backup, because }) => (because === undefined ? [] : [{ backup, because }])),
    ...unread,
  };
}

/** Why a backup does not count; nothing where it does. */
function leftOutBecause(backup: ListedBackup, own: OwnDatabase): LeftOut | undefined {
  const { devices, deviceCount } = backup;
  if (devices.some(({ name }) => name !== undefined && nullDevices.form.test(name))) return "nothing kept";
  if (!isSame(backup.server, own.server)) return "other server";
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
};

/**
 * What was left out that is no older than the newest full that counts, a risk for each reason: it may be
 * taken for a protection that nobody has. Older rows are history.
 */
export function leftOutProblems(
  { counted, leftOut }: ExternalBackups,
  { database, where }: Asking["task"],
): readonly Problem[] {
  const since = counted.find(({ type }) => type === "full")?.startedAt ?? -Infinity;
  const late = leftOut.filter(({ backup }) => backup.startedAt >= since);
  return [...Map.groupBy(late, ({ because }) => because)].map(([because, all]): Problem => {
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
}
