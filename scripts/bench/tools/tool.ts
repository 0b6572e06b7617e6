import type { Program } from "../measure/run-program.ts";

/** A tree that is captured, by one or several tools. */
export interface Corpus {
  /** The name of the source in our policy; a moved tree has the name of the one that it was. */
  readonly source: string;
  readonly kind: "content-library" | "folder";
  /** Where it lies. */
  readonly folder: string;
  /** By which name our policy knows the folder. */
  readonly shown: string;
}

/** What is asked of a tool. */
export type Work = "first" | "unchanged" | "moved" | "successor" | "restore";

/** A program that keeps copies: sitekeep, or one that people would pick instead. */
export interface Tool {
  readonly name: string;
  /** With its version, for the report. */
  readonly title: string;
  readonly does: ReadonlySet<Work>;
  /** Whether older states can be had back, or the newest one alone. */
  readonly keeps: "history" | "newest";
  /** Makes a new, empty target below a folder. Not measured. */
  openTarget(folder: string): Promise<Target>;
}

/** Where a tool keeps its copies. */
export interface Target {
  /** What of it counts as the size of the repository. */
  readonly repository: string;
  snapshot(corpus: Corpus): Program;
  restore(corpus: Corpus, to: string): Restore;
  /** Reads everything back with the tool's own means and throws unless all is well. */
  verify?(): Promise<void>;
}

/** A restore, and where the corpus stands when it is done. */
export interface Restore {
  readonly program: Program;
  readonly tree: string;
}
