import { formatInstant, type Instant } from "../../core/base/instant.ts";
import type {
  MonthStats,
  RepositoryStats,
  SourceStats,
} from "../../core/model/repository/repository-stats.ts";
import { measureDisk } from "../objects/disk-usage.ts";
import type { Manifest } from "../format/manifest.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import { Ledger } from "../objects/ledger.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { readManifests } from "../objects/snapshot-list.ts";
import { reckonStored } from "./stored-usage.ts";
import { UsageMarks } from "../index/usage-marks.ts";
import { UsageWalk } from "./usage-walk.ts";

export interface StatsParts {
  readonly store: ObjectStore;
  readonly index: LoadedIndex;
  readonly now: Instant;
}

/** Reckons what a repository holds, from manifests, trees and the index: no content is read. */
export async function gatherStats(
  { store, index, now }: StatsParts,
  signal: AbortSignal,
): Promise<RepositoryStats> {
  // Manifests before the index: what they name is in it then.
  const { manifests, unreadable } = await readManifests(store);
  await index.refresh();
  const { chunks } = index;
  const marks = new UsageMarks(chunks);
  const walk = new UsageWalk(store, chunks, marks);
  const months = [...new Set(manifests.map(monthOf))].sort();
  const sources = groupBySource(manifests);
  const plainBytes: number[] = [];
  for (const [at, group] of sources.entries()) {
    let bytes = 0;
    for (const manifest of group) {
      signal.throwIfAborted();
      const month = months.indexOf(monthOf(manifest));
      bytes += await walk.walk(manifest.tree, { source: at + 1, month });
    }
    plainBytes.push(bytes);
  }
  const { byKind, packs } = await measureDisk(store);
  return {
    snapshots: manifests.length,
    fileBytes: sumOf(manifests, "bytes"),
    ...reckonStored(chunks, marks, packs),
    index: { entries: chunks.count, memoryBytes: chunks.memoryBytes },
    coverage: (await Ledger.read(store, now)).coverage(packs, now),
    disk: byKind,
    sources: sourceStats(sources, plainBytes, marks.uniqueBytes()),
    months: monthStats(months, manifests, marks.bytesByMonth()),
    unreadable: [...unreadable, ...walk.unreadable],
  };
}

function groupBySource(manifests: readonly Manifest[]): readonly (readonly Manifest[])[] {
  const groups = Map.groupBy(manifests, ({ snapshot }) => `${snapshot.site}/${snapshot.source}`);
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, group]) => group);
}

function monthOf({ snapshot }: Manifest): string {
  return formatInstant(snapshot.point).slice(0, "2026-11".length);
}

function sourceStats(
  sources: readonly (readonly Manifest[])[],
  plainBytes: readonly number[],
  unique: ReadonlyMap<number, number>,
): readonly SourceStats[] {
  return sources.map((group, at) => ({
    site: group[0]!.snapshot.site,
    source: group[0]!.snapshot.source,
    snapshots: group.length,
    fileBytes: sumOf(group, "bytes"),
    plainBytes: plainBytes[at]!,
    uniquePlainBytes: unique.get(at + 1) ?? 0,
  }));
}

function monthStats(
  months: readonly string[],
  manifests: readonly Manifest[],
  newBytes: ReadonlyMap<number, number>,
): readonly MonthStats[] {
  const groups = Map.groupBy(manifests, monthOf);
  return months.map((month, at) => {
    const group = groups.get(month) ?? [];
    const [fileBytes, addedBytes] = [sumOf(group, "bytes"), sumOf(group, "addedBytes")];
    return { month, snapshots: group.length, fileBytes, newPlainBytes: newBytes.get(at) ?? 0, addedBytes };
  });
}

function sumOf(manifests: readonly Manifest[], member: "bytes" | "addedBytes"): number {
  return manifests.reduce((sum, { snapshot }) => sum + snapshot[member], 0);
}
