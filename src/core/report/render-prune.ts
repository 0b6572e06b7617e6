import { formatBytes } from "../base/bytes.ts";
import type { PrunePlan } from "../model/prune-plan.ts";
import { countWords } from "./count-words.ts";

/** Says what a prune is about to do, one thing a line. Ends with a line feed. */
export function renderPrunePlan(plan: PrunePlan): string {
  const { trash, repack, remove, wait, leave, keep } = plan;
  const lines = [
    line("Deleted from the trash", remove, "free at once"),
    line("Into the trash", trash, "free after a later prune"),
    line("  of these made anew", repack, `${formatBytes(repack.neededBytes)} of content is stored once more`),
    line("Waiting in the trash", wait, "until its grace is over and no restore goes on"),
    line("Left alone", leave, "young: a capture may be about to need them"),
    line("Kept", keep, `${formatBytes(keep.unusedBytes)} of it unused`),
  ];
  const incomplete = plan.incomplete.map(
    (id) => `The snapshot ${id} lacks content that an earlier prune took while it was captured: forget it.`,
  );
  return [...lines.filter((it) => it !== undefined), ...incomplete].map((it) => `${it}\n`).join("");
}

function line(
  what: string,
  { packs, bytes }: { readonly packs: number; readonly bytes: number },
  words: string,
): string | undefined {
  if (packs === 0) return undefined;
  return `${what.padEnd(23)} ${countWords(packs, "pack").padStart(9)}  ${formatBytes(bytes).padStart(9)}  ${words}`;
}
