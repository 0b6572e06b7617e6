import { gibibyte, mebibyte } from "../../../core/base/bytes.ts";
import type { CaptureMode } from "../../../core/model/repository/snapshot.ts";
import { preallocatedShare } from "../../../core/outside/sql/sql-server.ts";
import type { BackupSize, UsedBytes } from "../../access/sql/backup-size.ts";
import type { VolumeSpace } from "../../driver.ts";

/** What a backup is to hold, and how. */
export interface ExpectedBackup {
  readonly mode: CaptureMode;
  readonly compression: boolean;
  readonly used: UsedBytes;
  /** The last ones of the same database. */
  readonly last: readonly BackupSize[];
}

/**
 * How many bytes the file of a backup will take at its largest. `undefined` where nothing tells it: of the
 * first differential.
 */
export function needOf({ mode, compression, used, last }: ExpectedBackup): number | undefined {
  const sizes = last.filter(({ bytes, fileBytes }) => fileBytes < bytes === compression);
  const newest = (type: CaptureMode): BackupSize | undefined => sizes.find((it) => it.type === type);
  if (mode === "differential") {
    const before = newest("differential");
    const whole = needOf({ mode: "full", compression, used, last });
    if (before === undefined || whole === undefined) return undefined;
    return Math.min(withFrame(before.fileBytes * differentialGrowth), whole);
  }
  const holds = mode === "log" ? used.log : used.data;
  if (!compression) return withFrame(holds * (1 + margin));
  const before = newest(mode);
  const expected = before && holds * (before.fileBytes / before.bytes) * (1 + compressedMargin);
  // A compressed log backup of which nothing is known is no larger than what it holds.
  if (mode === "log") return withFrame(expected ?? holds);
  return withFrame(Math.max(holds * preallocatedShare.share, expected ?? 0));
}

/** What comes to it while it is taken, and is in no file's figures: the log of that time. */
const margin = 0.02;
/** Data that came since the last one may be harder to compress. */
const compressedMargin = 0.15;
/** Until the next full each differential holds what the one before it held, and more. */
const differentialGrowth = 1.5;
/** Headers, and what is there in the smallest backup. */
const frameBytes = 4 * mebibyte;

function withFrame(bytes: number): number {
  return Math.ceil(bytes + frameBytes);
}

/**
 * What has to stay free of a volume: SQL Server's own files may lie there, and a site stops where they can't
 * grow. One part of fifty, at least 1 GiB and at most 10, and never more than a tenth of a small one.
 */
export function floorOf({ totalBytes }: VolumeSpace): number {
  const floor = Math.min(Math.max(totalBytes / 50, gibibyte), 10 * gibibyte);
  return Math.floor(Math.min(floor, totalBytes / 10));
}
