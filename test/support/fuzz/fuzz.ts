import { SeededRandom } from "../seeded-random.ts";

/** The ordinary run takes a few rounds a reader; `npm run campaign` takes as many as it is asked for. */
export const fuzzRounds = Number(process.env["SITEKEEP_SEEDS"] ?? 12) * 25;

/** Something that reads what others wrote. */
export interface FuzzTarget<Input> {
  readonly samples: readonly Input[];
  mutate(sample: Input, random: SeededRandom): Input;
  read(input: Input): unknown;
  /** The errors that say plainly what is wrong. Any other is a defect of the reader. */
  readonly refusals: readonly (abstract new (...args: never[]) => Error)[];
}

export interface FuzzTally {
  readonly read: number;
  readonly refused: number;
}

/**
 * What one input may cost: of the processor, not by the clock, which a busy machine stretches. Inputs are
 * some KiB.
 */
const readingCpuMsMax = 2_000;
const readingBytesMax = 96 * 1024 * 1024;

/**
 * Gives a reader damaged and forged inputs, one seed each, and throws at the first that it neither reads nor
 * refuses plainly, or that costs too much time or memory. The seed in the message brings the case back.
 */
export function fuzz<Input>(target: FuzzTarget<Input>, rounds = fuzzRounds): FuzzTally {
  let [read, refused] = [0, 0];
  for (let seed = 1; seed <= rounds; seed++) {
    const random = new SeededRandom(seed);
    const input = target.mutate(random.pick(target.samples), random);
    if (isRefused(target, input, `seed ${seed}`)) refused++;
    else read++;
  }
  return { read, refused };
}

/** The same of a reader that reads from a disk: `read` gets the input when it lies there. */
export async function fuzzLater<Input>(
  target: Omit<FuzzTarget<Input>, "read"> & { read(input: Input): Promise<unknown> },
  rounds = Math.ceil(fuzzRounds / 4),
): Promise<FuzzTally> {
  let [read, refused] = [0, 0];
  for (let seed = 1; seed <= rounds; seed++) {
    const random = new SeededRandom(seed);
    const input = target.mutate(random.pick(target.samples), random);
    const cost = beginCost();
    const fault = await target.read(input).then(
      () => undefined,
      (error: unknown) => error,
    );
    cost.end(`seed ${seed}`);
    if (isRefusal(target, fault, `seed ${seed}`)) refused++;
    else read++;
  }
  return { read, refused };
}

/** Whether the reader refuses the input. Throws when it fails in another way, or at too great a cost. */
export function isRefused<Input>(
  target: Pick<FuzzTarget<Input>, "read" | "refusals">,
  input: Input,
  title: string,
): boolean {
  const cost = beginCost();
  let fault: unknown;
  try {
    target.read(input);
  } catch (error) {
    fault = error;
  }
  cost.end(title);
  return isRefusal(target, fault, title);
}

function isRefusal(
  { refusals }: Pick<FuzzTarget<unknown>, "refusals">,
  fault: unknown,
  title: string,
): boolean {
  if (fault === undefined) return false;
  if (!refusals.some((refusal) => fault instanceof refusal))
    throw new Error(`${title}: it failed as no reader should`, { cause: fault });
  return true;
}

/** Measures what reading costs. The end throws when that was too much. */
function beginCost(): { end(title: string): void } {
  const before = heldBytes();
  const started = process.cpuUsage();
  return {
    end(title) {
      const { user, system } = process.cpuUsage(started);
      const tookMs = (user + system) / 1_000;
      const grownBytes = heldBytes() - before;
      if (tookMs > readingCpuMsMax) throw new Error(`${title}: it took ${Math.round(tookMs)} ms`);
      if (grownBytes > readingBytesMax) throw new Error(`${title}: it took ${grownBytes} bytes of memory`);
    },
  };
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
