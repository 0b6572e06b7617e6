import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import machine from "../../../schemas/machine.schema.json" with { type: "json" };
import plan from "../../../schemas/plan.schema.json" with { type: "json" };
import policy from "../../../schemas/policy.schema.json" with { type: "json" };
import source from "../../../schemas/source.schema.json" with { type: "json" };
import type { Json } from "../../core/base/json.ts";
import { schemaId, standaloneSchema } from "../../core/policy/shape/standalone-schema.ts";
import { refuseFile, writeNew } from "./new-file.ts";

const files = { policy, source, machine, plan } as unknown as Readonly<Record<string, Json>>;

/** The names by which schemas are asked for. */
export const schemaNames: readonly string[] = Object.keys(files);

/** A schema as text, which refers to no other file. */
export function schemaText(name: string): string {
  return JSON.stringify(standaloneSchema(files, name), undefined, 2);
}

/** Writes a schema into a folder. One of ours is brought up to date, no other file is touched. */
export async function writeSchema(folder: string, name: string): Promise<string> {
  const file = join(folder, `${name}.schema.json`);
  const text = `${schemaText(name)}\n`;
  const hint = "Move that file away, or name another folder.";
  if (await isOurs(file, name)) await writeFile(file, text).catch(refuseFile(file, hint));
  else await writeNew(file, text, { mode: 0o644, hint });
  return file;
}

async function isOurs(file: string, name: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.includes(`"$id": "${schemaId(name)}"`);
}
