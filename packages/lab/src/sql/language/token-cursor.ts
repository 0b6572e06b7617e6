import { SqlError } from "../sql-error.ts";
import { reservedWords } from "./reserved-words.ts";
import type { Query } from "./syntax.ts";
import { type Token, tokenize } from "./tokenizer.ts";

/** Words that are not reserved and yet end an expression or a table. */
const endings = new Set(["GO", "OFFSET", "THROW"]);

function isReserved(token: Token): boolean {
  return token.kind === "word" && reservedWords.has(token.key);
}

/** A place in the tokens of a batch, with the questions that every parser asks. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  /** Set by the query parser: expressions hold queries and queries hold expressions. */
  readonly parseQuery: (cursor: TokenCursor) => Query;
  at = 0;

  constructor(text: string, parseQuery: (cursor: TokenCursor) => Query) {
    this.#tokens = tokenize(text);
    this.parseQuery = parseQuery;
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.at + ahead, this.#tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  /** Says whether these words or symbols come next. */
  isNext(...keys: readonly string[]): boolean {
    return keys.every((key, ahead) => {
      const token = this.peek(ahead);
      return token.key === key && (token.kind === "word" || token.kind === "symbol");
    });
  }

  /** Steps over these words or symbols if they come next. */
  take(...keys: readonly string[]): boolean {
    if (!this.isNext(...keys)) return false;
    this.at += keys.length;
    return true;
  }

  expect(...keys: readonly string[]): void {
    for (const key of keys) if (!this.take(key)) throw this.error();
  }

  /** A name of an object, a column or an option. */
  name(): string {
    const token = this.peek();
    if (token.kind !== "name" && (token.kind !== "word" || isReserved(token))) throw this.error();
    return this.next().text;
  }

  /** A word of the language where no name can stand, such as an option: reserved ones too. */
  word(): string {
    if (this.peek().kind !== "word") throw this.error();
    return this.next().text;
  }

  /** The name after AS, or one that stands there without it. */
  alias(): string | undefined {
    if (this.take("AS")) return this.peek().kind === "string" ? this.next().text : this.name();
    return this.isName() ? this.name() : undefined;
  }

  isName(): boolean {
    const token = this.peek();
    if (token.kind === "name") return true;
    return token.kind === "word" && !isReserved(token) && !endings.has(token.key);
  }

  string(): string {
    if (this.peek().kind !== "string") throw this.error();
    return this.next().text;
  }

  variable(): string {
    if (this.peek().kind !== "variable") throw this.error();
    return this.next().text;
  }

  integer(): number {
    const token = this.peek();
    if (token.kind !== "number" || !/^\d+$/.test(token.text)) throw this.error();
    return Number(this.next().text);
  }

  /** `a.b.c`; a part may be left empty, as in `master..sysfiles`. */
  path(): readonly string[] {
    const parts = [this.name()];
    while (this.take(".")) parts.push(this.isNext(".") ? "" : this.name());
    return parts;
  }

  /** Things separated by commas. */
  list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.take(",")) items.push(item());
    return items;
  }

  /** A list in brackets, which may be empty. */
  bracketed<T>(item: () => T): readonly T[] {
    this.expect("(");
    if (this.take(")")) return [];
    const items = this.list(item);
    this.expect(")");
    return items;
  }

  error(): SqlError {
    const token = this.peek();
    const near = token.kind === "end" ? this.peek(-1).text : token.text;
    const number = isReserved(token) ? 156 : 102;
    const what = number === 156 ? `the keyword '${near}'` : `'${near}'`;
    return new SqlError(number, `Incorrect syntax near ${what}.`, { class: 15 });
  }
}
