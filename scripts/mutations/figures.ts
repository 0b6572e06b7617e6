import type { Mutant } from "./instrument.ts";

/** A break and what the tests said to it. */
export interface JudgedMutant extends Mutant {
  readonly status: "Killed" | "Timeout" | "Survived" | "NoCoverage" | "Ignored";
}

/** A run without an end is noticed by whoever runs the tests. */
const noticed = new Set(["Killed", "Timeout"]);
const shownMax = 90;

/** Each break that no test noticed, then noticed of tried: file by file, and in all. */
export function figuresOf(
  area: string,
  mutants: readonly JudgedMutant[],
  sourceOf: (file: string) => string,
): string {
  const counted = mutants.filter(({ status }) => status !== "Ignored");
  const isNoticed = ({ status }: JudgedMutant) => noticed.has(status);
  const survivors = counted.filter((it) => !isNoticed(it));
  const byFile = Object.entries(Object.groupBy(counted, ({ fileName }) => fileName));
  return [
    ...survivors.map((it) => `survived: ${it.fileName}:${describe(sourceOf(it.fileName), it)}`),
    ...byFile.map(([file, of]) => `${file}: ${of!.filter(isNoticed).length} of ${of!.length} noticed`),
    `${area}: ${share(counted.filter(isNoticed).length, counted.length)}`,
  ].join("\n");
}

function share(killed: number, tried: number): string {
  const percent = tried === 0 ? 0 : Math.floor((1000 * killed) / tried) / 10;
  return `${killed} of ${tried} noticed, ${percent} %`;
}

/** The instrumenter counts lines from 0. */
function describe(
  source: string,
  { location: { start, end }, replacement, mutatorName, status }: JudgedMutant,
) {
  const lines = source.split("\n").slice(start.line, end.line + 1);
  const last = lines.length - 1;
  const text = lines
    .map((line, at) => line.slice(at === 0 ? start.column : 0, at === last ? end.column : undefined))
    .join(" ");
  const unreached = status === "NoCoverage" ? ", reached by no test" : "";
  return `${start.line + 1}:${start.column + 1} ${mutatorName} ${short(text)} -> ${short(replacement)}${unreached}`;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return JSON.stringify(line.length > shownMax ? `${line.slice(0, shownMax)}…` : line);
}
