/** The bytes are not what the format says: damage, or something else under this name. */
export class Malformed extends Error {
  override readonly name: string = "Malformed";
}

/** The object is whole and was written by a later version; it must not be taken for damage. */
export class TooNew extends Error {
  override readonly name = "TooNew";
}
