import { given } from "../../base/given.ts";
import { day } from "../../base/instant.ts";
import type { DurationMs } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import { describeFull } from "../../model/foreign-full.ts";
import type { ForeignFull } from "../../model/foreign-full.ts";
import { factsOf } from "../../model/observation.ts";
import type { Observation } from "../../model/observation.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";
import { differentialBase } from "./survey.ts";
import type { Survey } from "./survey.ts";
import { backupFacts } from "../../model/facts/backup.ts";
import { siteDatabaseLook } from "../../model/facts/site-database.ts";

/** Fulls of another product are told of for so long: once a week is a rhythm of many. */
const toldForMs: DurationMs = 8 * day;

/** The full that differentials are laid on now, where `msdb` still knows it. */
export function movedBy(observed: Observation, source: string): ForeignFull | undefined {
  const base = differentialBase(observed, source);
  return listedFulls(observed, source).find((it) => it.setGuid === base)?.full;
}

/**
 * Another product's fulls that are no copies, where the policy has differentials: whatever is captured now,
 * the next of them breaks the chain again.
 */
export function foreignFullRisks(survey: Survey): readonly Problem[] {
  const { database, observed, policy } = survey;
  if (database?.kind !== "site-database" || database.differentialEveryMs === undefined) return [];
  const ours = survey.series.points
    .flatMap((point) => point.snapshots)
    .filter((it) => it.source === database.name && it.mode === "full");
  const told = foreignFulls(survey, database.name, ours);
  const [newest] = told;
  if (newest === undefined && !isMovedByNobody(observed, database.name, ours)) return [];
  const where = `${policy.site.code}/${database.name}`;
  return [newest === undefined ? forgotten(where) : named(where, newest, told.length)];
}

interface ListedFull {
  readonly setGuid: string;
  readonly copyOnly: boolean;
  readonly full: ForeignFull;
}

/** Fulls that `msdb` lists, newest first. */
function listedFulls(observed: Observation, source: string): readonly ListedFull[] {
  const listed = siteDatabaseLook.get(factsOf(observed, source), "lastFulls") ?? [];
  return listed.flatMap(({ setGuid, startedAt, zoneKnown, copyOnly = false, ...told }) => {
    if (setGuid === undefined) return [];
    const { user, device = "", vss = false } = told;
    const zone = zoneKnown === false ? { zoneUnknown: true as const } : {};
    return [{ setGuid, copyOnly, full: { startedAt, ...zone, ...given({ user }), device, vss } }];
  });
}

/**
 * What stands before our oldest full may be one of ours that retention let go. So may a staged file of ours.
 */
function foreignFulls(
  { observed, now }: Survey,
  source: string,
  ours: readonly Snapshot[],
): readonly ForeignFull[] {
  const guids = new Set(ours.map((it) => backupFacts.get(it.facts, "setGuid")));
  const since = Math.max(now - toldForMs, ours[0]?.startedAt ?? Infinity);
  return listedFulls(observed, source)
    .filter((it) => !it.copyOnly && !guids.has(it.setGuid) && !isStaged(it.full.device))
    .map((it) => it.full)
    .filter((it) => it.startedAt >= since);
}

/** How captures name the files that they let SQL Server write. */
function isStaged(device: string): boolean {
  return /(^|[\\/])sitekeep_[^\\/]*$/i.test(device);
}

function isMovedByNobody(observed: Observation, source: string, ours: readonly Snapshot[]): boolean {
  const base = differentialBase(observed, source);
  const facts = ours.at(-1)?.facts ?? {};
  // A copy of ours was never meant to be a base: the policy has gained its differentials since.
  const last = backupFacts.get(facts, "copyOnly") === true ? undefined : backupFacts.get(facts, "setGuid");
  return base !== undefined && last !== undefined && base !== last && movedBy(observed, source) === undefined;
}

function named(where: string, newest: ForeignFull, count: number): Problem {
  const more = count > 1 ? `, the newest of ${count}` : "";
  const user = newest.user === undefined ? "the other product" : newest.user;
  return {
    code: "foreign-full",
    severity: "risk",
    message: `Another product took a full backup that is no copy (${describeFull(newest)}${more}): differentials are laid on it, and not on ours.`,
    where,
    hint: newest.vss
      ? `Let ${user} take copy backups (VSS_BT_COPY, in DPM and Veeam a setting of the job), or remove \`differential\` from the source.`
      : `Let ${user} back up WITH COPY_ONLY, or remove \`differential\` from the source.`,
  };
}

function forgotten(where: string): Problem {
  return {
    code: "foreign-full",
    severity: "risk",
    message:
      "Another product took a full backup that is no copy; msdb does not say which: its history was cleaned since, or is closed to this login.",
    where,
    hint: "Look through the jobs of DPM, Veeam, the maintenance plans and the Backup Site Server task, and let them take copy-only backups.",
  };
}
