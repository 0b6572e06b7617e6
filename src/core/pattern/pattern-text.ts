/** A part of a pattern. Signs are code points. */
export type PatternPiece =
  | { readonly is: "sign"; readonly sign: number }
  | SignClass
  /** Any number of signs: within a name, or `across` folders. */
  | { readonly is: "many"; readonly across: boolean }
  | { readonly is: "choice"; readonly of: readonly (readonly PatternPiece[])[] };

/** One of some signs, or one that is none of them; never a `/`. */
export interface SignClass {
  readonly is: "class";
  readonly isBut: boolean;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** A pattern over paths below a folder, as it was read (docs/policy.md, "Patterns"). */
export interface Pattern {
  /** The pattern began with `!`: what it fits is taken back from the patterns before it. */
  readonly isException: boolean;
  /** The pattern ended in `/`: what it fits is folders, with all that is below them, and no file. */
  readonly foldersOnly: boolean;
  readonly pieces: readonly PatternPiece[];
}

/** Why a pattern can't be read, and how what was meant is written. */
export interface PatternFault {
  readonly message: string;
  readonly hint: string;
}

/** Reads a pattern, or says what is wrong with it. */
export function readPattern(text: string): Pattern | PatternFault {
  const isException = text.startsWith("!");
  const foldersOnly = text.endsWith("/");
  const body = text.slice(isException ? 1 : 0, foldersOnly ? -1 : undefined);
  const fault = bodyFault(body);
  if (fault !== undefined) return fault;
  try {
    return { isException, foldersOnly, pieces: new Reader(body).read() };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return thrown.fault;
    throw thrown;
  }
}

/** The pattern of one path, whichever signs its names have. */
export function patternOf(path: string): string {
  return path.replaceAll(/[[{}*?]/g, "[$&]").replace(/^!/, "{!,!}");
}

function bodyFault(body: string): PatternFault | undefined {
  if (body === "")
    return { message: "The pattern names nothing.", hint: "Write what it fits, or take the line out." };
  if (/^([A-Za-z]:)?[\\/]|^[A-Za-z]:/.test(body))
    return {
      message: "The pattern begins at a drive, and patterns are of paths below the folder.",
      hint: "Write what is below the folder: `Temp/**` for its folder Temp.",
    };
  if (body.includes("\\"))
    return { message: "The pattern has a `\\` in it.", hint: "Write `/` between names, as in `inboxes/**`." };
  const odd = body.split("/").find((name) => name === "" || name === "." || name === "..");
  if (odd === undefined) return undefined;
  return odd === ""
    ? { message: "The pattern has two slashes in a row, and would fit nothing.", hint: "Write one slash." }
    : {
        message: `\`${odd}\` is no name that a file has.`,
        hint: "Write the path as it is below the folder.",
      };
}

class Unreadable extends Error {
  readonly fault: PatternFault;

  constructor(message: string, hint: string) {
    super(message);
    this.fault = { message, hint };
  }
}

/** Reads a pattern from its first sign to its last. */
class Reader {
  readonly #signs: readonly string[];
  #at = 0;

  constructor(body: string) {
    this.#signs = [...body];
  }

  read(): readonly PatternPiece[] {
    const pieces = this.#sequence(false);
    if (this.#at === this.#signs.length) return pieces;
    throw new Unreadable(
      "A `}` stands in the pattern without a `{` before it.",
      "Write `{a,b}` for a choice, or `[}]` for the sign itself.",
    );
  }

  /** Within a choice a comma ends it, elsewhere it is a sign like any other. */
  #sequence(inChoice: boolean): readonly PatternPiece[] {
    const pieces: PatternPiece[] = [];
    for (let sign = this.#next; sign !== undefined; sign = this.#next) {
      if (sign === "}" || (inChoice && sign === ",")) break;
      pieces.push(...this.#piece(sign));
    }
    return pieces;
  }

  get #next(): string | undefined {
    return this.#signs[this.#at];
  }

  #piece(sign: string): readonly PatternPiece[] {
    if (sign === "/" && this.#has("/**")) return this.#folders();
    if (sign === "*")
      return [this.#has("**") ? this.#across() : this.#take(1, { is: "many", across: false })];
    this.#at++;
    if (sign === "?") return [{ is: "class", isBut: true, ranges: [] }];
    if (sign === "[") return [this.#signClass()];
    return sign === "{" ? this.#choice() : literal(sign);
  }

  #has(text: string): boolean {
    return [...text].every((sign, at) => this.#signs[this.#at + at] === sign);
  }

  #take<Piece extends PatternPiece>(count: number, piece: Piece): Piece {
    this.#at += count;
    return piece;
  }

  /** `/**` at an end means the folder too, and within a path any number of folders, none among them. */
  #folders(): readonly PatternPiece[] {
    const after = this.#signs[this.#at + 3];
    if (after === undefined || after === "}" || after === ",")
      return [this.#take(3, { is: "choice", of: [[], [...literal("/"), anything]] })];
    this.#at++;
    return literal("/");
  }

  #across(): PatternPiece {
    if (!this.#has("**/")) return this.#take(2, anything);
    return this.#take(3, { is: "choice", of: [[], [anything, ...literal("/")]] });
  }

  /** A choice of one is none: `{7A0E}` is a name with braces, as Windows likes to give them. */
  #choice(): readonly PatternPiece[] {
    const of = [this.#sequence(true)];
    while (this.#next === ",") {
      this.#at++;
      of.push(this.#sequence(true));
    }
    if (this.#next === undefined)
      throw new Unreadable(
        "A `{` of the pattern is not closed.",
        "Write `{a,b}` for a choice, or `[{]` for the sign itself.",
      );
    this.#at++;
    return of.length === 1 ? [...literal("{"), ...of[0]!, ...literal("}")] : [{ is: "choice", of }];
  }

  #signClass(): SignClass {
    const end = this.#signs.indexOf("]", this.#at);
    const isBut = this.#next === "!" || this.#next === "^";
    const inside = this.#signs.slice(this.#at + (isBut ? 1 : 0), end);
    if (end === -1 || inside.length === 0 || inside.includes("/"))
      throw new Unreadable(
        "A `[` of the pattern has no `]` behind some signs, within one name.",
        "Write `[abc]` or `[0-9]` for one of some signs, or `[[]` for the sign itself.",
      );
    this.#at = end + 1;
    return { is: "class", isBut, ranges: rangesOf(inside) };
  }
}

const anything: PatternPiece = { is: "many", across: true };

function literal(sign: string): readonly PatternPiece[] {
  return [{ is: "sign", sign: sign.codePointAt(0)! }];
}

function rangesOf(signs: readonly string[]): SignClass["ranges"] {
  const codes = signs.map((sign) => sign.codePointAt(0)!);
  const ranges: (readonly [number, number])[] = [];
  for (let at = 0; at < codes.length; at++) {
    const isRange = signs[at + 1] === "-" && at + 2 < codes.length;
    const range = [codes[at]!, codes[isRange ? at + 2 : at]!] as const;
    if (range[0] > range[1])
      throw new Unreadable(
        "A range of the pattern's `[…]` ends before it begins.",
        "Write it from the lower sign to the higher one: `[a-z]`, `[0-9]`.",
      );
    ranges.push(range);
    if (isRange) at += 2;
  }
  return ranges;
}
