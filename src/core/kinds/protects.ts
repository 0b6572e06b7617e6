import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { kindOf } from "./catalogue.ts";
import type { Protected } from "./protected.ts";

/** Whether any source of a policy protects something that its site has. */
export function protects({ sources }: Pick<ResolvedPolicy, "sources">, thing: Protected): boolean {
  return sources.some((source) => kindOf(source.kind).protects(source, thing));
}
