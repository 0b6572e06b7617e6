import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { snapshotPath } from "../../../src/drivers/access/files/windows-path.ts";
import { type Program, runProgram } from "../measure/run-program.ts";
import type { Corpus, Restore, Target, Tool } from "./tool.ts";

/**
 * The packed program with its default settings: encrypted by a key file, flushed, what was written read back.
 */
export const sitekeep: Tool = {
  name: "sitekeep",
  title: `sitekeep (dist, Node ${process.version})`,
  does: new Set(["first", "unchanged", "moved", "successor", "restore"]),
  keeps: "history",
  async openTarget(folder) {
    mkdirSync(join(folder, "policies"), { recursive: true });
    writeFileSync(join(folder, "key"), randomBytes(32));
    return new SitekeepTarget(folder);
  },
};

/** What is asked of `repo check --json` here. */
interface CheckedRepository {
  readonly snapshots: number;
  readonly packs: { readonly bytes: number };
  readonly read: { readonly bytes: number };
}

const program = join(import.meta.dirname, "..", "..", "..", "dist", "sitekeep.js");
const machineName = "bench.lab";

class SitekeepTarget implements Target {
  readonly repository: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.repository = join(folder, "repository");
  }

  snapshot(corpus: Corpus): Program {
    this.#writePolicy(corpus);
    return this.#program("capture", "BEN", corpus.source, "--yes", "--json");
  }

  restore(corpus: Corpus, to: string): Restore {
    const tree = corpus.kind === "folder" ? to : join(to, snapshotPath(corpus.shown));
    return { program: this.#program("restore", `BEN/${corpus.source}`, "--to", to), tree };
  }

  async verify(): Promise<void> {
    // It ends with 1 when anything is damaged.
    const { out } = await runProgram(this.#program("repo", "check", "--read-data", "--json"));
    const { snapshots, packs, read } = JSON.parse(out) as CheckedRepository;
    if (snapshots === 0 || read.bytes !== packs.bytes)
      throw new Error(`sitekeep repo check: ${read.bytes} bytes read of ${packs.bytes}`);
  }

  #program(...args: readonly string[]): Program {
    const place = [
      "--policies",
      join(this.#folder, "policies"),
      "--machine",
      join(this.#folder, "machine.yaml"),
    ];
    return {
      line: [process.execPath, program, ...args, ...place],
      environment: { XDG_CACHE_HOME: join(this.#folder, "cache") },
    };
  }

  #writePolicy(corpus: Corpus): void {
    const { source, kind, shown } = corpus;
    const what = kind === "folder" ? { kind, root: shown } : { kind, folders: [shown] };
    const documents = [policy({ [source]: { ...what, on: machineName } }), this.#repository()];
    writeFileSync(
      join(this.#folder, "policies", "bench.yaml"),
      documents.map((it) => stringify(it)).join("---\n"),
    );
    // Nobody listens on port 9: these sources need no database.
    const machine = { identity: machineName, paths: pathsOf(corpus), servers: { "sql.lab": "127.0.0.1:9" } };
    writeFileSync(join(this.#folder, "machine.yaml"), stringify(machine));
  }

  #repository(): object {
    return {
      apiVersion: "sitekeep/v1",
      kind: "Repository",
      metadata: { name: "main" },
      location: { folder: this.repository },
      keys: [{ file: join(this.#folder, "key") }],
    };
  }
}

function policy(sources: object): object {
  return {
    apiVersion: "sitekeep/v1",
    kind: "BackupPolicy",
    metadata: { name: "bench" },
    site: { code: "BEN", servers: [machineName], database: { server: "sql.lab", name: "CM_BEN" } },
    repository: "main",
    schedule: { cron: "30 1 * * *" },
    defaultSources: false,
    sources,
  };
}

/** The drive of the shown path stands for the folder above the corpus. */
function pathsOf({ shown, folder }: Corpus): Readonly<Record<string, string>> {
  return { [shown.slice(0, 3)]: dirname(folder) };
}
