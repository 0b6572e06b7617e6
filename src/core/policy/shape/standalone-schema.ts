import { isJsonObject, type Json } from "../../base/json.ts";

/** JSON Schemas by their names, as the files `NAME.schema.json` hold them. */
export type SchemaFiles = Readonly<Record<string, Json>>;

/**
 * A schema that refers to no other file: what it takes from others stands among its own definitions, each
 * under the other's name. Its `$id` is a name, and no address to look at.
 */
export function standaloneSchema(files: SchemaFiles, name: string): Json {
  const schema = files[name];
  if (!isJsonObject(schema)) throw new Error(`There is no schema named ${name}.`);
  const { $schema, $defs, ...rest } = schema;
  const definitions = Object.fromEntries(
    namesTaken(files, name).map((other) => {
      const { $schema: _, ...body } = files[other] as { readonly [key: string]: Json };
      return [other, refer(body, { home: other, root: name })];
    }),
  );
  return {
    $schema: $schema!,
    $id: schemaId(name),
    ...(refer(rest, { home: name, root: name }) as object),
    $defs: { ...(refer($defs ?? {}, { home: name, root: name }) as object), ...definitions },
  };
}

/** `urn:sitekeep:schema:policy:v1`. */
export function schemaId(name: string): string {
  return `urn:sitekeep:schema:${name}:v1`;
}

/** The schemas that one refers to, and those that they refer to, itself left out. */
function namesTaken(files: SchemaFiles, name: string): readonly string[] {
  const taken = new Set([name]);
  // What is added meanwhile is visited as well.
  for (const each of taken)
    for (const [, other] of JSON.stringify(files[each]).matchAll(/"\$ref":"(\w+)\.schema\.json/g))
      taken.add(other!);
  return [...taken].filter((it) => it !== name);
}

/** A value with its references turned from files to definitions of the root. */
function refer(value: Json, of: { readonly home: string; readonly root: string }): Json {
  if (Array.isArray(value)) return value.map((it) => refer(it as Json, of));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, it]) => [
      key,
      key === "$ref" && typeof it === "string" ? referTo(it, of) : refer(it as Json, of),
    ]),
  );
}

function referTo(
  reference: string,
  { home, root }: { readonly home: string; readonly root: string },
): string {
  const [file = "", pointer = ""] = reference.split("#");
  const target = file === "" ? home : file.replace(/\.schema\.json$/, "");
  return target === root ? `#${pointer}` : `#/$defs/${target}${pointer}`;
}
