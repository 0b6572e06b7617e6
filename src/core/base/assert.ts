/**
 * Stops the program when something that can't be has come to be. For faults of ours, never of an operator.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Impossible: ${message}`);
}
