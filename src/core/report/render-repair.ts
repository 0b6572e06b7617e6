import { formatBytes } from "../base/bytes.ts";
import type { RepairPlan, StoredAnew } from "../model/repository/repository-repair.ts";
import { countWords } from "./words/count-words.ts";
import { noPaint, type Paint } from "./words/paint.ts";
import { damageLine, renderHurt } from "./render-check.ts";

/** Shows what a repair found, what it would do, and what stays lost. Ends with a line feed. */
export function renderRepair(plan: RepairPlan, paint: Paint = noPaint): string {
  if (!needsRepair(plan) && plan.left.length === 0 && plan.lost.length === 0)
    return "Everything was read. There is nothing to repair.\n";
  const lines = [
    paint("bold", "Found"),
    ...foundLines(plan, paint).map((it) => `  ${it}`),
    "",
    paint("bold", "To be done"),
    ...stepsOf(plan).map((it) => `  ${it}`),
    "",
    paint("bold", "Lost, whatever is done"),
    ...lostLines(plan, paint).map((it) => `  ${it}`),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** Whether a repair would do anything. */
export function needsRepair(plan: RepairPlan): boolean {
  const { rewritten, removed, indexedPacks, givenUp, broughtBack } = plan;
  return rewritten.length + removed.length + indexedPacks + givenUp.length + broughtBack.blobs > 0;
}

function foundLines({ damage, indexedPacks, broughtBack }: RepairPlan, paint: Paint): readonly string[] {
  if (damage.length > 0) return damage.map((it) => damageLine(it, paint));
  if (broughtBack.blobs > 0) return ["content that snapshots need and that a prune has put aside"];
  return [indexedPacks > 0 ? "an index that lacks what snapshots need" : "nothing that could be mended"];
}

function stepsOf(plan: RepairPlan): readonly string[] {
  const { rewritten, removed, givenUp, salvaged, broughtBack, indexedPacks, left } = plan;
  const steps = [
    ...rewritten.map((it) => `write ${it} anew from its copy`),
    ...removed.map((it) => `take ${it} away: it can't be read`),
    ...givenUp.map((it) => `give ${it} up: it stays where it is, and nothing rests on it any more`),
  ];
  if (salvaged.blobs > 0) steps.push(`store once more what is sound in those: ${anewWords(salvaged)}`);
  if (broughtBack.blobs > 0)
    steps.push(
      `store once more what snapshots need of what a prune has put aside: ${anewWords(broughtBack)}`,
    );
  if (indexedPacks > 0) steps.push(`make a new index of ${countWords(indexedPacks, "pack")}`);
  steps.push(...left.map(({ object }) => `leave ${object} as it is: see docs/stuck.md`));
  return steps.length === 0 ? ["nothing: no repair brings back what is lost"] : steps;
}

function anewWords({ blobs, bytes }: StoredAnew): string {
  return `${countWords(blobs, "piece")}, ${formatBytes(bytes)}`;
}

function lostLines({ lost, lostSnapshots }: RepairPlan, paint: Paint): readonly string[] {
  const gone = lostSnapshots.map((id) => `${paint("bad", "Hurt")}  the snapshot ${id} as a whole`);
  if (lost.length === 0 && gone.length > 0) return [...gone, "Every file of the others can be given back."];
  return [...gone, ...renderHurt(lost, paint)];
}
