import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Question } from "../model/question.ts";
import { hazards } from "./hazards/catalogue.ts";

/** What the hazards ask of a policy's site, each question once. */
export function questionsFor(policy: ResolvedPolicy): readonly Question[] {
  const all = hazards.flatMap((it) => Object.values(it.asks));
  return [...new Set(all)].filter((it) => it.isAsked?.(policy) ?? true);
}
