import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { SeededRandom } from "../seeded-random.ts";
import type { DiskEvent, NameChange } from "./recording-disk.ts";

/**
 * What became of changes that nobody had flushed: all done, as after a kill; none, as where a disk kept its
 * cache to itself; or some, each by chance, as a file system that orders them by its own lights may leave it.
 */
export type Fate = "all" | "none" | SeededRandom;

/** Paths below the root; a folder is `folder`. */
export type DiskState = ReadonlyMap<string, Uint8Array | "folder">;

type Write<Mark> = Extract<DiskEvent<Mark>, { do: "write" }>;

/** What lies below `root` after the power went when the first `cut` events had been done. */
export function afterPowerCut<Mark>(
  events: readonly DiskEvent<Mark>[],
  { root, cut, fate }: { readonly root: string; readonly cut: number; readonly fate: Fate },
): DiskState {
  const done = events.slice(0, cut);
  const flushed = flushesOf(done);
  const names = new Map<string, number | "folder">();
  const contents = new Map<number, Uint8Array>();
  for (const [at, event] of done.entries()) {
    if (event.do === "names") {
      const isSafe = ({ path }: NameChange) => (flushed.folders.get(dirname(path)) ?? 0) > at;
      for (const { path, is } of surviving(event.changes, isSafe, fate))
        if (is === "gone") names.delete(path);
        else names.set(path, is);
    } else if (event.do === "write") {
      const isSafe = (flushed.files.get(event.file) ?? 0) > at;
      writeInto(contents, event, isSafe ? "all" : fate);
    }
  }
  return below(root, names, contents);
}

/** Puts a state below a folder. */
export function layOut(state: DiskState, root: string): void {
  mkdirSync(root, { recursive: true });
  for (const [path, content] of state) {
    mkdirSync(join(root, content === "folder" ? path : dirname(path)), { recursive: true });
    if (content !== "folder") writeFileSync(join(root, path), content);
  }
}

/**
 * Names in one folder change together. When something goes to another folder, its new name may be on the disk
 * alone; the old one is not given up before, unless it was flushed.
 */
function surviving(
  changes: readonly NameChange[],
  isSafe: (change: NameChange) => boolean,
  fate: Fate,
): readonly NameChange[] {
  const folders = new Set(changes.map(({ path }) => dirname(path)));
  if (folders.size === 1) return changes.every(isSafe) || survives(fate) ? changes : [];
  const done: NameChange[] = [];
  for (const [at, change] of changes.entries())
    if (isSafe(change) || (done.length === at && survives(fate))) done.push(change);
  return done;
}

/** By file and by folder, the number of the first event that its last flush did not cover. */
function flushesOf<Mark>(done: readonly DiskEvent<Mark>[]) {
  const files = new Map<number, number>();
  const folders = new Map<string, number>();
  for (const event of done) {
    if (event.do === "flush-file") files.set(event.file, Math.max(event.since, files.get(event.file) ?? 0));
    if (event.do === "flush-folder")
      folders.set(event.folder, Math.max(event.since, folders.get(event.folder) ?? 0));
  }
  return { files, folders };
}

function survives(fate: Fate): boolean {
  return fate === "all" || (fate !== "none" && fate.below(2) === 0);
}

/** By chance a write is done, lost, torn amid, or its length is there and zeros are its bytes. */
function writeInto<Mark>(
  contents: Map<number, Uint8Array>,
  { file, at, bytes }: Write<Mark>,
  fate: Fate,
): void {
  if (fate === "none") return;
  const what = fate === "all" ? "done" : fate.pick(["done", "lost", "torn", "zeros"] as const);
  if (what === "lost") return;
  const length = what === "torn" && fate !== "all" ? fate.below(bytes.length + 1) : bytes.length;
  const before = contents.get(file) ?? new Uint8Array(0);
  const whole = new Uint8Array(Math.max(before.length, at + length));
  whole.set(before);
  whole.set(what === "zeros" ? new Uint8Array(length) : bytes.subarray(0, length), at);
  contents.set(file, whole);
}

/** What has a path of names down from the root; a file whose folder's name was lost is lost with it. */
function below(
  root: string,
  names: ReadonlyMap<string, number | "folder">,
  contents: ReadonlyMap<number, Uint8Array>,
): DiskState {
  const isReached = (path: string): boolean =>
    dirname(path) === root || (names.get(dirname(path)) === "folder" && isReached(dirname(path)));
  const reached = [...names.keys()].filter(
    (path) => path.startsWith(root) && path !== root && isReached(path),
  );
  return new Map(
    reached.sort().map((path) => {
      const is = names.get(path)!;
      return [relative(root, path), is === "folder" ? is : (contents.get(is) ?? new Uint8Array(0))] as const;
    }),
  );
}
