import { assert } from "../../base/assert.ts";
import type { Location, LocationKind } from "../../model/policy/location.ts";
import { textAt } from "../text/values.ts";
import { find, type Written } from "../text/written.ts";

/** How each kind of place is written. The schema has made sure of its parts. */
const readers: { readonly [Kind in LocationKind]: (location: Written) => Location } = {
  folder: (location) => ({ folder: textAt(location, "folder") }),
};

/** The place under `location` of a Repository document. */
export function readLocation(body: Written): Location {
  const written = find(body, "location");
  const kind = (Object.keys(readers) as LocationKind[]).find((it) => find(written, it) !== undefined);
  assert(written && kind, "the schema lets no place pass that has no reader");
  return readers[kind](written);
}
