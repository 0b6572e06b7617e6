import { tmpdir } from "node:os";
import { parseArgs } from "node:util";

/** The parts of the benchmark, each of which can be run alone. */
export const parts = ["budgets", "planner", "library", "database", "media", "latency", "entries"] as const;
export type Part = (typeof parts)[number];

/** What one run of the benchmark measures, and how large. */
export interface BenchOptions {
  readonly parts: ReadonlySet<Part>;
  readonly rounds: number;
  readonly budgetRuns: number;
  readonly plannerRuns: number;
  /** Files and bytes of the content library. */
  readonly files: number;
  readonly bytes: number;
  /** Bytes of the database file. */
  readonly db: number;
  /** Files of the tree that is read with latency. */
  readonly latencyFiles: number;
  /** Entries of the tree of small files. */
  readonly entries: number;
  readonly seed: number;
  /** The peers to run, by name; undefined for every one that is installed. */
  readonly peers?: ReadonlySet<string>;
  /** The folder in which everything is made, and removed again. */
  readonly at: string;
  readonly donors?: readonly string[];
  readonly json?: string;
}

const texts = {
  files: { type: "string" },
  bytes: { type: "string" },
  db: { type: "string" },
  "latency-files": { type: "string" },
  entries: { type: "string" },
  rounds: { type: "string" },
  seed: { type: "string" },
  only: { type: "string" },
  peers: { type: "string" },
  at: { type: "string" },
  donors: { type: "string" },
  json: { type: "string" },
} as const;
const flags = {
  quick: { type: "boolean" },
  full: { type: "boolean" },
  million: { type: "boolean" },
} as const;

const mib = 1024 ** 2;
const small = { files: 14_000, bytes: 250 * mib, db: 95_000_000, latencyFiles: 1_000, rounds: 3 };
const full = { files: 138_000, bytes: 2.5 * 1024 ** 3, db: 950_000_000, latencyFiles: 10_000, rounds: 3 };
/** Enough to show that the program can be measured and what it stores is sound; says nothing about speed. */
const quick = { files: 600, bytes: 8 * mib, db: 4 * mib, latencyFiles: 100, rounds: 1 };

/** Reads the command line of `npm run bench`. Throws a sentence for what it doesn't understand. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({ args: [...args], options: { ...texts, ...flags } });
  const base = values.full ? full : values.quick ? quick : small;
  const { only, peers, donors } = {
    only: list(values.only),
    peers: list(values.peers),
    donors: list(values.donors),
  };
  const chosenPeers = peers ?? (values.quick ? [] : undefined);
  return {
    parts: new Set(only ? only.map(partOf) : defaultParts(values)),
    rounds: countOf("--rounds", values.rounds) ?? base.rounds,
    budgetRuns: values.quick ? 7 : 20,
    plannerRuns: values.quick ? 1 : 5,
    files: countOf("--files", values.files) ?? base.files,
    bytes: bytesOf("--bytes", values.bytes) ?? base.bytes,
    db: bytesOf("--db", values.db) ?? base.db,
    latencyFiles: countOf("--latency-files", values["latency-files"]) ?? base.latencyFiles,
    entries: countOf("--entries", values.entries) ?? (values.million ? 1_000_000 : 20_000),
    seed: countOf("--seed", values.seed) ?? 1,
    at: values.at ?? tmpdir(),
    ...(chosenPeers && { peers: new Set(chosenPeers) }),
    ...((donors ?? values.quick) && { donors: donors ?? ["node_modules"] }),
    ...(values.json !== undefined && { json: values.json }),
  };
}

function defaultParts({ quick: isQuick, million }: { quick?: boolean; million?: boolean }): readonly Part[] {
  if (isQuick) return ["budgets", "planner", "library"];
  return million ? parts : parts.filter((it) => it !== "entries");
}

function list(text: string | undefined): readonly string[] | undefined {
  return text?.split(",").filter((it) => it !== "");
}

function partOf(name: string): Part {
  const part = parts.find((it) => it === name);
  if (part === undefined) throw new Error(`--only knows ${parts.join(", ")}, not ${name}.`);
  return part;
}

function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option} takes a whole number, not ${text}.`);
  return Number(text);
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  M: mib,
  G: 1024 ** 3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

/** Reads `950MB`, `2.5G` (of 1,024) or a number of bytes. */
export function bytesOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMG]?B?)$/i.exec(text) ?? [];
  const factor = units[unit.toUpperCase()];
  if (number === "" || factor === undefined)
    throw new Error(`${option} takes a size as 250M or 950MB, not ${text}.`);
  return Math.round(Number(number) * factor);
}
