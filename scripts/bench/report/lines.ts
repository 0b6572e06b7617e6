import type { Part } from "../options.ts";
import type { Figure } from "../works/figure.ts";

/** What one line of the table shows of its figures. */
export type Aspect = "seconds" | "repositoryBytes" | "grownBytes" | "peakBytes";

/** Ours may be at most so many times what a peer needed; or, against "limit", so much in all. */
export interface Target {
  readonly against: string;
  readonly atMost: number;
}

/** A line of the table before anything is measured. */
export interface LineSpec {
  readonly title: string;
  readonly part: Part;
  readonly work: Figure["work"];
  readonly aspect: Aspect;
  readonly targets: readonly Target[];
}

const gib = 1024 ** 3;

const databaseFirst = [{ against: "restic", atMost: 0.6 }];
const databaseSize = [{ against: "restic", atMost: 1.05 }];
const databaseAgain = [{ against: "restic", atMost: 0.7 }];
const databaseGrowth = [{ against: "restic", atMost: 0.5 }];

/** The lines, in the order of the table. A backup of the database is held to the targets of the data file. */
export const lineSpecs: readonly LineSpec[] = [
  line("library, first", "library", "first", [
    { against: "restic", atMost: 0.5 },
    { against: "borg", atMost: 0.35 },
    { against: "cp", atMost: 0.75 },
  ]),
  line("library, unchanged", "library", "unchanged", [{ against: "restic", atMost: 0.25 }]),
  line("library, moved", "library", "moved", [{ against: "restic", atMost: 0.12 }]),
  line("library, restore", "library", "restore", [{ against: "restic", atMost: 0.7 }]),
  {
    ...line("library, size", "library", "first", [{ against: "restic", atMost: 1 }]),
    aspect: "repositoryBytes",
  },
  line("data file, first", "database", "first", databaseFirst),
  { ...line("data file, size", "database", "first", databaseSize), aspect: "repositoryBytes" },
  line("data file, successor", "database", "successor", databaseAgain),
  { ...line("data file, growth", "database", "successor", databaseGrowth), aspect: "grownBytes" },
  line("data file, restore", "database", "restore", []),
  line(".bak, first", "media", "first", databaseFirst),
  { ...line(".bak, size", "media", "first", databaseSize), aspect: "repositoryBytes" },
  line(".bak, successor", "media", "successor", databaseAgain),
  { ...line(".bak, growth", "media", "successor", databaseGrowth), aspect: "grownBytes" },
  line(".bak, restore", "media", "restore", []),
  line("0.5 ms a call, first", "latency", "first", []),
  line("0.5 ms a call, unchanged", "latency", "unchanged", []),
  line("many entries, first", "entries", "first", []),
  line("many entries, unchanged", "entries", "unchanged", [{ against: "walk", atMost: 1.6 }]),
  line("many entries, listed", "entries", "list", []),
  line("many entries, restore", "entries", "restore", []),
];

const works = [
  ["library", "first"],
  ["library", "unchanged"],
  ["library", "moved"],
  ["library", "restore"],
  ["database", "first"],
  ["database", "successor"],
  ["media", "first"],
  ["media", "successor"],
] as const;

/** The same for memory. A million entries must fit in a gibibyte. */
export const memorySpecs: readonly LineSpec[] = [
  ...works.map(([part, work]) => memory(part, work, [])),
  ...(["first", "unchanged", "list", "restore"] as const).map((work) =>
    memory("entries", work, [{ against: "limit", atMost: gib }]),
  ),
];

function line(title: string, part: Part, work: Figure["work"], targets: readonly Target[]): LineSpec {
  return { title, part, work, aspect: "seconds", targets };
}

function memory(part: Part, work: Figure["work"], targets: readonly Target[]): LineSpec {
  return { title: `${part}, ${work}`, part, work, aspect: "peakBytes", targets };
}
