import type { Part } from "../options.ts";
import type { Work } from "../tools/tool.ts";

/** What one measured run gave. */
export interface Figure {
  readonly part: Part;
  readonly work: Work | "list";
  readonly tool: string;
  readonly round: number;
  readonly seconds: number;
  /**
   * What it took after the end of the run until all of it was on the disk: little for a tool that flushes by
   * itself.
   */
  readonly flushSeconds?: number;
  readonly peakBytes?: number;
  /** Of the repository, or of the copy, after the run. */
  readonly repositoryBytes?: number;
  readonly grownBytes?: number;
}
