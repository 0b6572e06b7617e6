import machineSchema from "../../../../schemas/machine.schema.json" with { type: "json" };
import policySchema from "../../../../schemas/policy.schema.json" with { type: "json" };
import sourceSchema from "../../../../schemas/source.schema.json" with { type: "json" };
import type { Json } from "../../base/json.ts";

/** The part of JSON Schema 2020-12 that our schemas use; a test holds them to it. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  /** What is meant, as it reads in a sentence: `an absolute path`. */
  readonly title?: string;
  readonly examples?: readonly Json[];
  /** A secret, or something that holds one: its text is never shown. */
  readonly writeOnly?: boolean;
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: boolean | Schema;
  /** Objects told apart by the constant of their `kind`; used for nothing else. */
  readonly oneOf?: readonly Schema[];
  /** Something or `null`; used for nothing else. */
  readonly anyOf?: readonly Schema[];
}

const files: Readonly<Record<string, Schema>> = {
  "policy.schema.json": policySchema as Schema,
  "source.schema.json": sourceSchema as Schema,
  "machine.schema.json": machineSchema as Schema,
};

/** A schema and the file it stands in, which its references are relative to. */
export interface SchemaAt {
  readonly schema: Schema;
  readonly file: string;
}

/** The schema of a whole file: `policy.schema.json`. */
export function schemaOf(file: string): SchemaAt {
  return { schema: files[file]!, file };
}

/** Follows `$ref` to its end; keywords beside a reference add to what it refers to, and win. */
export function dereference({ schema, file }: SchemaAt): SchemaAt {
  if (schema.$ref === undefined) return { schema, file };
  const [name, pointer = ""] = schema.$ref.split("#");
  const target = name === "" ? file : name!;
  const found = pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], files[target]);
  const end = dereference({ schema: found as Schema, file: target });
  const { $ref: _, ...beside } = schema;
  return { schema: { ...end.schema, ...beside }, file: end.file };
}
