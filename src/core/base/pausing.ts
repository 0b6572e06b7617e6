/** Long work that pauses often, and ends with its result: whoever does it can hear of other things. */
export type Pausing<Result> = Generator<undefined, Result>;
