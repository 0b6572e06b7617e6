import { given } from "../../../core/base/given.ts";
import {
  type Failure,
  factsPerEntry,
  joinPace,
  type Listing,
  type ListOrder,
  noPace,
  type Pace,
} from "./list-folder.ts";

/** What a walk asks of a thread: several folders to be listed, or some entries of one to be looked at. */
export interface ListQuestion {
  readonly order: ListOrder;
  /** Joined with zero bytes, which no path has: one text is handed over in less time than many. */
  readonly folders: string;
  /** Names of entries of the one folder, joined with `/`. */
  readonly names?: string;
}

/**
 * Several listings in few pieces: a thread takes longer to hand over a thousand small arrays than to fill
 * them.
 */
export interface PackedListings {
  readonly names: string;
  /** For each listing its names and its looks. */
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly kinds: Uint8Array<ArrayBuffer>;
  readonly facts: Float64Array<ArrayBuffer>;
  /** What few listings have, by their position. */
  readonly rare: ReadonlyMap<number, Rare>;
  readonly pace: Pace;
}

type Rare = Pick<Listing, "texts" | "failures"> & { readonly failure?: Failure };

export function packListings(listings: readonly Listing[]): PackedListings {
  const counts = Uint32Array.from(listings.flatMap(({ names, kinds }) => [names.length, kinds.length]));
  const rare = new Map<number, Rare>();
  for (const [at, { texts, failures, failure }] of listings.entries())
    if (texts.size > 0 || failures.size > 0 || failure)
      rare.set(at, { texts, failures, ...given({ failure }) });
  return {
    names: listings.flatMap(({ names }) => names).join("/"),
    counts,
    kinds: joined(
      listings.map(({ kinds }) => kinds),
      Uint8Array,
    ),
    facts: joined(
      listings.map(({ facts }) => facts),
      Float64Array,
    ),
    rare,
    pace: listings.map(({ pace }) => pace).reduce(joinPace, noPace),
  };
}

const none: Rare = { texts: new Map(), failures: new Map() };
const countsPerListing = 2;

export function unpackListings(packed: PackedListings): readonly Listing[] {
  const names = packed.names === "" ? [] : packed.names.split("/");
  const listings: Listing[] = [];
  let [name, look] = [0, 0];
  for (let at = 0; at * countsPerListing < packed.counts.length; at++) {
    const nameCount = packed.counts[at * countsPerListing]!;
    const lookCount = packed.counts[at * countsPerListing + 1]!;
    listings.push({
      names: names.slice(name, name + nameCount),
      kinds: packed.kinds.subarray(look, look + lookCount),
      facts: packed.facts.subarray(look * factsPerEntry, (look + lookCount) * factsPerEntry),
      // Of all of them: it is told once.
      pace: at === 0 ? packed.pace : noPace,
      ...(packed.rare.get(at) ?? none),
    });
    name += nameCount;
    look += lookCount;
  }
  return listings;
}

/** The buffers of a reply that change hands instead of being copied. */
export function transfersOf({ counts, kinds, facts }: PackedListings): readonly ArrayBuffer[] {
  return [counts.buffer, kinds.buffer, facts.buffer];
}

function joined<Column extends Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  parts: readonly Column[],
  make: new (length: number) => Column,
): Column {
  const all = new make(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
