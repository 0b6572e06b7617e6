/** Something that the user of the lab must change before it can go on. */
export class LabError extends Error {
  override readonly name = "LabError";
}
