import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Program, runProgram } from "../measure/run-program.ts";
import { installed } from "./installed.ts";
import type { Tool } from "./tool.ts";

/** Borg with its default settings, encrypted with a key in the repository. */
export function findBorg(): Tool | undefined {
  const version = installed("borg", "--version");
  if (version === undefined) return undefined;
  return {
    name: "borg",
    title: `${version} (repokey-blake2)`,
    does: new Set(["first", "unchanged", "moved", "successor", "restore"]),
    keeps: "history",
    async openTarget(folder) {
      const repository = join(folder, "repository");
      const borg = (...args: readonly string[]): Program => ({
        line: ["borg", ...args],
        environment: { BORG_REPO: repository, BORG_PASSPHRASE: "bench", BORG_BASE_DIR: join(folder, "base") },
      });
      await runProgram(borg("init", "--encryption", "repokey-blake2"));
      const newest = new Map<string, string>();
      return {
        repository,
        snapshot(corpus) {
          const archive = `archive-${newest.size}-${Date.now()}`;
          newest.set(corpus.folder, archive);
          return borg("create", `::${archive}`, corpus.folder);
        },
        restore(corpus, to) {
          // It extracts into the folder that it stands in.
          mkdirSync(to, { recursive: true });
          const program = { ...borg("extract", `::${newest.get(corpus.folder)!}`), folder: to };
          return { program, tree: join(to, corpus.folder) };
        },
      };
    },
  };
}
