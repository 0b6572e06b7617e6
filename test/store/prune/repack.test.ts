import { expect, test } from "vitest";
import { ChunkIndex } from "../../../src/store/index/chunk-index.ts";
import { Crew, type Post } from "../../../src/store/crew/crew.ts";
import { readFences } from "../../../src/store/objects/fences.ts";
import { decodeIndexFile } from "../../../src/store/format/index-file.ts";
import { LoadedIndex } from "../../../src/store/index/index-loader.ts";
import { repack } from "../../../src/store/prune/repack.ts";
import { ObjectDamaged } from "../../../src/store/objects/repository-errors.ts";
import { isContent } from "../../../src/store/index/usage-marks.ts";
import { namesIn, packsOfContent, withSnapshots, workParts } from "../../support/prunes.ts";

const { signal } = new AbortController();

test("what lay side by side does so again, in whatever order it is asked for", async () => {
  const { objects, parts, entries } = await loaded();
  const before = namesIn(objects, "index/");
  await repack(parts, entries.toReversed(), { signal });
  const chunks = new ChunkIndex();
  for (const name of namesIn(objects, "index/").filter((it) => !before.includes(it)))
    for (const pack of decodeIndexFile(await parts.store.get({ type: "index", name }))) chunks.addPack(pack);
  expect(placesIn(chunks)).toEqual(placesIn(parts.index.chunks));
});

test("a little is stored anew without a thread, and nothing of it stays in memory", async () => {
  const { crew, parts, entries } = await loaded();
  await repack(parts, entries, { signal });
  expect(crew.threadsAskedFor).toBe(0);
  expect(crew.open.size).toBe(0);
});

test("nothing stays in memory either when a blob can't be read", async () => {
  const { objects, crew, parts, entries } = await loaded();
  for (const name of packsOfContent(objects)) objects.get(name)!.fill(9, 100, 120);
  await expect(repack(parts, entries, { signal })).rejects.toBeInstanceOf(ObjectDamaged);
  expect(crew.asked).toContain("take-over");
  expect(crew.open.size).toBe(0);
});

/** A crew that notes what it is asked for. */
class WatchedCrew extends Crew {
  threadsAskedFor = 0;
  readonly asked: string[] = [];
  /** Sessions that hold something. */
  readonly open = new Set<number>();
  readonly #desk: Post;

  constructor() {
    super(0);
    const [desk] = super.small() as [Post];
    this.#desk = {
      waiting: 0,
      ask: (session, request, transfer) => {
        this.asked.push(request.do);
        if (request.do === "close") this.open.delete(session);
        else this.open.add(session);
        return desk.ask(session, request, transfer);
      },
    };
  }

  override small(): readonly Post[] {
    return [this.#desk];
  }

  override large(): readonly Post[] {
    this.threadsAskedFor++;
    return this.small();
  }
}

async function loaded() {
  const { objects } = await withSnapshots("s1", "s2");
  const crew = new WatchedCrew();
  const parts = await workParts(objects, crew);
  const index = new LoadedIndex(parts.store, await readFences(parts.store), "standing");
  await index.refresh();
  const entries = Array.from({ length: index.chunks.count }, (_, entry) => entry);
  return { objects, crew, parts: { ...parts, index }, entries };
}

/** Ids of content, and of the rest, in the order in which they lie. */
function placesIn(chunks: ChunkIndex): readonly string[] {
  const entries = Array.from({ length: chunks.count }, (_, entry) => entry);
  const sorted = entries.sort((left, right) => chunks.compare(left, right));
  const isMade = (entry: number) => !isContent(chunks.typeOf(entry));
  return [...sorted.filter((it) => !isMade(it)), ...sorted.filter(isMade)].map((entry) =>
    Buffer.from(chunks.idOf(entry)).toString("hex"),
  );
}
