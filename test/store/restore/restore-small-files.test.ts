import { expect, test } from "vitest";
import { ChunkIndex } from "../../../src/store/index/chunk-index.ts";
import { blobTypes, PackTableWriter } from "../../../src/store/format/pack-table.ts";
import { noChunk, SmallFiles } from "../../../src/store/restore/restore-small-files.ts";

test("files come in the order of the packs, empty ones last", () => {
  const files = new SmallFiles(indexOf([1_000, 1_000, 1_000]));
  for (const [name, chunk] of Object.entries({ a: 2, b: noChunk, c: 0, d: 2, e: 1 })) add(files, name, chunk);
  expect(Array.from(files.jobs(), ({ names }) => names)).toEqual([["c", "e", "a", "d", "b"]]);
});

test("a job ends at 4 MiB or 256 files", () => {
  const files = new SmallFiles(indexOf([3_000_000, 2_000_000, 10]));
  for (let at = 0; at < 300; at++) add(files, `${at}`, Math.min(at, 2));
  expect(Array.from(files.jobs(), ({ names }) => names.length)).toEqual([2, 256, 42]);
});

test("each file keeps its own time and folder on the way", () => {
  const files = new SmallFiles(indexOf([10, 10]));
  files.add({ name: "late", modifiedAt: 7, chunk: 1, inNewFolder: true });
  files.add({ name: "early", modifiedAt: -5, chunk: 0, inNewFolder: false });
  expect([...files.jobs()]).toEqual([
    {
      names: ["early", "late"],
      modifiedAt: Float64Array.of(-5, 7),
      chunks: Uint32Array.of(0, 1),
      inNewFolder: Uint8Array.of(0, 1),
    },
  ]);
});

function add(files: SmallFiles, name: string, chunk: number): void {
  files.add({ name, modifiedAt: 0, chunk, inNewFolder: false });
}

/** One pack with a group for each chunk. */
function indexOf(lengths: readonly number[]): ChunkIndex {
  const table = new PackTableWriter();
  for (const [at, length] of lengths.entries()) {
    const row = { type: blobTypes.data, id: new Uint8Array(32).fill(at + 1), length, fileBytes: 0 };
    table.group({ compressed: false, sealedBytes: length + 16, plainBytes: length }, [row]);
  }
  const index = new ChunkIndex();
  const [digest, salt] = [new Uint8Array(32), new Uint8Array(32)];
  index.addPack({ digest, salt, packBytes: 0, table: table.take() });
  return index;
}
