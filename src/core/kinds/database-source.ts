import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Source } from "../model/policy/source.ts";
import { kindOf } from "./catalogue.ts";

/** The source of a policy that holds the site database: native or watched, else the task's set. */
export function databaseSource({ sources }: Pick<ResolvedPolicy, "sources">): Source | undefined {
  const holding = (as: "copy" | "set") => sources.find((it) => kindOf(it.kind).inPoint.database === as);
  return holding("copy") ?? holding("set");
}
