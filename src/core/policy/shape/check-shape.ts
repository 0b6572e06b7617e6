import type { Problem } from "../../base/problem.ts";
import { checkMap, checkUnion } from "./check-map.ts";
import type { Checked } from "./checked.ts";
import { problemAt, placeOf, type Complaint } from "../text/problem-at.ts";
import { dereference, type Schema, type SchemaAt } from "./schema.ts";
import { expected, nearest, quoted } from "./wording.ts";
import type { Origin, Written, WrittenScalar } from "../text/written.ts";

/**
 * Compares what was written with its schema, value by value, and says what differs. The schemas stay the only
 * truth; walking them here instead of compiling them with ajv saves 0.2 s at each start and keeps every
 * value's place (docs/decisions/0004-schema-walk.md). `if`/`then` are for editors: what they ask is checked
 * after `extends`.
 */
export function checkShape(value: Written, at: SchemaAt, path = ""): readonly Problem[] {
  const checked = { value, at: dereference(at), path };
  if (checked.at.schema.anyOf !== undefined) return checkOrNull(checked);
  if (checked.at.schema.oneOf !== undefined) return checkUnion(checked, checkShape);
  return checkTyped(checked);
}

function checkOrNull({ value, at, path }: Checked): readonly Problem[] {
  const isNull = value.is === "scalar" && value.value === null && value.source !== "";
  return isNull ? [] : checkShape(value, { schema: at.schema.anyOf![0]!, file: at.file }, path);
}

function checkTyped(checked: Checked): readonly Problem[] {
  const { value, at, path } = checked;
  const { schema } = at;
  if (value.is === "scalar" && value.source === "" && value.value === null) return [forgotten(checked)];
  if (!hasType(value, schema)) return [wrongType(checked)];
  if (value.is === "map") return checkMap({ value, at, path }, checkShape);
  if (value.is === "list") {
    const { items, minItems = 0 } = schema;
    if (value.items.length < minItems) return [complain(checked, "wrong-value", "must not be empty")];
    if (items === undefined) return [];
    return value.items.flatMap((item, index) =>
      checkShape(item, { schema: items, file: at.file }, `${path}[${index}]`),
    );
  }
  return checkScalar({ value, at, path });
}

function checkScalar(checked: Checked<WrittenScalar>): readonly Problem[] {
  const { value, schema } = { value: checked.value.value, schema: checked.at.schema };
  const choices = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (choices !== undefined && !choices.includes(value)) return [wrongChoice(checked, choices)];
  if (typeof value === "number" && outside(value, schema)) return [wrongValue(checked)];
  if (typeof value === "string" && !fitsText(value, schema)) return [wrongValue(checked)];
  return [];
}

function outside(value: number, { minimum = -Infinity, maximum = Infinity }: Schema): boolean {
  return value < minimum || value > maximum;
}

function fitsText(value: string, { pattern, minLength = 0, maxLength = Infinity }: Schema): boolean {
  if (value.length < minLength || value.length > maxLength) return false;
  return pattern === undefined || new RegExp(pattern, "u").test(value);
}

const typeTests: Readonly<Record<string, (value: Written) => boolean>> = {
  object: (value) => value.is === "map",
  array: (value) => value.is === "list",
  string: (value) => value.is === "scalar" && typeof value.value === "string",
  integer: (value) => value.is === "scalar" && Number.isSafeInteger(value.value),
  boolean: (value) => value.is === "scalar" && typeof value.value === "boolean",
  null: (value) => value.is === "scalar" && value.value === null,
};

function hasType(value: Written, { type, enum: choices, const: constant }: Schema): boolean {
  if (type !== undefined) return [type].flat().some((it) => typeTests[it]!(value));
  return (choices === undefined && constant === undefined) || value.is === "scalar";
}

function forgotten(checked: Checked): Problem {
  const hint = `Write ${expected(checked.at.schema)} after the colon, or remove the line. To remove an inherited value, write \`null\`.`;
  return complain(checked, "value-missing", "has no value", hint);
}

function wrongType(checked: Checked): Problem {
  const { value, at, path } = checked;
  if (at.schema.writeOnly === true && value.is === "scalar") return literalSecret(checked);
  if (value.is === "scalar" && value.value !== null && isTextUnquoted(value, at.schema))
    return complain(
      checked,
      "wrong-type",
      `must be text, and YAML reads \`${value.source}\` as a ${typeof value.value}`,
      `Put it in quotes: \`${lastKey(path)}'${value.source}'\`.`,
    );
  const keys = Object.keys(at.schema.properties ?? {});
  return complain(
    checked,
    "wrong-type",
    `must be ${expected(at.schema)}, not ${quoted(value)}`,
    value.is === "list" && keys.length > 0 ? withoutDashes(keys) : `Write ${expected(at.schema)}.`,
  );
}

/** How many keys are named as examples. */
const keysNamed = 3;

/** What a list is to be made that stands where keys belong: most often each key was begun with a dash. */
function withoutDashes(keys: readonly string[]): string {
  const named = keys.slice(0, keysNamed).map((it) => `\`${it}:\``);
  return `Write its keys without dashes, each on a line of its own: ${named.join(", ")}${keys.length > keysNamed ? " and so on" : ""}.`;
}

/** True where quotes would do: `001` for a site code, and not `26` for a length of time. */
function isTextUnquoted({ source }: WrittenScalar, schema: Schema): boolean {
  return [schema.type].flat().includes("string") && fitsText(source, schema);
}

function lastKey(path: string): string {
  const key = /[^.\]]+$/.exec(path)?.[0];
  return key === undefined ? "" : `${key}: `;
}

function literalSecret(checked: Checked): Problem {
  const { value, path } = checked;
  return problemAt(placeOf(value.origin), {
    code: "secret-literal",
    message: `\`${path}\` must say where the secret is, and never be the secret itself.`,
    hint: "Write `{ env: NAME }`, `{ file: PATH }`, `{ command: [PROGRAM, …] }` or `{ credential: NAME }`; change the secret if this text was ever committed.",
    hide: value.origin,
  });
}

function wrongChoice(checked: Checked<WrittenScalar>, choices: readonly unknown[]): Problem {
  const secondary = checked.path === "site.type" && checked.value.value === "secondary";
  if (secondary) return problemAt(placeOf(checked.value.origin), secondarySite);
  if (isAcceptedRisk(checked)) return notAcceptable(checked, choices);
  const list = choices.map((it) => `\`${String(it)}\``).join(", ");
  const nearest = checked.value.value === null ? undefined : nearestChoice(checked.value, choices);
  const some = choices.length === 1 ? list : `one of ${list}`;
  const hint = nearest === undefined ? `Write ${some}.` : `Did you mean \`${nearest}\`?`;
  return complain(checked, "wrong-value", `must be ${some}, not ${quoted(checked.value)}`, hint);
}

function nearestChoice(value: WrittenScalar, choices: readonly unknown[]): string | undefined {
  return nearest(String(value.value), choices.map(String));
}

function isAcceptedRisk({ path }: Checked): boolean {
  return /^accepts\[\d+\]\.risk$/.test(path);
}

/** So many choices belong into the cure, and only where none of them is near. */
function notAcceptable(checked: Checked<WrittenScalar>, choices: readonly unknown[]): Problem {
  const nearest = checked.value.value === null ? undefined : nearestChoice(checked.value, choices);
  return complain(
    checked,
    "risk-not-acceptable",
    `is ${quoted(checked.value)}, which is no risk that can be accepted`,
    nearest === undefined
      ? `What may be accepted: ${choices.join(", ")}. What the window, the age of the data, proofs, copies and points tell stays red until it is gone.`
      : `Did you mean \`${nearest}\`?`,
  );
}

const secondarySite: Complaint = {
  code: "secondary-site",
  message:
    "Secondary sites can't be backed up: they have no backup task, and their data comes from the parent.",
  hint: "Remove this policy. After a loss, use `Recover Secondary Site` in the console of the parent site.",
};

function wrongValue(checked: Checked<WrittenScalar>): Problem {
  const { value, at } = checked;
  const wanted = expected(at.schema);
  // Somebody may have put the secret where its reference belongs.
  if (at.schema.writeOnly === true)
    return complain({ ...checked, hide: value.origin }, "wrong-value", `must be ${wanted}`);
  // eslint-disable-next-line no-control-regex -- what an escape in double quotes leaves behind
  const escaped = typeof value.value === "string" && /[\u0000-\u001f]/.test(value.value);
  const hint = escaped
    ? "Put Windows paths in single quotes: in double quotes `\\n` and `\\t` are escapes."
    : `Write ${wanted}.`;
  return complain(checked, "wrong-value", `must be ${wanted}, not ${quoted(value)}`, hint);
}

function complain(
  { value, path, hide }: Checked & { readonly hide?: Origin },
  code: Complaint["code"],
  wrong: string,
  hint = "Write what belongs there, or remove the line.",
): Problem {
  const subject = path === "" ? "The document" : `\`${path}\``;
  return problemAt(placeOf(value.origin), {
    code,
    message: `${subject} ${wrong}.`,
    hint,
    ...(hide ? { hide } : {}),
  });
}
