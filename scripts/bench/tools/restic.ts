import { join } from "node:path";
import { type Program, runProgram } from "../measure/run-program.ts";
import { installed } from "./installed.ts";
import type { Tool } from "./tool.ts";

/** restic with its default settings; encrypted, as it always is. */
export function findRestic(): Tool | undefined {
  const version = installed("restic", "version");
  if (version === undefined) return undefined;
  return {
    name: "restic",
    title: version,
    does: new Set(["first", "unchanged", "moved", "successor", "restore"]),
    keeps: "history",
    async openTarget(folder) {
      const repository = join(folder, "repository");
      const restic = (...args: readonly string[]): Program => ({
        line: ["restic", "--quiet", ...args],
        environment: {
          RESTIC_REPOSITORY: repository,
          RESTIC_PASSWORD: "bench",
          RESTIC_CACHE_DIR: join(folder, "cache"),
        },
      });
      await runProgram(restic("init"));
      return {
        repository,
        snapshot: (corpus) => restic("backup", corpus.folder),
        restore: (corpus, to) => ({
          program: restic("restore", "latest", "--path", corpus.folder, "--target", to),
          tree: join(to, corpus.folder),
        }),
      };
    },
  };
}
