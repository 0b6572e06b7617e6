import { maskSecretValues } from "../text/mask-secrets.ts";
import type { Schema } from "./schema.ts";
import { distance } from "fastest-levenshtein";
import type { Written } from "../text/written.ts";

const quotedCharactersMax = 60;

const typeNames: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  string: "text",
  integer: "a whole number",
  boolean: "`true` or `false`",
  null: "`null`",
};

/** What a schema wants, as it reads after *must be*: `a length of time such as 26h`. */
export function expected(schema: Schema): string {
  const examples = (schema.examples ?? []).filter((it) => typeof it === "string" || typeof it === "number");
  const such = examples.length === 0 ? "" : ` such as ${examples.map((it) => `\`${it}\``).join(" or ")}`;
  return `${noun(schema)}${such}`;
}

function noun({ title, type, enum: choices, const: constant, minimum, maximum, maxLength }: Schema): string {
  if (title !== undefined && /^an? |^the /.test(title)) return title;
  if (constant !== undefined) return `\`${String(constant)}\``;
  if (choices !== undefined) return `one of ${choices.map((it) => `\`${String(it)}\``).join(", ")}`;
  const names = [type ?? "value"].flat().filter((it) => it !== "null");
  const range =
    minimum === undefined
      ? ""
      : maximum === undefined
        ? ` from ${minimum}`
        : ` from ${minimum} to ${maximum}`;
  const length = maxLength === undefined ? "" : ` of at most ${maxLength} characters`;
  return names
    .map((it) => `${typeNames[it] ?? it}${it === "integer" ? range : it === "string" ? length : ""}`)
    .join(" or ");
}

/** A value in a message, cut to a readable length. */
export function quoted(value: Written): string {
  if (value.is === "map") return "a map";
  if (value.is === "list") return "a list";
  if (value.value === null) return "`null`";
  if (String(value.value).includes("\n")) return "text of several lines";
  const text = maskSecretValues(String(value.value));
  const printable = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  return printable.length > quotedCharactersMax
    ? `\`${printable.slice(0, quotedCharactersMax)}…\``
    : `\`${printable}\``;
}

/**
 * A key in a message. `{ password:hunter2 }` has one long key, since the space is missing: only its beginning
 * is shown.
 */
export function shownKey(key: string): string {
  const [plain = ""] = /^[A-Za-z0-9_.-]{0,40}/.exec(key) ?? [];
  return plain === key ? key : `${plain}…`;
}

/** The known word that is probably meant, when one is near enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase().slice(0, 64);
  const ranked = known
    .map((it) => ({ it, far: distance(lower, it.toLowerCase()) }))
    .sort((left, right) => left.far - right.far);
  const best = ranked[0];
  return best !== undefined && best.far <= Math.max(1, Math.ceil(best.it.length / 3)) ? best.it : undefined;
}
