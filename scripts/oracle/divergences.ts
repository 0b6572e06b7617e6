import type { Restic, TinySnapshot } from "./restic.ts";

/** Where we answer otherwise than restic on purpose (docs/plan.md): what it was asked, and what it said. */
export interface Divergence {
  readonly name: string;
  readonly options: readonly string[];
  /** ISO instants with the offset of the clock that wrote them. */
  readonly snapshots: readonly string[];
  readonly groups: number;
  /** As restic writes instants. Of two at one instant one may be here and the other in `removed`. */
  readonly kept: readonly string[];
  readonly removed: readonly string[];
}

interface Asked {
  readonly name: string;
  readonly options: readonly string[];
  /** `2025-01-02T08:30:00+09:00`, or the same with a file of its own behind it. */
  readonly snapshots: readonly string[];
}

const oneGroup = ["--group-by", ""];

const asked: readonly Asked[] = [
  {
    name: "future-last",
    options: [...oneGroup, "--keep-last=1"],
    snapshots: ["2030-01-01T00:00:00+00:00", "2025-03-02T12:00:00+00:00", "2025-03-01T12:00:00+00:00"],
  },
  {
    name: "future-daily",
    options: [...oneGroup, "--keep-daily=1"],
    snapshots: ["2030-01-01T00:00:00+00:00", "2025-03-02T12:00:00+00:00", "2025-03-01T12:00:00+00:00"],
  },
  {
    name: "mixed-offsets",
    options: [...oneGroup, "--keep-daily=3"],
    snapshots: [
      "2025-06-11T08:50:00+09:00",
      "2025-06-10T15:45:00-08:00",
      "2025-06-11T08:30:00+09:00",
      "2025-06-09T12:00:00+00:00",
      "2025-06-08T12:00:00+00:00",
    ],
  },
  {
    name: "autumn-hour",
    options: [...oneGroup, "--keep-hourly=2"],
    snapshots: ["2025-11-02T01:30:00-05:00", "2025-11-02T01:30:00-04:00", "2025-11-01T12:00:00-04:00"],
  },
  {
    name: "month-of-31-march",
    options: [...oneGroup, "--keep-within=1m"],
    snapshots: [
      "2025-03-31T12:00:00+00:00",
      "2025-03-04T12:00:00+00:00",
      "2025-03-03T12:00:00+00:00",
      "2025-02-28T12:00:01+00:00",
      "2025-02-28T12:00:00+00:00",
    ],
  },
  {
    name: "negative-count",
    options: [...oneGroup, "--keep-daily=-1"],
    snapshots: ["2025-03-02T12:00:00+00:00", "2025-03-01T12:00:00+00:00"],
  },
  {
    name: "group-split",
    options: ["--keep-last=1"],
    snapshots: ["2025-03-02T12:00:00+00:00 one", "2025-03-01T12:00:00+00:00 other"],
  },
  {
    name: "tie",
    options: [...oneGroup, "--keep-last=1"],
    snapshots: ["2025-03-02T12:00:00+00:00 one", "2025-03-02T12:00:00+00:00 other"],
  },
  {
    name: "oldest",
    options: [...oneGroup, "--keep-monthly=12"],
    snapshots: ["2025-03-20T12:00:00+00:00", "2025-03-10T12:00:00+00:00", "2025-03-01T12:00:00+00:00"],
  },
];

/** Asks restic each of them, in a repository that may hold more. */
export async function askDivergences(restic: Restic): Promise<readonly Divergence[]> {
  const answers: Divergence[] = [];
  for (const { name, options, snapshots } of asked) {
    for (const written of snapshots) await restic.add(snapshotOf(written, name));
    const { groups, kept, removed } = await restic.forget(name, options);
    answers.push({ name, options, snapshots, groups, kept: kept.map((it) => it.time), removed });
  }
  return answers;
}

function snapshotOf(written: string, tag: string): TinySnapshot {
  const [time, file] = written.split(" ");
  return {
    time: Date.parse(time!),
    tags: [tag],
    offset: Number(time!.slice(-6, -3)),
    ...(file && { file }),
  };
}
