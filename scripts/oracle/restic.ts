import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Instant } from "../../src/core/base/instant.ts";

const run = promisify(execFile);

/** A snapshot to be made: when, on which clock, and by which tags it is found. */
export interface TinySnapshot {
  readonly time: Instant;
  readonly tags: readonly string[];
  /** How far the machine's clock is ahead of UTC, in hours. */
  readonly offset?: number;
  /** The file that it holds. */
  readonly file?: string;
}

/**
 * What restic keeps, each with the rules that keep it, and what it would remove; instants as it writes them.
 */
export interface ForgetAnswer {
  readonly groups: number;
  readonly kept: readonly { readonly time: string; readonly matches: readonly string[] }[];
  readonly removed: readonly string[];
}

/** A repository of restic that holds tiny snapshots of any age. */
export interface Restic {
  add(snapshot: TinySnapshot): Promise<void>;
  /** Asks what `forget` would do, and changes nothing. */
  forget(tag: string, options: readonly string[]): Promise<ForgetAnswer>;
}

/**
 * Makes an empty repository in a folder. Rejects when the restic of this machine is not 0.14, whose rules are
 * asked for.
 */
export async function makeRestic(folder: string): Promise<Restic> {
  const environment = {
    ...process.env,
    RESTIC_REPOSITORY: join(folder, "repository"),
    RESTIC_PASSWORD: "oracle",
    RESTIC_CACHE_DIR: join(folder, "cache"),
  };
  const restic = async (zone: string, ...args: readonly string[]): Promise<string> =>
    (await run("restic", args, { env: { ...environment, TZ: zone }, maxBuffer: 2 ** 26 })).stdout;

  const version = await restic("UTC", "version");
  if (!version.startsWith("restic 0.14.")) throw new Error(`restic 0.14 is needed, and here is ${version}`);
  await restic("UTC", "init", "--quiet");
  const files = join(folder, "files");
  mkdirSync(files);

  return {
    async add({ time, tags, offset = 0, file = "file" }) {
      const path = join(files, file);
      writeFileSync(path, "tiny\n");
      const clock = new Date(time + offset * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
      const options = ["--quiet", "--host", "oracle", "--tag", tags.join(","), "--time", clock];
      await restic(zoneOf(offset), "backup", ...options, path);
    },
    async forget(tag, options) {
      const args = ["forget", "--dry-run", "--no-lock", "--json", "--tag", tag, ...options];
      return readGroups(JSON.parse(await restic("UTC", ...args)) as readonly Group[]);
    },
  };
}

/** POSIX counts westwards. */
function zoneOf(offset: number): string {
  return offset === 0 ? "UTC" : `Etc/GMT${offset < 0 ? "+" : "-"}${Math.abs(offset)}`;
}

interface Group {
  readonly remove: readonly { readonly time: string }[] | null;
  readonly reasons:
    readonly { readonly snapshot: { readonly time: string }; readonly matches: readonly string[] }[] | null;
}

function readGroups(groups: readonly Group[]): ForgetAnswer {
  return {
    groups: groups.length,
    kept: groups.flatMap(({ reasons }) =>
      (reasons ?? []).map(({ snapshot, matches }) => ({ time: snapshot.time, matches })),
    ),
    removed: groups.flatMap(({ remove }) => (remove ?? []).map((it) => it.time)),
  };
}
