/** A writer of VSS as `vssadmin list writers` shows it. */
export interface ListedWriter {
  /** In small letters and without braces. */
  readonly id: string;
  readonly state: number;
}

const guid = /\{([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}/i;

/**
 * Reads the writers with their states. Labels are in the language of Windows: of a writer the first GUID is
 * its id, the next its instance's, and the number in brackets behind them is its state.
 */
export function parseWriters(text: string): readonly ListedWriter[] {
  const writers: ListedWriter[] = [];
  let id: string | undefined;
  for (const line of text.split(/\r\n|\n/)) {
    id ??= guid.exec(line)?.[1]?.toLowerCase();
    const state = /:\s*\[(\d+)\]/.exec(line)?.[1];
    if (id === undefined || state === undefined) continue;
    writers.push({ id, state: Number(state) });
    id = undefined;
  }
  return writers;
}
