/** A fact of the register as a server answered it. */
export interface AskedFact {
  /** The fact's id in the register: `dbo.ServerData.SiteStatus`. */
  readonly id: string;
  /**
   * `confirmed`: it is so here. `differs`: it is otherwise. `other-name`: the version here calls it by the
   * newer name, which is asked first. `not-seen`: nothing here shows it, such as a number that no row holds.
   * `not-asked`: it can't be asked here, or the login may not.
   */
  readonly found: "confirmed" | "differs" | "other-name" | "not-seen" | "not-asked";
  /** What was found in its place, or why nothing was. */
  readonly note?: string;
}
