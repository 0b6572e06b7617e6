import { assert } from "../base/assert.ts";
import { type Pattern, type PatternPiece, readPattern, type SignClass } from "./pattern-text.ts";

/**
 * A place in the patterns: where one sign is taken and another place follows, where several ways part, or
 * where a pattern is at its end.
 */
type Place =
  | {
      readonly is: "sign";
      readonly takes: (sign: number) => boolean;
      readonly next: number;
      readonly of: number;
    }
  | { readonly is: "fork"; readonly ways: number[] }
  | { readonly is: "end"; readonly of: number };

/** All places that the signs so far lead to. */
interface Standing {
  readonly places: readonly number[];
  /** Patterns that are at their end here. */
  readonly ended: readonly number[];
  /** What each sign of ASCII leads to, as far as it was asked. */
  readonly next: (Standing | undefined)[];
}

/** Standings that are remembered; a list that needs more is asked anew, which costs time and no more. */
const standingsMax = 1000;

const slash = 0x2f;

/**
 * Patterns of one list, asked together: all places that a path may lead to are followed side by side, so that
 * each sign is looked at once, whatever the patterns are.
 *
 * A pattern that fits a path fits all that is below it. Of several the last one decides; an exception takes
 * back what those before it fit.
 */
export class PatternList {
  readonly #texts: readonly string[];
  readonly #patterns: readonly Pattern[];
  readonly #places: Place[] = [];
  readonly #entries: readonly number[];
  readonly #fitted: boolean[];
  readonly #known = new Map<string, Standing>();
  #start: Standing;

  /** Patterns that have passed `readPattern`. */
  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#patterns = texts.map(readWhole);
    this.#entries = this.#patterns.map(({ pieces }, of) =>
      this.#sequence(pieces, this.#add({ is: "end", of }), of),
    );
    this.#fitted = texts.map(() => false);
    this.#start = this.#standingAt(this.#entries);
  }

  /** Whether a file or folder, named by its path with `/`, is meant. */
  holds(path: string, type: "file" | "folder" = "file"): boolean {
    const last = this.#follow(path, type, (of) => (this.#fitted[of] = true));
    return last !== undefined && !this.#patterns[last]!.isException;
  }

  /** Whether something below a folder may be meant: a walk need not enter the others. */
  reaches(folder: string): boolean {
    const { last, below } = this.#below(folder);
    return (last !== undefined && !this.#patterns[last]!.isException) || below.length > 0;
  }

  /** Whether all below a folder is meant, with no exception that may be there. */
  holdsAllOf(folder: string): boolean {
    const { last, below } = this.#below(folder);
    if (last === undefined || this.#patterns[last]!.isException) return false;
    return !below.some((of) => of > last && this.#patterns[of]!.isException);
  }

  /** The patterns that fitted nothing of what `holds` was asked about. */
  get idle(): readonly string[] {
    return this.#texts.filter((_, of) => !this.#fitted[of]);
  }

  /** The last pattern that fits a folder, and the patterns that may fit what is below it. */
  #below(folder: string): { readonly last: number | undefined; readonly below: readonly number[] } {
    let below: readonly number[] = [];
    const last = this.#follow(`${folder}/`, "file", undefined, ({ places }) => {
      below = places.flatMap((at) => this.#ofSign(at));
    });
    return { last, below };
  }

  #ofSign(at: number): readonly number[] {
    const place = this.#places[at]!;
    return place.is === "sign" ? [place.of] : [];
  }

  /**
   * Follows a path to its end, and gives the last pattern that fits it or a folder on the way. `arrive` is
   * told where it ends, unless it leads nowhere.
   */
  #follow(
    path: string,
    type: "file" | "folder",
    tell: (of: number) => void = ignore,
    arrive: (end: Standing) => void = ignore,
  ): number | undefined {
    let last = -1;
    const note = ({ ended }: Standing, isFolder: boolean): void => {
      for (const of of ended) {
        if (!isFolder && this.#patterns[of]!.foldersOnly) continue;
        tell(of);
        if (of > last) last = of;
      }
    };
    let standing = this.#start;
    for (let at = 0; at < path.length;) {
      const sign = path.codePointAt(at)!;
      if (sign === slash && standing.ended.length > 0) note(standing, true);
      standing = standing.next[sign] ?? this.#step(standing, sign);
      if (standing.places.length === 0) return last === -1 ? undefined : last;
      at += sign > 0xffff ? 2 : 1;
    }
    if (!path.endsWith("/")) note(standing, type === "folder");
    arrive(standing);
    return last === -1 ? undefined : last;
  }

  /** What is below a path that fits, fits: there is nothing more to follow of that pattern. */
  #step(standing: Standing, sign: number): Standing {
    const done: readonly number[] = sign === slash ? standing.ended : [];
    const next = standing.places.flatMap((at) => {
      const place = this.#places[at]!;
      return place.is === "sign" && !done.includes(place.of) && place.takes(sign) ? [place.next] : [];
    });
    const found = this.#standingAt(next);
    if (sign < 0x80) standing.next[sign] = found;
    return found;
  }

  /** Where some places lead without another sign. */
  #standingAt(from: readonly number[]): Standing {
    const seen = new Set<number>();
    const open = [...from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const place = this.#places[at]!;
      if (place.is === "fork") open.push(...place.ways);
    }
    const places = [...seen]
      .filter((at) => this.#places[at]!.is !== "fork")
      .sort((left, right) => left - right);
    return this.#remember(places);
  }

  #remember(places: readonly number[]): Standing {
    const key = places.join(",");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= standingsMax) this.#forget();
    const ended = places.flatMap((at) => {
      const place = this.#places[at]!;
      return place.is === "end" ? [place.of] : [];
    });
    const made: Standing = { places, ended, next: Array.from({ length: 128 }) };
    this.#known.set(key, made);
    return made;
  }

  /** The path that is being followed goes on with what it holds. */
  #forget(): void {
    this.#known.clear();
    this.#start = { ...this.#start, next: Array.from({ length: 128 }) };
  }

  #sequence(pieces: readonly PatternPiece[], next: number, of: number): number {
    return pieces.reduceRight((to, piece) => this.#piece(piece, to, of), next);
  }

  #piece(piece: PatternPiece, next: number, of: number): number {
    switch (piece.is) {
      case "sign":
        return this.#add({ is: "sign", takes: isSign(piece.sign), next, of });
      case "class":
        return this.#add({ is: "sign", takes: isIn(piece), next, of });
      case "many": {
        const ways = [next];
        const fork = this.#add({ is: "fork", ways });
        const takes = piece.across ? () => true : (sign: number) => sign !== slash;
        ways.push(this.#add({ is: "sign", takes, next: fork, of }));
        return fork;
      }
      case "choice":
        return this.#add({ is: "fork", ways: piece.of.map((it) => this.#sequence(it, next, of)) });
    }
  }

  #add(place: Place): number {
    return this.#places.push(place) - 1;
  }
}

function ignore(): void {
  // Nobody asks.
}

function readWhole(text: string): Pattern {
  const read = readPattern(text);
  assert("pieces" in read, `the pattern ${text} was checked when its policy was read`);
  return read;
}

/** In letters of either case, as file names are on Windows. */
function isSign(wanted: number): (sign: number) => boolean {
  const cases = new Set(casesOf(wanted));
  return (sign) => cases.has(sign) || (sign > 0x7f && casesOf(sign).some((it) => cases.has(it)));
}

function isIn({ isBut, ranges }: SignClass): (sign: number) => boolean {
  const isNamed = (sign: number): boolean => ranges.some(([from, to]) => from <= sign && sign <= to);
  return (sign) => sign !== slash && casesOf(sign).some(isNamed) !== isBut;
}

/** A sign with its other case; what has no single one stands for itself. */
function casesOf(sign: number): readonly number[] {
  const text = String.fromCodePoint(sign);
  const others = [text.toLowerCase(), text.toUpperCase()].map((it) => [...it]);
  return [sign, ...others.flatMap((it) => (it.length === 1 ? [it[0]!.codePointAt(0)!] : []))];
}
