import { crc32 } from "node:zlib";
import type { Offer } from "../../../src/core/model/offer.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { openRepository } from "../../../src/store/open-repository.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { capture, chance, type Tree } from "../test-repository.ts";

/** What a work says of itself while it runs. Whatever it has said must be so after any cut that comes later. */
export type Mark =
  | { readonly is: "made" }
  | { readonly is: "committed" | "forgetting" | "forgotten" | "proven"; readonly id: string }
  | { readonly is: "recorded"; readonly name: string }
  | { readonly is: "key-adding" | "key-added" | "key-removing" | "key-removed"; readonly key: KeyName };

/** Where a work runs, and what it tells. */
export interface Stage {
  /** The store, as a writer of its own sees it. */
  backend(): Backend;
  tell(mark: Mark): void;
  /** Every tree that the work may commit, by snapshot. */
  readonly trees: Map<string, Tree>;
}

/** Something that changes a repository. It begins with an empty folder. */
export type Work = (stage: Stage) => Promise<void>;

export type KeyName = "first" | "second";
export const campaignKeys: Readonly<Record<KeyName, { readonly keyFile: Uint8Array }>> = {
  first: { keyFile: new Uint8Array(32).fill(1) },
  second: { keyFile: new Uint8Array(32).fill(2) },
};

export interface Opening {
  readonly key?: KeyName;
  readonly seed?: number;
  readonly now?: () => number;
}

/** Opens the repository for some work and closes it again. A campaign opens thousands. */
export async function withRepository<Result>(
  backend: Backend,
  { key = "first", seed = 2, now = () => 0 }: Opening,
  work: (repository: Repository) => Promise<Result>,
): Promise<Result> {
  const keys = [campaignKeys[key]];
  const repository = await openRepository(backend, { keys, random: chance(seed), now, threads: 0 });
  try {
    return await work(repository);
  } finally {
    await repository.close();
  }
}

/** Captures a tree as a snapshot and says so once it is committed. */
export async function captureOn(
  stage: Stage,
  repository: Repository,
  { id, tree, ...more }: CaptureOrder,
): Promise<void> {
  stage.trees.set(id, tree);
  await capture(repository, id, offersFrom(tree), more);
  stage.tell({ is: "committed", id });
}

export interface CaptureOrder {
  readonly id: string;
  readonly tree: Tree;
  readonly previous?: string;
  readonly source?: string;
}

/** Files offered from memory. Other content has another time: else it would pass for unchanged. */
export function* offersFrom(tree: Tree): Iterable<Offer> {
  for (const [path, bytes] of Object.entries(tree))
    if (bytes)
      yield { type: "file", path, modifiedAt: timeOf(bytes), size: bytes.length, locator: { bytes } };
}

function timeOf(bytes: Uint8Array): number {
  return crc32(bytes) * 1000;
}
