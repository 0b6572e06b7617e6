/**
 * Runs `work` on every item, at most `limit` at a time. The first failure stops the rest from being begun.
 */
export async function forEachLimited<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  for await (const item of items) {
    if (failure) break;
    const job: Promise<void> = work(item)
      .catch((error: unknown) => void (failure ??= { error }))
      .finally(() => running.delete(job));
    running.add(job);
    if (running.size >= limit) await Promise.race(running);
  }
  await Promise.all(running);
  if (failure) throw failure.error;
}

/**
 * Gives the same items, each made while the one before is being used. Nothing is being made any more when it
 * ends.
 */
export async function* oneAhead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  let making = items.next();
  try {
    for (let made = await making; !made.done; made = await making) {
      making = items.next();
      // Awaited one item later; a failure in between is told there.
      making.catch(() => undefined);
      yield made.value;
    }
  } finally {
    await making.catch(() => undefined);
    await items.return(undefined);
  }
}

/** Lets so many holders in at a time; the rest wait in line. */
export class Turnstile {
  #free: number;
  readonly #line: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async enter(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
  }

  leave(): void {
    const next = this.#line.shift();
    if (next) next();
    else this.#free++;
  }
}
