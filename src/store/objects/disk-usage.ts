import {
  type DiskByKind,
  diskKinds,
  type DiskKind,
  type DiskStats,
} from "../../core/model/repository/repository-stats.ts";
import { configCopyName, configName, packFolder } from "../format/layout.ts";
import type { ObjectStore } from "./object-store.ts";

/** What the objects of a repository take, and each pack's size by its name. */
export interface DiskUsage {
  readonly byKind: DiskByKind;
  readonly packs: ReadonlyMap<string, number>;
}

/** Asks for the sizes of all objects, and of strangers among them, and reads none. */
export async function measureDisk(store: ObjectStore): Promise<DiskUsage> {
  const byKind = Object.fromEntries([...diskKinds, "total"].map((it) => [it, nothing])) as Record<
    DiskKind | "total",
    DiskStats
  >;
  const packs = new Map<string, number>();
  const count = (kind: DiskKind, size: number): void => {
    byKind[kind] = plus(byKind[kind], size);
    byKind.total = plus(byKind.total, size);
  };
  for (const { size } of await store.strangers()) count("other", size);
  for await (const { name, size } of store.backend.list("")) {
    count(kindOf(name), size);
    if (name.startsWith(packFolder)) packs.set(name, size);
  }
  return { byKind, packs };
}

const nothing: DiskStats = { files: 0, bytes: 0 };

function plus({ files, bytes }: DiskStats, size: number): DiskStats {
  return { files: files + 1, bytes: bytes + size };
}

function kindOf(name: string): DiskKind {
  if (name === configName || name === configCopyName) return "config";
  const folder = name.slice(0, name.indexOf("/"));
  return diskKinds.find((it) => it === folder) ?? "other";
}
