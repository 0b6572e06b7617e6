import { findBorg } from "./borg.ts";
import { findCp, findRsync } from "./copies.ts";
import { findRestic } from "./restic.ts";
import { sitekeep } from "./sitekeep.ts";
import type { Tool } from "./tool.ts";

const peers = { restic: findRestic, borg: findBorg, cp: findCp, rsync: findRsync };

/** Ours, and the peers that are wanted and installed. */
export interface Tools {
  readonly tools: readonly Tool[];
  /** Peers that were wanted and are not installed. */
  readonly absent: readonly string[];
}

export function findTools(wanted: ReadonlySet<string> | undefined): Tools {
  const unknown = [...(wanted ?? [])].find((name) => !(name in peers));
  if (unknown !== undefined)
    throw new Error(`--peers knows ${Object.keys(peers).join(", ")}, not ${unknown}.`);
  const asked = Object.entries(peers).filter(([name]) => wanted?.has(name) ?? true);
  const found = asked.map(([name, find]) => ({ name, tool: find() }));
  return {
    tools: [sitekeep, ...found.flatMap(({ tool }) => tool ?? [])],
    absent: found.filter(({ tool }) => tool === undefined).map(({ name }) => name),
  };
}
