/**
 * Reads what sc.exe prints. Labels and sentences are in the language of Windows: lines count by their place,
 * and numbers.
 */

/** The number of a service's state: the second line of numbers, below its type. */
export function serviceState(text: string): number | undefined {
  const numbered = text.split(/\r\n|\n/).flatMap((line) => {
    const match = /^\s+\S[^:]*:\s*([0-9a-f]+)\s/i.exec(`${line} `);
    return match ? [match[1]!] : [];
  });
  const state = numbered[1];
  return state !== undefined && /^\d+$/.test(state) ? Number(state) : undefined;
}

/** The account of a service: the last line that has a label and a value. */
export function serviceAccount(text: string): string | undefined {
  const values = text.split(/\r\n|\n/).flatMap((line) => {
    const match = /^\s+\S[^:]*:\s*(.*\S)\s*$/.exec(line);
    return match ? [match[1]!] : [];
  });
  // Its type, its start, what becomes of errors, its program, and more: an answer of fewer lines is none.
  return values.length >= 5 ? values.at(-1) : undefined;
}

/** The error that sc.exe tells: `[SC] StartService FAILED 1056:`, in any language. */
export function serviceError(text: string): number | undefined {
  const match = /^\[SC\][^\r\n]*?(\d+):?\s*$/m.exec(text);
  return match ? Number(match[1]) : undefined;
}
