import { formatBytes } from "../base/bytes.ts";
import type { Coverage } from "../model/repository/coverage.ts";
import {
  diskKinds,
  type MonthStats,
  type RepositoryStats,
  type SourceStats,
} from "../model/repository/repository-stats.ts";
import { countWords } from "./words/count-words.ts";
import { coverageWords } from "./render-check.ts";
import { noPaint, type Paint } from "./words/paint.ts";
import { type Column, renderTable } from "./words/table.ts";

/** Shows what a repository holds and what that takes. Ends with a line feed. */
export function renderStats(stats: RepositoryStats, paint: Paint = noPaint): string {
  const bySource = renderTable<SourceStats>(sourceColumns, stats.sources);
  const byMonth = renderTable<MonthStats>(monthColumns, stats.months);
  const tables = stats.snapshots === 0 ? [] : ["", ...bySource, "", ...byMonth];
  const rows = [...sumRows(stats), ...diskRows(stats)];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, size, words]) =>
    `${paint("dim", name.padEnd(width))}  ${size.padStart(9)}  ${words}`.trimEnd(),
  );
  return [...lines, ...tables].map((line) => `${line}\n`).join("");
}

type Row = readonly [name: string, size: string, words: string];

function sumRows(stats: RepositoryStats): readonly Row[] {
  const { content, trees, unreferenced, unindexedPacks } = stats;
  const chunks = countWords(content.blobs, "chunk");
  const shared = `${formatBytes(content.sharedPlainBytes)} of it in several sources`;
  return [
    ["All files", formatBytes(stats.fileBytes), `of ${countWords(stats.snapshots, "snapshot")}`],
    ["Each content once", formatBytes(content.plainBytes), `${chunks}; ${shared}`],
    ["Compressed", formatBytes(content.storedBytes), timesLess(stats.fileBytes, content.storedBytes)],
    ["Trees and lists", formatBytes(trees.storedBytes), ""],
    [
      "Not needed",
      formatBytes(unreferenced.storedBytes),
      countWords(unreferenced.blobs, "chunk or tree", "chunks and trees"),
    ],
    ["Pack tables", formatBytes(stats.packOverheadBytes), ""],
    ...(unindexedPacks.files > 0
      ? [
          [
            "Not in the index",
            formatBytes(unindexedPacks.bytes),
            countWords(unindexedPacks.files, "pack"),
          ] as const,
        ]
      : []),
  ];
}

function timesLess(before: number, after: number): string {
  return after === 0 ? "" : `${(before / after).toFixed(1)} times less than all files`;
}

function diskRows({ disk, index, coverage }: RepositoryStats): readonly Row[] {
  const kinds = diskKinds
    .filter((kind) => disk[kind].files > 0)
    .map((kind) => `${kind} ${disk[kind].files}`)
    .join(", ");
  const each = index.entries === 0 ? "" : `, ${Math.round(index.memoryBytes / index.entries)} B each`;
  const entries = `${countWords(index.entries, "entry", "entries")}${each}`;
  return [
    ["On disk", formatBytes(disk.total.bytes), `${countWords(disk.total.files, "file")}: ${kinds}`],
    ["Index in memory", formatBytes(index.memoryBytes), entries],
    coverageRow(coverage),
  ];
}

function coverageRow(coverage: Coverage): Row {
  return ["Proven", formatBytes(coverage.provenBytes), coverageWords(coverage)];
}

const sourceColumns: readonly Column<SourceStats>[] = [
  { title: "SOURCE", cell: (it) => `${it.site}/${it.source}` },
  { title: "SNAPSHOTS", align: "right", cell: (it) => String(it.snapshots) },
  { title: "ALL FILES", align: "right", cell: (it) => formatBytes(it.fileBytes) },
  { title: "EACH ONCE", align: "right", cell: (it) => formatBytes(it.plainBytes) },
  { title: "ITS ALONE", align: "right", cell: (it) => formatBytes(it.uniquePlainBytes) },
];

const monthColumns: readonly Column<MonthStats>[] = [
  { title: "MONTH", cell: (it) => it.month },
  { title: "SNAPSHOTS", align: "right", cell: (it) => String(it.snapshots) },
  { title: "ALL FILES", align: "right", cell: (it) => formatBytes(it.fileBytes) },
  { title: "NEW CONTENT", align: "right", cell: (it) => formatBytes(it.newPlainBytes) },
  { title: "WRITTEN", align: "right", cell: (it) => formatBytes(it.addedBytes) },
];
