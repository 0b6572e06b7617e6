import { Notes } from "../../../src/store/objects/notes.ts";
import { replacing } from "../replacing.ts";
import { provenOrGone } from "../../../src/engine/run/read-back.ts";
import { crc32 } from "node:zlib";
import { expect } from "vitest";
import type { Offer } from "../../../src/core/model/offer.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import type { CopyableRepository } from "../../../src/store/copyable-repository.ts";
import { openRepository } from "../../../src/store/open-repository.ts";
import type { ManifestFacts, PruneOptions, PruneReport, Repository } from "../../../src/store/repository.ts";
import { capture, chance, type Tree } from "../test-repository.ts";

/**
 * What a work says of itself while it runs. Whatever it has said must be so after any cut that comes later.
 */
export type Mark =
  | { readonly is: "made" }
  | { readonly is: "committed" | "forgetting" | "forgotten" | "proven"; readonly id: string }
  | { readonly is: "recorded"; readonly name: string }
  /** What these objects held may be lost: of each snapshot, no more than these paths. */
  | { readonly is: "damaged"; readonly objects: readonly string[]; readonly lost: LostPaths }
  /** All that can be saved is saved; all that was lost has been stored again. */
  | { readonly is: "repaired" | "healed" }
  | {
      readonly is: "key-adding" | "key-added" | "key-proven" | "key-removing" | "key-removed";
      readonly key: KeyName;
    };

/** By snapshot. */
export type LostPaths = Readonly<Record<string, readonly string[]>>;

/** What was told before a repository was cut off, and what may be in it. */
export interface Told {
  readonly marks: readonly Mark[];
  readonly trees: ReadonlyMap<string, Tree>;
}

/** Where a work runs, and what it tells. */
export interface Stage {
  /** The store, as a writer of its own sees it. */
  backend(): Backend;
  tell(mark: Mark): void;
  /** Every tree that the work may commit, by snapshot. */
  readonly trees: Map<string, Tree>;
}

/** Something that changes a repository. */
export interface Work {
  run(stage: Stage): Promise<void>;
  /** What is there when it begins, and befell before; without it the folder is empty. */
  begin?(): Promise<Beginning>;
}

export interface Beginning extends Told {
  readonly objects: ReadonlyMap<string, Uint8Array>;
}

export const emptyBeginning: Beginning = { objects: new Map(), marks: [], trees: new Map() };

export type KeyName = "first" | "second";
export const campaignKeys: Readonly<Record<KeyName, { readonly keyFile: Uint8Array }>> = {
  first: { keyFile: new Uint8Array(32).fill(1) },
  second: { keyFile: new Uint8Array(32).fill(2) },
};

export interface Opening {
  readonly key?: KeyName;
  readonly seed?: number;
  readonly now?: () => number;
  /** What a reader could not write down. */
  readonly notes?: Notes;
}

/** Opens the repository for some work and closes it again. A campaign opens thousands. */
export async function withRepository<Result>(
  backend: Backend,
  { key = "first", seed = 2, now = () => 0, notes = new Notes() }: Opening,
  work: (repository: CopyableRepository) => Promise<Result>,
): Promise<Result> {
  const keys = [campaignKeys[key]];
  const repository = await openRepository(backend, { keys, random: chance(seed), now, threads: 0, notes });
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

/**
 * Captures a tree and has the engine read it back: it counts when it was read back, and is captured again
 * when a prune took away meanwhile what it rests on.
 */
export async function protectOn(stage: Stage, repository: Repository, order: CaptureOrder): Promise<void> {
  const { id, tree, ...more } = order;
  stage.trees.set(id, tree);
  const { packs } = await capture(repository, id, offersFrom(tree), more);
  const proof = await provenOrGone(signing(repository), { id, packs, signal, now: () => 6 });
  if (proof === "pruned") return protectOn(stage, repository, { ...order, id: `${id}-again` });
  expect(proof, `the read-back of ${id}`).toMatchObject({ result: "passed" });
  stage.tell({ is: "committed", id });
}

/** Has each proof name the snapshot that it is of, so that one which went astray is seen. */
export function signing(repository: Repository): Repository {
  const addProof: Repository["addProof"] = (id, proof) => repository.addProof(id, { ...proof, note: id });
  return replacing(repository, { addProof });
}

/** Forgets a snapshot, and says so before and after. */
export async function forgetOn(stage: Stage, repository: Repository, id: string): Promise<void> {
  stage.tell({ is: "forgetting", id });
  await repository.forget(id);
  stage.tell({ is: "forgotten", id });
}

/** Takes away all that nothing needs, by itself at once and whatever the clock says. */
export function prune(repository: Repository, options: Partial<PruneOptions> = {}): Promise<PruneReport> {
  const approve = async (): Promise<boolean> => true;
  return repository.prune({ maxUnusedPerMille: 0, graceMs: 0, clock: "trust", signal, approve, ...options });
}

export const { signal } = new AbortController();

export interface CaptureOrder {
  readonly id: string;
  readonly tree: Tree;
  readonly previous?: string;
  readonly source?: string;
  readonly said?: Partial<ManifestFacts>;
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
