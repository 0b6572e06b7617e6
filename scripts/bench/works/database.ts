import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { makeBackupMedia } from "../corpora/backup-media.ts";
import { type DatabaseSize, makeDatabase, makeSuccessor } from "../corpora/database.ts";
import type { Donor } from "../corpora/donors.ts";
import { digestTree } from "../measure/tree.ts";
import type { Corpus } from "../tools/tool.ts";
import type { Series } from "./round.ts";

/** A data file, and the same after a quarter of its pages changed; then the backups of both. */
export function prepareDatabase(
  folder: string,
  size: DatabaseSize,
  donors: readonly Donor[],
): DatabaseSeries {
  const states = ["before", "after"].map((name) => join(folder, name));
  const files = states.map((state) => join(makeFolder(state), "CM_BEN.mdf"));
  makeDatabase(files[0]!, size, donors);
  makeSuccessor(files[0]!, files[1]!, size.seed);
  const backups = states.map((_, at) => makeFolder(join(folder, `backup-${at}`)));
  for (const [at, backup] of backups.entries())
    makeBackupMedia(files[at]!, join(backup, "CM_BEN.bak"), size.seed + at);
  return {
    database: seriesOf("database", new Place(join(folder, "data"), states)),
    media: seriesOf("media", new Place(join(folder, "stage"), backups)),
  };
}

export interface DatabaseSeries {
  readonly database: Series;
  readonly media: Series;
}

function seriesOf(part: "database" | "media", place: Place): Series {
  const corpus: Corpus = { source: part, kind: "folder", folder: place.folder, shown: `E:\\${place.name}` };
  const [before, after] = [0, 1].map((state) => {
    place.show(state);
    return digestTree(place.folder);
  });
  return {
    part,
    steps: [
      { work: "first", corpus, digest: before!, stage: () => place.show(0) },
      { work: "successor", corpus, digest: after!, stage: () => place.show(1) },
      { work: "restore", corpus, digest: after! },
    ],
  };
}

/** One path at which one of several folders stands, as one file does with yesterday's and today's content. */
class Place {
  readonly folder: string;
  readonly name: string;
  readonly #states: readonly string[];
  #shown: number | undefined;

  constructor(folder: string, states: readonly string[]) {
    this.folder = folder;
    this.name = folder.slice(folder.lastIndexOf("/") + 1);
    this.#states = states;
  }

  show(state: number): void {
    if (state === this.#shown) return;
    if (this.#shown !== undefined) renameSync(this.folder, this.#states[this.#shown]!);
    renameSync(this.#states[state]!, this.folder);
    this.#shown = state;
  }
}

function makeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}
