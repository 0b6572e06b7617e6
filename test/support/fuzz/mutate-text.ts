import type { SeededRandom } from "../seeded-random.ts";

/** What the formats of text give a meaning to, alone and in long rows. */
const pieces = [
  '"',
  "\\",
  "%",
  "=",
  "[",
  "]",
  "#",
  ";",
  ",",
  " ",
  "\t",
  "\r",
  "\n",
  "\0",
  "\ufffd",
  "\ud800",
  "A",
  "0",
];

/** Takes away, doubles, joins or moves lines, and puts pieces in, now and then in a row of thousands. */
export function mutateText(text: string, random: SeededRandom): string {
  let mutated = text;
  for (let left = 1 + random.below(4); left > 0; left--) mutated = random.pick(mutations)(mutated, random);
  return mutated;
}

const mutations: readonly ((text: string, random: SeededRandom) => string)[] = [
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => splice(text, random, 1 + random.below(20), ""),
  (text, random) => splice(text, random, 0, random.pick(pieces)),
  (text, random) => splice(text, random, 0, random.pick(pieces).repeat(random.pick([3, 50, 20_000]))),
  (text, random) => splice(text, random, random.below(3), random.pick(pieces) + random.pick(pieces)),
  (text, random) => mapLines(text, (lines) => lines.toSpliced(random.below(lines.length), 1)),
  (text, random) =>
    mapLines(text, (lines) => lines.toSpliced(random.below(lines.length), 0, random.pick(lines))),
  (text, random) => mapLines(text, (lines) => [...lines, ...lines.slice(random.below(lines.length))]),
  (text, random) => {
    const line = random.pick(text.split("\n"));
    return text.replace(line, () => line.repeat(random.pick([2, 40])));
  },
];

function splice(text: string, random: SeededRandom, removed: number, added: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + added + text.slice(at + removed);
}

function mapLines(text: string, change: (lines: readonly string[]) => readonly string[]): string {
  return change(text.split("\n")).join("\n");
}
