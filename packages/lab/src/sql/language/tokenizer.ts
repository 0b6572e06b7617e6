import { SqlError } from "../sql-error.ts";

/**
 * A piece of T-SQL. `word` is a bare name or keyword, `name` one in brackets or double quotes, `variable`
 * one with an `@`; `text` of a string is its content.
 */
export interface Token {
  readonly kind: "word" | "name" | "variable" | "string" | "number" | "binary" | "symbol" | "end";
  readonly text: string;
  /** In capitals for words, else as `text`. */
  readonly key: string;
  readonly line: number;
  /** A string written without the N: it is varchar. */
  readonly isNarrow: boolean;
}

const patterns: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /(?:\s+|--[^\n]*)/y],
  ["string", /[Nn]?'(?:[^']|'')*'/y],
  ["name", /\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"/y],
  ["variable", /@@?[\w$#@]+/y],
  ["binary", /0[xX][0-9a-fA-F]*/y],
  ["number", /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["word", /[\p{L}_#][\p{L}\p{N}_$#@]*/uy],
  ["symbol", /<>|<=|>=|!=|!<|!>|\+=|-=|::|[-+*/%=<>(),.;&|^~:]/y],
];

/** Cuts T-SQL into tokens; comments and white space fall away. The last token is the end. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const [kind, piece] = text.startsWith("/*", at)
      ? (["space", blockComment(text, at)] as const)
      : match(text, at);
    if (kind !== "space") tokens.push(makeToken(kind, piece, line));
    line += piece.split("\n").length - 1;
    at += piece.length;
  }
  tokens.push({ kind: "end", text: "", key: "", line, isNarrow: false });
  return tokens;
}

function match(text: string, at: number): readonly [Token["kind"] | "space", string] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) return [kind, found[0]];
  }
  if (text[at] === "'") {
    const message = `Unclosed quotation mark after the character string '${text.slice(at + 1, at + 40)}'.`;
    throw new SqlError(105, message, { class: 15 });
  }
  throw new SqlError(102, `Incorrect syntax near '${text[at]}'.`, { class: 15 });
}

/** Block comments nest in T-SQL. */
function blockComment(text: string, start: number): string {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith("/*", at)) {
      depth++;
      at++;
    } else if (text.startsWith("*/", at)) {
      depth--;
      at++;
      if (depth === 0) return text.slice(start, at + 1);
    }
  }
  throw new SqlError(113, "Missing end comment mark '*/'.", { class: 15 });
}

function makeToken(kind: Token["kind"], piece: string, line: number): Token {
  const isNarrow = kind === "string" && piece.startsWith("'");
  const text = content(kind, piece);
  return { kind, text, key: kind === "word" ? text.toUpperCase() : text, line, isNarrow };
}

function content(kind: Token["kind"], piece: string): string {
  if (kind === "string") return piece.slice(piece.indexOf("'") + 1, -1).replaceAll("''", "'");
  if (kind !== "name") return piece;
  const inner = piece.slice(1, -1);
  return piece.startsWith("[") ? inner.replaceAll("]]", "]") : inner.replaceAll('""', '"');
}
