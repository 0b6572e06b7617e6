import { formatBytes } from "../base/bytes.ts";
import type { PrunePlan } from "../model/repository/prune-plan.ts";
import { countWords } from "./words/count-words.ts";

/** Says what a prune is about to do, one thing a line. Ends with a line feed. */
export function renderPrunePlan(plan: PrunePlan): string {
  const { trash, repack, remove, wait, leave, unfinished, keep } = plan;
  const lines = [
    line("Deleted from the trash", remove, "free at once"),
    line("Into the trash", trash, "free after a later prune"),
    line("  of these made anew", repack, `${formatBytes(repack.neededBytes)} of content is stored once more`),
    line("Waiting in the trash", wait, "until its grace is over and no restore goes on"),
    line("Left alone", leave, "young: a capture may be about to need them"),
    line("Never finished", unfinished, "left by writers that died, deleted"),
    line("Kept", keep, `${formatBytes(keep.unusedBytes)} of it unused`),
  ];
  const incomplete = plan.incomplete.map(
    (id) => `The snapshot ${id} lacks content that an earlier prune took while it was captured: forget it.`,
  );
  return [...lines.filter((it) => it !== undefined), ...incomplete].map((it) => `${it}\n`).join("");
}

type Sum = { readonly bytes: number } & ({ readonly packs: number } | { readonly files: number });

function line(what: string, sum: Sum, words: string): string | undefined {
  const [count, noun] = "packs" in sum ? [sum.packs, "pack"] : [sum.files, "file"];
  if (count === 0) return undefined;
  return `${what.padEnd(23)} ${countWords(count, noun).padStart(9)}  ${formatBytes(sum.bytes).padStart(9)}  ${words}`;
}
