import { formatMinute } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";

/**
 * A full backup that sitekeep did not take and that is no copy, as `msdb` tells it: differentials are laid on
 * it now.
 */
export interface ForeignFull {
  /** When the backup began: `backup_start_date` of `msdb`, in UTC where the server's zone is known. */
  readonly startedAt: Instant;
  /** `msdb` keeps the server's local time, and did not say how far that is from UTC. */
  readonly zoneUnknown?: true;
  /** The login that took it: a service account tells which product. */
  readonly user?: string;
  /** A file, or a GUID where a product took the backup itself. */
  readonly device: string;
  /** Taken as a snapshot of volumes: by DPM, Veeam, or the Backup Site Server task. */
  readonly vss: boolean;
}

/** When, by whom and how, in the middle of a sentence: `2026-11-22 03:00Z by LAB\dpm$ through VSS`. */
export function describeFull({ startedAt, zoneUnknown, user, device, vss }: ForeignFull): string {
  const at = formatMinute(startedAt);
  const to = device === "" || device.startsWith("{") ? [] : [`to ${device}`];
  return [
    zoneUnknown ? `${at.slice(0, -1)} server time` : at,
    ...(user === undefined ? [] : [`by ${user}`]),
    ...(vss ? ["through VSS"] : to),
  ].join(" ");
}
