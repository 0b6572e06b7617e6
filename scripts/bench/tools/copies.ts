// Plain copies: what a script does today. They compress, encrypt and flush nothing, and keep one state only.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { installed } from "./installed.ts";
import type { Target, Tool, Work } from "./tool.ts";

export function findCp(): Tool | undefined {
  return copier({ name: "cp", command: ["cp", "-a"], does: ["first", "successor", "restore"] });
}

export function findRsync(): Tool | undefined {
  return copier({
    name: "rsync",
    command: ["rsync", "-a"],
    does: ["first", "unchanged", "successor", "restore"],
  });
}

interface Copier {
  readonly name: string;
  readonly command: readonly [string, string];
  readonly does: readonly Work[];
}

function copier({ name, command, does }: Copier): Tool | undefined {
  const version = installed(name, "--version");
  if (version === undefined) return undefined;
  return {
    name,
    title: `${command.join(" ")}, ${version}`,
    does: new Set(does),
    keeps: "newest",
    openTarget: async (folder) => copies(command, folder),
  };
}

function copies(command: Copier["command"], folder: string): Target {
  const repository = join(folder, "copy");
  mkdirSync(repository, { recursive: true });
  return {
    repository,
    snapshot: (corpus) => ({ line: [...command, `${corpus.folder}/.`, repository] }),
    restore(_, to) {
      mkdirSync(to, { recursive: true });
      return { program: { line: [...command, `${repository}/.`, to] }, tree: to };
    },
  };
}
