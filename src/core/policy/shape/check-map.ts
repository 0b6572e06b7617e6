import type { Problem } from "../../base/problem.ts";
import type { Check, Checked } from "./checked.ts";
import { placeOf, problemAt } from "../text/problem-at.ts";
import { dereference, type Schema, type SchemaAt } from "./schema.ts";
import { expected, nearest, quoted, shownKey } from "./wording.ts";
import { isPlace, type Origin, type Written, type WrittenEntry, type WrittenMap } from "../text/written.ts";

/** Checks the keys of a map: unknown ones, missing ones, and the value of each. */
export function checkMap(checked: Checked<WrittenMap>, check: Check): readonly Problem[] {
  const { value, at, path } = checked;
  const { additionalProperties = true, properties = {} } = at.schema;
  const found = [...value.entries].flatMap(([key, entry]) => {
    const below = path === "" ? shownKey(key) : `${path}.${shownKey(key)}`;
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own !== undefined) return check(entry.value, { schema: own, file: at.file }, below);
    if (additionalProperties === false) return [unknownKey(checked, key)];
    const badName = checkName(checked, key);
    if (badName !== undefined) return [badName];
    return additionalProperties === true
      ? []
      : check(entry.value, { schema: additionalProperties, file: at.file }, below);
  });
  return [...found, ...missingKeys(checked), ...wrongCount(checked)];
}

function unknownKey({ value, at, path }: Checked<WrittenMap>, key: string): Problem {
  const entry = value.entries.get(key)!;
  const known = Object.keys(at.schema.properties ?? {});
  const free = known.filter((it) => !value.entries.has(it));
  const near = nearest(key, free);
  const where = path === "" ? "here" : `in \`${path}\``;
  const cure = near === undefined ? `Known keys: ${known.join(", ")}.` : `Did you mean \`${near}\`?`;
  return problemAt(placeOf(entry.key), {
    code: "unknown-key",
    message: `The key \`${shownKey(key)}\` is not known ${where}.`,
    hint: key.includes(":") ? "Write a space after the colon." : cure,
    hide: hiddenPart(key, entry),
  });
}

/**
 * What stands at an unknown key could be a secret: its value, and of a strange key what follows its plain
 * beginning.
 */
function hiddenPart(key: string, { key: origin, value }: WrittenEntry): Origin {
  const at = placeOf(origin);
  const shown = shownKey(key);
  const end = value.is === "scalar" ? placeOf(value.origin, at).end : at.end;
  if (shown !== key) return { ...at, start: at.start + shown.length - 1, end: Math.max(at.end, end) };
  return value.is === "scalar" && value.source !== "" ? value.origin : { ...at, start: at.end };
}

function checkName({ value, at, path }: Checked<WrittenMap>, key: string): Problem | undefined {
  const { propertyNames } = at.schema;
  if (propertyNames?.pattern === undefined || new RegExp(propertyNames.pattern, "u").test(key))
    return undefined;
  return problemAt(placeOf(value.entries.get(key)!.key), {
    code: "wrong-value",
    message: `The key \`${shownKey(key)}\` in \`${path}\` must be ${expected(propertyNames)}.`,
    hint: "Rename it.",
    hide: hiddenPart(key, value.entries.get(key)!),
  });
}

function missingKeys({ value, at, path }: Checked<WrittenMap>): readonly Problem[] {
  const { required = [], properties = {} } = at.schema;
  return required
    .filter((key) => !value.entries.has(key))
    .map((key) =>
      missingKey(headOf(value), path, key, dereference({ schema: properties[key]!, file: at.file })),
    );
}

/** Says that a map lacks a key that it must have. */
export function missingKey(head: Origin, path: string, key: string, at: SchemaAt): Problem {
  const whole = path === "" ? "The document" : `\`${path}\``;
  return problemAt(placeOf(head), {
    code: "missing-key",
    message: `${whole} lacks \`${key}\`.`,
    hint: `Add \`${key}\`: ${expected(at.schema)}.`,
  });
}

/** The first line of a map, which is what a caret can point at. */
function headOf(value: WrittenMap): Origin {
  const first = value.entries.values().next().value;
  if (first !== undefined) return first.key;
  return value.origin;
}

function wrongCount(checked: Checked<WrittenMap>): readonly Problem[] {
  const { value, at, path } = checked;
  const { minProperties = 0, maxProperties = Infinity, properties = {} } = at.schema;
  if (value.entries.size >= minProperties && value.entries.size <= maxProperties) return [];
  const names = Object.keys(properties).map((it) => `\`${it}\``);
  const wanted =
    maxProperties === 1
      ? `exactly one of ${names.join(", ")}`
      : `at least ${minProperties} of ${names.join(", ")}`;
  return [
    problemAt(placeOf(headOf(value)), {
      code: "wrong-value",
      message: `\`${path}\` must have ${wanted}.`,
      hint: value.entries.size < minProperties ? "Add one." : "Keep one and remove the rest.",
    }),
  ];
}

/** Picks the definition that a map's `kind` names, and checks against that one alone. */
export function checkUnion({ value, at, path }: Checked, check: Check): readonly Problem[] {
  const choices = at.schema.oneOf!.map((schema) => dereference({ schema, file: at.file }));
  const kinds = choices.map((it) => String(kindOf(it.schema)));
  if (value.is !== "map") return [notAMap({ value, at, path })];
  const kind = value.entries.get("kind");
  if (kind === undefined) {
    const misplaced = choices.some((it) =>
      Object.hasOwn(it.schema.properties ?? {}, path.split(".").at(-1)!),
    );
    return [missingKind(value, path, misplaced ? undefined : kinds)];
  }
  const chosen = choices.find((it) => kind.value.is === "scalar" && kindOf(it.schema) === kind.value.value);
  return chosen === undefined ? [unknownKind(kind.value, path, kinds)] : check(value, chosen, path);
}

function kindOf(schema: Schema): unknown {
  return schema.properties?.["kind"]?.const;
}

function notAMap({ value, path }: Checked): Problem {
  const subject = path === "" ? "A document" : `\`${path}\``;
  return problemAt(placeOf(value.origin), {
    code: path === "" ? "document-kind" : "wrong-type",
    message: `${subject} must be a map with a \`kind\`, not ${quoted(value)}.`,
    hint: path === "" ? documentHint : "Write `{ kind: … }`, and `null` to remove it.",
  });
}

const documentHint =
  "Begin with `apiVersion: sitekeep/v1` and `kind: BackupPolicy`; `sitekeep init` writes a first policy.";

/** Without `kinds`: what is named here is a key of sources, and probably stands too far left. */
function missingKind(value: WrittenMap, path: string, kinds: readonly string[] | undefined): Problem {
  const subject = path === "" ? "The document" : `\`${path}\``;
  return problemAt(placeOf(headOf(value)), {
    code: path === "" ? "document-kind" : "missing-key",
    message: `${subject} lacks \`kind\`.`,
    hint:
      kinds === undefined
        ? "If it belongs to the source above, indent it further; otherwise add its `kind`."
        : `Add \`kind\`: one of ${kinds.join(", ")}.`,
  });
}

function unknownKind(kind: Written, path: string, kinds: readonly string[]): Problem {
  const near = kind.is === "scalar" ? nearest(String(kind.value), kinds) : undefined;
  const hint = near === undefined ? `Known kinds: ${kinds.join(", ")}.` : `Did you mean \`${near}\`?`;
  return problemAt(placeOf(isPlace(kind.origin) ? kind.origin : undefined), {
    code: path === "" ? "document-kind" : "unknown-kind",
    message: `${path === "" ? "The document" : `\`${path}\``} has the kind ${quoted(kind)}, which is not known.`,
    hint,
  });
}
