/** Something that goes wrong at a real site, and can go wrong here on demand. */
export interface IncidentDescription {
  readonly name: string;
  /** The machines where it happens. */
  readonly hosts: readonly string[];
  /** One sentence: what happens. */
  readonly happens: string;
  /** One sentence: what turning it off does, where that is not simply its end. */
  readonly off?: string;
}
