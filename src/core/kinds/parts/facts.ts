import type { JsonObject } from "../../base/json.ts";

/** A text among facts, or `undefined`: drivers record what they could learn, and no more. */
export function textFact(facts: JsonObject, name: string): string | undefined {
  const value = facts[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The texts of a list among facts. */
export function textFacts(facts: JsonObject, name: string): readonly string[] {
  const value = facts[name];
  return Array.isArray(value) ? value.filter((it) => typeof it === "string") : [];
}
