import type { Problem } from "../../base/problem.ts";
import type { PolicyRisk } from "../../model/policy/policy-risk.ts";
import { codeFrame } from "./code-frame.ts";
import { placeOf } from "./problem-at.ts";
import { whereOf } from "./text-file.ts";
import { find, type Origin, type Written, type WrittenMap } from "./written.ts";

/**
 * Shows a risk where it was written, in the policy or in a template. What nobody wrote is shown at the
 * nearest key above that somebody did, and at last at the policy's name.
 */
export function riskAt(policy: WrittenMap, { problem, keys }: PolicyRisk): Problem {
  if (keys.length === 0) return problem;
  const place = placeOf(...originsOf(policy, keys), find(policy, "metadata", "name")?.origin);
  return { ...problem, where: whereOf(place), frame: codeFrame(place) };
}

/**
 * The origins of what the keys lead to, the deepest first: of a map its key, of anything else what is said.
 */
function originsOf(map: Written, [key, ...below]: readonly string[]): readonly (Origin | undefined)[] {
  const entry = map.is === "map" && key !== undefined ? map.entries.get(key) : undefined;
  if (entry === undefined) return [];
  const { key: name, value } = entry;
  return [...originsOf(value, below), ...(value.is === "map" ? [name] : [value.origin, name])];
}
