import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explainPolicy } from "../../../src/core/policy/explain-policy.ts";
import { readMachineFile } from "../../../src/core/policy/read-machine-file.ts";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";
import { renderProblems } from "../../../src/core/report/render-problems.ts";
import { fuzzRounds } from "../../support/fuzz/fuzz.ts";

const machineText = `
identity: cm01.lab
allow: ['D:\\scripts\\tell.cmd']
tools: { reg: [/usr/bin/node, /lab/bin/reg.mjs] }
paths: { 'D:\\': /lab/hosts/cm01/D, '\\\\sql01.lab\\stage$': /lab/hosts/sql01/E/stage }
servers: { sql01.lab: '127.0.0.1:14331', 'sql01\\CM': '[::1]:1433' }
certificateAuthority: /lab/secrets/ca.pem
`;

const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_122);
const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 250);
const readingMsMax = 1_000;

const texts = [...globSync("policies/*.yaml"), ...globSync("test/golden/problems/*.yaml")]
  .sort()
  .map((file) => readFileSync(file, "utf8"));

test(`whatever is in a policy file, reading it ends and never throws (seed ${seed})`, () => {
  const random = makeRandom(seed);
  let valid = 0;
  for (let round = 0; round < rounds; round += 1) {
    const text = mutate(pick(texts, random), random);
    const files = [{ path: "policies/fuzzed.yaml", text }];
    const started = performance.now();
    const { policies, problems } = readPolicies(files);
    expect(performance.now() - started, `round ${round}`).toBeLessThan(readingMsMax);
    valid += policies.length;
    for (const it of problems) expect(it.where, `round ${round}`).toMatch(/^policies\/fuzzed\.yaml:\d+:\d+$/);
    renderProblems(problems);
    for (const policy of policies) explainPolicy(files, policy.name);
  }
  expect(valid).toBeGreaterThan(rounds / 50);
});

test(`whatever is in a machine file, reading it ends and never throws (seed ${seed})`, () => {
  const random = makeRandom(seed + 3);
  let valid = 0;
  for (let round = 0; round < fuzzRounds; round += 1) {
    const started = performance.now();
    const { machine, problems } = readMachineFile(
      { path: "m.yaml", text: mutate(machineText, random) },
      "host",
    );
    expect(performance.now() - started, `round ${round}`).toBeLessThan(readingMsMax);
    for (const it of problems) expect(it.where, `round ${round}`).toMatch(/^m\.yaml:\d+:\d+$/);
    renderProblems(problems);
    if (machine === undefined) continue;
    valid += 1;
    const texts = [
      machine.identity,
      ...machine.allow,
      ...Object.values(machine.paths),
      ...Object.values(machine.servers),
    ];
    expect(
      texts.filter((it) => typeof it !== "string"),
      `round ${round}`,
    ).toEqual([]);
  }
  expect(valid).toBeGreaterThan(fuzzRounds / 50);
});

test("a policy that is read without errors can be written as JSON, and reads the same again", () => {
  const random = makeRandom(seed + 1);
  for (let round = 0; round < rounds / 3; round += 1) {
    const files = [{ path: "a.yaml", text: mutate(texts[0]!, random) }];
    const first = readPolicies(files);
    expect(JSON.parse(JSON.stringify(first.policies))).toEqual(readPolicies(files).policies);
  }
});

test("a secret that stands in the text is not shown, whatever else is wrong around it", () => {
  const random = makeRandom(seed + 2);
  const text = texts
    .join("---\n")
    .replaceAll(/password: \{[^}]*\}/g, () => pick(literals, random))
    .replaceAll(/webhook: \{[^}]*\}/g, `webhook: https://hooks.contoso.com/${secret}`);
  const documents = text
    .split(/^---$/m)
    .filter((it) => it.includes(secret) && !it.includes(`keys: [${secret}`));
  expect(documents.length).toBeGreaterThan(5);
  let shown = 0;
  for (let round = 0; round < rounds * 2; round += 1) {
    const document = damage(pick(documents, random), random);
    const { problems } = readPolicies([{ path: "a.yaml", text: document }]);
    shown += problems.length;
    expect(renderProblems(problems), `round ${round}:\n${document}`).not.toContain(secret);
  }
  expect(shown).toBeGreaterThan(rounds);
});

const secret = "Tr0ub4dor";
const literals = [
  `password: ${secret}`,
  `password: '${secret}'`,
  `password: "x${secret}\\q"`,
  `"password": ${secret}`,
];

/**
 * Breaks a text somewhere, and leaves the words that say what is secret. Between such a word and its value no
 * separator is put: it would make a key of the value, which nobody could tell from any other unknown key.
 */
function damage(text: string, random: () => number): string {
  const words = [...text.matchAll(/(pas+word|pwd|webhook)(?:[^\n]|\|\n)*?Tr0ub4dor/g)];
  const at = Math.floor(random() * text.length);
  const piece = pick(pieces, random);
  const inside = words.find((it) => it.index < at && at < it.index + it[0].length);
  const removed = words.some((it) => it.index === at) ? 0 : Math.floor(random() * 2);
  if (inside === undefined) return text.slice(0, at) + piece + text.slice(at + removed);
  const afterWord = inside.index + /^\w+/.exec(inside[0])![0].length;
  const safe =
    at >= afterWord && at <= inside.index + inside[0].length - secret.length && !/[,{}[\]?\n]/.test(piece);
  return safe ? text.slice(0, at) + piece + text.slice(at) : text;
}

const pieces = [
  "\t",
  " ",
  "\n",
  "\r",
  "\0",
  "\uFEFF",
  ":",
  ": ",
  "- ",
  "? ",
  "[",
  "]",
  "{",
  "}",
  ",",
  "#",
  "&a ",
  "*a",
  "!!str ",
  "!x ",
  "'",
  '"',
  "|\n",
  ">\n",
  "%",
  "@",
  "`",
  "<<: ",
  "null",
  "~",
  "true",
  "0x1F",
  "1e999",
  ".nan",
  "-1",
  "2026-11-22",
  "\\",
  "---\n",
  "...\n",
  "constructor",
  "__proto__: ",
  "hasOwnProperty: 1",
  "é",
  "😀",
  "\u2028",
  "kind: ",
  "extends: primary\n",
];

function mutate(text: string, random: () => number): string {
  let changed = text;
  for (let count = 1 + Math.floor(random() * 4); count > 0; count -= 1) changed = mutateOnce(changed, random);
  return changed;
}

function mutateOnce(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() ** 3 * 60);
  switch (Math.floor(random() * 6)) {
    case 0:
      return text.slice(0, at) + pick(pieces, random) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return (
        text.slice(0, at) + text.slice(at, at + length).repeat(1 + Math.floor(random() * 5)) + text.slice(at)
      );
    case 3:
      return swapLines(text, random);
    case 4:
      return replaceWord(text, random);
    default:
      return text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1);
  }
}

function swapLines(text: string, random: () => number): string {
  const lines = text.split("\n");
  const left = Math.floor(random() * lines.length);
  const right = Math.floor(random() * lines.length);
  [lines[left], lines[right]] = [lines[right]!, lines[left]!];
  return lines.join("\n");
}

function replaceWord(text: string, random: () => number): string {
  const words = [...text.matchAll(/[A-Za-z0-9-]+/g)];
  if (words.length === 0) return text;
  const word = pick(words, random);
  return (
    text.slice(0, word.index) +
    pick([...pieces, pick(words, random)[0]], random) +
    text.slice(word.index + word[0].length)
  );
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)]!;
}

/** A small generator with a seed (mulberry32), so that a failure can be run again. */
function makeRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
