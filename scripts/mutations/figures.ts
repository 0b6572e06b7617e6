/** As much of Stryker's report as is told. */
export interface MutationReport {
  readonly files: Readonly<Record<string, MutatedFile>>;
}

interface MutatedFile {
  readonly source: string;
  readonly mutants: readonly Mutant[];
}

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** A run without an end is noticed by whoever runs the tests. */
const noticed = new Set(["Killed", "Timeout"]);
/** What can't be run at all says nothing of the tests. */
const uncounted = new Set(["RuntimeError", "CompileError", "Ignored"]);
const shownMax = 90;

/** Each break that no test noticed, then noticed of tried: file by file, and in all. */
export function figuresOf(area: string, { files }: MutationReport): string {
  const lines: string[] = [];
  const sums: string[] = [];
  let [tried, killed] = [0, 0];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const counted = mutants.filter(({ status }) => !uncounted.has(status));
    const survivors = counted.filter(({ status }) => !noticed.has(status));
    for (const mutant of survivors) lines.push(`survived: ${file}:${describe(source, mutant)}`);
    sums.push(`${file}: ${counted.length - survivors.length} of ${counted.length} noticed`);
    tried += counted.length;
    killed += counted.length - survivors.length;
  }
  const share = tried === 0 ? 0 : Math.floor((1000 * killed) / tried) / 10;
  return [...lines, ...sums, `${area}: ${killed} of ${tried} noticed, ${share} %`].join("\n");
}

function describe(source: string, { location: { start, end }, replacement = "", mutatorName }: Mutant) {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const text = lines
    .map((line, at) => line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined))
    .join(" ");
  return `${start.line}:${start.column} ${mutatorName} ${short(text)} -> ${short(replacement)}`;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return JSON.stringify(line.length > shownMax ? `${line.slice(0, shownMax)}…` : line);
}
