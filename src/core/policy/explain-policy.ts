import type { PolicyFile } from "../model/policy/policy-document.ts";
import { readDocuments, type Document } from "./documents.ts";
import { judge } from "./read-policies.ts";
import { dereference, schemaOf, type SchemaAt } from "./shape/schema.ts";
import { lineOf } from "./text/text-file.ts";
import { isPlace, type Origin, type Written, type WrittenEntry, type WrittenMap } from "./text/written.ts";

/** One line of an explanation: `  type: primary`, and where the value comes from. */
export interface ExplainedLine {
  readonly text: string;
  /**
   * `policies/ps1.yaml:8`, `template primary-defaults, policies/hierarchy.yaml:12`, `default`; empty above a
   * map.
   */
  readonly origin: string;
}

/**
 * Writes a policy as it is meant, every default filled in, with the origin of each value. Undefined where no
 * sound policy of that name is in the files.
 */
export function explainPolicy(
  files: readonly PolicyFile[],
  name: string,
): readonly ExplainedLine[] | undefined {
  const { documents } = readDocuments(files);
  const document = documents.find((it) => it.kind === "BackupPolicy" && it.name === name);
  const judged = document === undefined ? undefined : judge(document, documents);
  const policy = judged?.sound === true ? judged.policy : undefined;
  return policy === undefined
    ? undefined
    : explainMap({ map: policy, at: schemaOf("policy.schema.json"), depth: 0 }, documents);
}

/**
 * Writes a Repository document in the same way, so that what policies and repositories are explained as is
 * a folder's content once more. Undefined where no sound one of that name is in the files.
 */
export function explainRepository(
  files: readonly PolicyFile[],
  name: string,
): readonly ExplainedLine[] | undefined {
  const { documents } = readDocuments(files);
  const document = documents.find((it) => it.kind === "Repository" && it.name === name);
  return document === undefined || document.problems.length > 0
    ? undefined
    : explainMap({ map: document.body, at: schemaOf("policy.schema.json"), depth: 0 }, documents);
}

/** Lays an explanation out as YAML with comments, which means the same when it is read again. */
export function renderExplanation(lines: readonly ExplainedLine[]): string {
  const width = Math.min(70, Math.max(...lines.map((it) => it.text.length)));
  return lines
    .map(({ text, origin }) =>
      origin === "" ? text : `${text.padEnd(width)}  # ${origin.replaceAll(/\s/g, " ")}`,
    )
    .map((line) => `${line}\n`)
    .join("");
}

interface Level {
  readonly map: WrittenMap;
  readonly at: SchemaAt;
  readonly depth: number;
}

function explainMap({ map, at, depth }: Level, documents: readonly Document[]): readonly ExplainedLine[] {
  const chosen = choose(at, map);
  return inOrder(map, chosen).flatMap(([key, { value }]) => {
    const text = `${"  ".repeat(depth)}${keyText(key)}:`;
    if (value.is !== "map" || value.entries.size === 0)
      return [{ text: `${text} ${flow(value)}`, origin: describeOrigin(value.origin, documents) }];
    const below = { map: value, at: schemaBelow(chosen, key), depth: depth + 1 };
    return [{ text, origin: "" }, ...explainMap(below, documents)];
  });
}

/** The definition that describes a map: of several, the one of its kind. */
function choose(at: SchemaAt, map: WrittenMap): SchemaAt {
  const { schema, file } = dereference(at);
  if (schema.anyOf !== undefined) return choose({ schema: schema.anyOf[0]!, file }, map);
  const kind = map.entries.get("kind")?.value;
  const choices = schema.oneOf?.map((it) => dereference({ schema: it, file }));
  return (
    choices?.find((it) => kind?.is === "scalar" && it.schema.properties?.["kind"]?.const === kind.value) ?? {
      schema,
      file,
    }
  );
}

function schemaBelow({ schema, file }: SchemaAt, key: string): SchemaAt {
  const { additionalProperties: rest } = schema;
  return { schema: schema.properties?.[key] ?? (typeof rest === "object" ? rest : {}), file };
}

/** The entries in the order in which the schema lists them, which is the order in which people write them. */
function inOrder(map: WrittenMap, { schema }: SchemaAt): readonly (readonly [string, WrittenEntry])[] {
  const keys = Object.keys(schema.properties ?? {});
  return [...map.entries].sort(([left], [right]) => keys.indexOf(left) - keys.indexOf(right));
}

function describeOrigin(origin: Origin, documents: readonly Document[]): string {
  if (!isPlace(origin)) return origin.default;
  const home = documents.find(({ body }) => isWithin(origin, body.origin));
  const where = lineOf(origin);
  return home?.kind === "PolicyTemplate" ? `template ${home.name}, ${where}` : where;
}

function isWithin(origin: Origin, outer: Origin): boolean {
  if (!isPlace(origin) || !isPlace(outer) || origin.file !== outer.file) return false;
  return outer.start <= origin.start && origin.end <= outer.end;
}

/** A value on one line, in YAML's flow style. */
function flow(value: Written): string {
  switch (value.is) {
    case "scalar":
      return typeof value.value === "string" ? flowText(value.value) : String(value.value);
    case "list":
      return `[${value.items.map(flow).join(", ")}]`;
    case "map": {
      const members = [...value.entries];
      return members.length === 0
        ? "{}"
        : `{ ${members.map(([key, it]) => `${keyText(key)}: ${flow(it.value)}`).join(", ")} }`;
    }
  }
}

/** A key needs no quotes where it is a word: YAML 1.2 reads `on` as one. */
function keyText(key: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(key) ? key : flowText(key);
}

function flowText(text: string): string {
  const plain =
    /^[A-Za-z](?:[A-Za-z0-9 ./_-]*[A-Za-z0-9./_-])?$/.test(text) &&
    !/^(true|false|null|yes|no|on|off)$/i.test(text);
  if (plain) return text;
  // Within single quotes a line's end would be a space, and a control character is none that YAML takes.
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text)) return JSON.stringify(text);
  return `'${text.replaceAll("'", "''")}'`;
}
