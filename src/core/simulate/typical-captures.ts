import type { DurationMs } from "../base/instant.ts";
import type { CaptureMode, Snapshot } from "../model/repository/snapshot.ts";

/** How long a capture takes and what it adds. */
export interface CaptureFigures {
  readonly durationMs: DurationMs;
  readonly files: number;
  readonly bytes: number;
  readonly addedBytes: number;
}

/** The figures of a capture to come, by source and mode. */
export type Typical = (source: string, mode: CaptureMode) => CaptureFigures;

/** So many of the newest captures are asked: a site changes over the years. */
const recent = 10;

const unknown: CaptureFigures = { durationMs: 0, files: 0, bytes: 0, addedBytes: 0 };

/**
 * What captures of each source have come to lately, as the median of the newest ten. The first of a source is
 * not asked where there are others: it stored everything, which no later one does. Where nothing was captured
 * yet all is zero.
 */
export function typicalCaptures(snapshots: readonly Snapshot[]): Typical {
  const bySource = Map.groupBy(snapshots, (it) => `${it.source} ${it.mode}`);
  const figures = new Map([...bySource].map(([key, members]) => [key, figuresOf(members)]));
  return (source, mode) => figures.get(`${source} ${mode}`) ?? unknown;
}

function figuresOf(members: readonly Snapshot[]): CaptureFigures {
  const sorted = members.toSorted((left, right) => left.startedAt - right.startedAt);
  const asked = sorted.length > 1 ? sorted.slice(1).slice(-recent) : sorted;
  return {
    durationMs: median(asked.map((it) => it.finishedAt - it.startedAt)),
    files: asked.at(-1)!.files,
    bytes: asked.at(-1)!.bytes,
    addedBytes: median(asked.map((it) => it.addedBytes)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) / 2)]!;
}
