/** A place in a text file, as problems tell it and annotations ask for it. */
export interface TextPlace {
  readonly path: string;
  /** Counted from one, as the column is. */
  readonly line: number;
  readonly column?: number;
}

/** `policies/ps1.yaml:14:7`, or `policies/ps1.yaml:14` where the line alone is meant. */
export function writeTextPlace({ path, line, column }: TextPlace): string {
  return column === undefined ? `${path}:${line}` : `${path}:${line}:${column}`;
}

/** Reads what `writeTextPlace` wrote; `undefined` for any other place to look at: `PS1/database`. */
export function readTextPlace(where: string): TextPlace | undefined {
  const [, path, line, column] = /^(.*?):(\d+)(?::(\d+))?$/s.exec(where) ?? [];
  if (path === undefined) return undefined;
  return { path, line: Number(line), ...(column !== undefined && { column: Number(column) }) };
}
