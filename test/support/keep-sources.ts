import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments, type Scalar, type YAMLMap } from "yaml";

/** Leaves only these sources in the policy of a lab: what a test is not about costs time. */
export function keepSources(lab: string, names: readonly string[]): void {
  const file = join(lab, "policies", "lab.yaml");
  const documents = parseAllDocuments(readFileSync(file, "utf8"));
  const sources = documents[0]!.get("sources") as YAMLMap<Scalar<string>>;
  for (const name of names) if (!sources.has(name)) throw new Error(`The policy has no source ${name}.`);
  // Kinds that a policy does not name are there by default: `null` is how it does without one.
  for (const { key } of sources.items)
    if (!names.includes(key.value)) documents[0]!.setIn(["sources", key.value], null);
  writeFileSync(file, documents.join(""));
}
