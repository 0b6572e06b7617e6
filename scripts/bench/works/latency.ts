import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Donor } from "../corpora/donors.ts";
import { makeLibrary, type LibrarySize } from "../corpora/library.ts";
import type { Program } from "../measure/run-program.ts";
import { digestTree } from "../measure/tree.ts";
import { installed } from "../tools/installed.ts";
import type { Corpus } from "../tools/tool.ts";
import type { Series } from "./round.ts";

/** The calls that a share answers: each of them waits, in every thread by itself. */
const calls = "open,openat,stat,lstat,newfstatat,statx,getdents64";
const delay = "500us";

/** How the latency was made, for the report. */
export const latencyNote = `Latency: strace holds each of ${calls} for ${delay} (delay_enter), in all tools alike; reads and writes are not held.`;

/** A small library, read as if each call had half a millisecond to go. Nothing without strace. */
export function prepareLatency(
  folder: string,
  size: LibrarySize,
  donors: readonly Donor[],
): Series | undefined {
  if (installed("strace", "--version") === undefined) return undefined;
  const corpus: Corpus = {
    source: "library",
    kind: "content-library",
    folder: join(folder, "far"),
    shown: "E:\\far",
  };
  mkdirSync(corpus.folder, { recursive: true });
  makeLibrary(corpus.folder, size, donors);
  const digest = digestTree(corpus.folder);
  const steps = (["first", "unchanged"] as const).map((work) => ({ work, corpus, digest }));
  return { part: "latency", steps, wrap: far };
}

function far(program: Program): Program {
  const inject = ["-e", `trace=${calls}`, "-e", `inject=${calls}:delay_enter=${delay}`];
  return {
    ...program,
    line: ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", ...inject, ...program.line],
  };
}
