import type { Fences } from "../objects/fences.ts";
import { LoadedIndex } from "../index/index-loader.ts";
import { Needs } from "../walk/needs.ts";
import { repack, type RepackOptions, type RepackParts } from "./repack.ts";

export interface LookOrder {
  readonly fences: Fences;
  readonly tree: Uint8Array;
  /** For whoever only reads: what is at risk is made safe if that can be done. */
  readonly isReader?: boolean;
}

export interface Looked {
  /** What is nowhere, by path or name of the object. */
  readonly lacking: readonly string[];
  /** Leads to where everything lies now. */
  readonly index: LoadedIndex;
  /** All is there, and could not be seen to: no proof may name a fence. */
  readonly isAtRisk?: true;
}

const safeNote = {
  what: "in the repository a safe place for what a prune is about to take from a snapshot",
  means: "All of it is there now: verify again soon, where the repository can be written to.",
};

/**
 * Looks whether all is there that a tree needs, and sees to it that it stays: what lies in packs that a prune
 * has condemned, or that nobody vouches for, is stored once more. When nothing lacks, a proof may name the
 * newest of the fences.
 */
export async function lookWhole(
  parts: Omit<RepackParts, "index">,
  { fences, tree, isReader = false }: LookOrder,
  options: RepackOptions,
): Promise<Looked> {
  const { store } = parts;
  const index = new LoadedIndex(store, fences, "standing");
  await index.refresh();
  const needs = new Needs(store, index);
  const lacking = await needs.add(tree, 1);
  if (lacking.length > 0) return { lacking, index };
  const entries = Array.from({ length: index.chunks.count }, (_, entry) => entry);
  const atRisk = entries.filter(
    (entry) => needs.has(entry) && !index.isUsable(index.chunks.place(entry).pack),
  );
  if (atRisk.length === 0) return { lacking, index };
  const safeguarding = async () => {
    await repack({ ...parts, index }, atRisk, options);
    return "safe" as const;
  };
  const made = await (isReader ? store.notes.write(safeNote, safeguarding) : safeguarding());
  if (made === undefined) return { lacking, index, isAtRisk: true };
  const safe = new LoadedIndex(store, fences, "standing");
  await safe.refresh();
  return { lacking, index: safe };
}
