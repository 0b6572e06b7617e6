import { formatDuration } from "../../base/instant.ts";
import type { PointVerdict } from "../../model/point-verdict.ts";

/** What is wrong with a point, a few words each, behind its name. */
export function verdictWords({ skew, restorable }: PointVerdict): readonly string[] {
  return [
    ...(skew?.tooFar ? [`skewed ${formatDuration(skew.ms)}`] : []),
    ...(restorable === "no" ? ["not restorable"] : []),
  ];
}

/** What a point is worth, a row each. */
export function pointRows(verdict: PointVerdict): readonly (readonly [string, string])[] {
  const { missing, skew, restorable, because, lacks = [] } = verdict;
  const why = because.length === 0 ? "" : `: ${because.map((it) => it.words).join("; ")}`;
  return [
    ...(missing.length === 0 ? [] : [["Lacks", missing.join(", ")] as const]),
    ...(skew === undefined
      ? []
      : [
          [
            "Skew",
            `${formatDuration(skew.ms)} between ${skew.between.join(" and ")}${skew.tooFar ? ", too far" : ""}`,
          ] as const,
        ]),
    ["Restorable", `${restorable}${why}`],
    ...lacks.map(({ source, parts }) => [`Of ${source}`, `it lacks ${parts.join("; ")}`] as const),
  ];
}
