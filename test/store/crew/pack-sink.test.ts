import { expect, test } from "vitest";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { readFences } from "../../../src/store/objects/fences.ts";
import { type BlobType, blobTypes } from "../../../src/store/format/pack-table.ts";
import { LoadedIndex } from "../../../src/store/index/index-loader.ts";
import { PackBuilder } from "../../../src/store/ingest/pack-builder.ts";
import { objectStore } from "../../../src/store/objects/object-store.ts";
import { PackSink } from "../../../src/store/crew/pack-sink.ts";
import { chance } from "../../support/test-repository.ts";

const secret = { repository: new Uint8Array(16).fill(3) };

test("an index that is written on the way names content, and lists only when it is asked to", async () => {
  const store = objectStore(memoryBackend(), secret, chance(3));
  const index = new LoadedIndex(store, await readFences(store), "building");
  const sink = new PackSink(store, index, () => 0);
  await sink.put([packOf(blobTypes.list, 200), packOf(blobTypes.piece, 201)]);
  for (let at = 0; at < 32; at++) await sink.put([packOf(blobTypes.data, at)]);
  expect(index.chunks.find(blobTypes.data, idOf(0))).not.toBe(-1);
  expect(index.chunks.find(blobTypes.list, idOf(200))).toBe(-1);
  expect(index.chunks.find(blobTypes.piece, idOf(201))).toBe(-1);
  await sink.writeIndex();
  expect(index.chunks.find(blobTypes.list, idOf(200))).not.toBe(-1);
  expect(index.chunks.find(blobTypes.piece, idOf(201))).not.toBe(-1);
});

function packOf(type: BlobType, number: number) {
  const builder = new PackBuilder(secret, 1 << 20, () => new Uint8Array(32).fill(number));
  builder.add(
    { type, id: idOf(number), length: 9, fileBytes: 9 },
    Buffer.from(`content${number % 90}`.slice(0, 9).padEnd(9)),
  );
  builder.finish();
  return builder.takeBuilt()[0]!;
}

function idOf(number: number): Uint8Array {
  return new Uint8Array(32).fill(number);
}
