import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { countFile, linesOf, type FileCount, type Told } from "./count-file.ts";
import { figuresOf, flatFolders, shareOf, type Figures, type Folder, type Share } from "./figures.ts";
import { readTrees } from "./read-trees.ts";

/** The house in figures. */
export interface House {
  /** The product as a whole, each of its top folders, and each package beside it. */
  readonly rooms: ReadonlyMap<string, Figures>;
  /** Exports of the doors: of what one part of the program sees of another. */
  readonly doors: Share;
  /** Members of the values that flow through the program. */
  readonly model: Share;
  /** Every folder of `src`, the fullest first; those of like items are left out. */
  readonly flat: readonly Folder[];
  /** What has no doc and ought to: exports at the doors, then members in `core/model`. */
  readonly missing: readonly string[];
  /** Comment lines that run past 110 columns. */
  readonly wide: readonly string[];
}

/** Folders and files that other parts are written against. */
const doors = [
  "src/core/model",
  "src/core/kinds",
  "src/drivers/driver.ts",
  "src/engine",
  "src/store/repository.ts",
  "src/store/backends/backend.ts",
  "src/threads",
];
const model = "src/core/model";

/** Each room beside its tests. */
const rooms = [
  { name: "product", sources: "src", tests: "test" },
  ...["core", "threads", "store", "drivers", "engine", "cli"].map((name) => ({
    name,
    sources: `src/${name}`,
    tests: `test/${name}`,
  })),
  { name: "lab", sources: "packages/lab/src", tests: "packages/lab/test" },
];

/** Counts the project that lies in a folder. What is counted, and how, stands in docs/testing.md. */
export function measureHouse(root: string): House {
  const trees = readTrees(join(root, "scripts/measure-house/tsconfig.json"), root);
  const files = [...trees].map(([path, tree]) => countFile(path, tree));
  const atDoors = files.filter(({ path }) => doors.some((door) => liesIn(path, door)));
  const inModel = files.filter(({ path }) => liesIn(path, model));
  return {
    rooms: new Map(rooms.map(({ name, ...folders }) => [name, figuresOfRoom(root, files, folders)])),
    doors: shareOf(atDoors.flatMap(({ exports }) => exports)),
    model: shareOf(inModel.flatMap(({ members }) => members)),
    flat: flatFolders(files.filter(({ path }) => liesIn(path, "src"))),
    wide: files.flatMap(({ path, wideComments }) => wideComments.map((line) => `${path}:${line}`)),
    missing: [
      ...missingOf(atDoors, ({ exports }) => exports),
      ...missingOf(inModel, ({ members }) => members),
    ],
  };
}

function figuresOfRoom(
  root: string,
  files: readonly FileCount[],
  { sources, tests }: { readonly sources: string; readonly tests: string },
): Figures {
  const testFiles = globSync(`${tests}/**/*.ts`, { cwd: root });
  const testLines = testFiles.reduce((sum, it) => sum + linesOf(readFileSync(join(root, it), "utf8")), 0);
  return figuresOf(
    files.filter(({ path }) => liesIn(path, sources)),
    testLines,
  );
}

function liesIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function missingOf(
  files: readonly FileCount[],
  told: (file: FileCount) => readonly Told[],
): readonly string[] {
  return files.flatMap((file) =>
    told(file)
      .filter(({ hasDoc }) => !hasDoc)
      .map(({ name, line }) => `${file.path}:${line} ${name}`),
  );
}
