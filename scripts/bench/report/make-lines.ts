import { median } from "../measure/median.ts";
import type { Figure } from "../works/figure.ts";
import type { LineSpec, Target } from "./lines.ts";

/** Ours, by its name among the tools. */
export const ours = "sitekeep";

/** A target beside what was measured. */
export interface Judged extends Target {
  readonly ratio: number;
  readonly isReached: boolean;
}

/** A line of the table: the median of each tool, and what it says about the targets. */
export interface Line {
  readonly title: string;
  readonly aspect: LineSpec["aspect"];
  readonly values: ReadonlyMap<string, number>;
  readonly judged: readonly Judged[];
}

/** Makes the lines for which ours was measured. A target whose peer was not measured is left out. */
export function makeLines(specs: readonly LineSpec[], figures: readonly Figure[]): readonly Line[] {
  return specs.flatMap((spec) => {
    const values = mediansOf(spec, figures);
    if (!values.has(ours)) return [];
    const judged = spec.targets.flatMap((target) => judge(target, values) ?? []);
    return [{ title: spec.title, aspect: spec.aspect, values, judged }];
  });
}

function mediansOf(
  { part, work, aspect }: LineSpec,
  figures: readonly Figure[],
): ReadonlyMap<string, number> {
  const found = figures.filter((it) => it.part === part && it.work === work && it[aspect] !== undefined);
  const byTool = Map.groupBy(found, (it) => it.tool);
  return new Map([...byTool].map(([tool, own]) => [tool, median(own.map((it) => it[aspect]!))]));
}

function judge(target: Target, values: ReadonlyMap<string, number>): Judged | undefined {
  const other = target.against === "limit" ? 1 : values.get(target.against);
  if (other === undefined) return undefined;
  const ratio = values.get(ours)! / other;
  return { ...target, ratio, isReached: ratio <= target.atMost };
}
