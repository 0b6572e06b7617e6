import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileOffer, Offer, Sink } from "../../src/core/model/offer.ts";

/**
 * A sink that keeps what it is offered as plain files below a folder, and holds each offer against the
 * contract.
 */
export interface CollectingSink extends Sink {
  readonly folder: string;
  readonly offers: readonly Offer[];
  /** Files by path, in the order of their offers. */
  files(): readonly string[];
}

/** Remembers what it is offered and reads none of it. */
export function listingSink(): Omit<CollectingSink, "folder"> {
  const offers: Offer[] = [];
  return {
    offers,
    files: () => offers.filter((it) => it.type === "file").map((it) => it.path),
    offer: async (entry) => void offers.push(entry),
  };
}

/** Copies each file at once. Throws where an offer breaks what its type promises. */
export function collectingSink(folder: string): CollectingSink {
  const offers: Offer[] = [];
  const paths = new Set<string>();
  return {
    folder,
    offers,
    files: () => offers.filter((it) => it.type === "file").map((it) => it.path),
    async offer(entry) {
      checkPath(entry.path);
      if (paths.has(entry.path)) throw new Error(`${entry.path} is offered twice.`);
      if (!Number.isInteger(entry.modifiedAt)) throw new Error(`${entry.path} has no whole milliseconds.`);
      paths.add(entry.path);
      offers.push(entry);
      const target = join(folder, entry.path);
      if (entry.type === "folder") return void mkdirSync(target, { recursive: true });
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, contentOf(entry));
      utimesSync(target, entry.modifiedAt / 1000, entry.modifiedAt / 1000);
    },
  };
}

function checkPath(path: string): void {
  const parts = path.split("/");
  const isPlain = parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain || path.includes("\\") || path.includes(":"))
    throw new Error(`"${path}" is no path of a snapshot.`);
}

function contentOf(entry: FileOffer): Uint8Array {
  const bytes = "bytes" in entry.locator ? entry.locator.bytes : readFileSync(entry.locator.file);
  if (!entry.growing && bytes.length !== entry.size)
    throw new Error(`${entry.path} is not as long as offered.`);
  if (entry.knownSha256 !== undefined && entry.knownSha256 !== sha256(bytes))
    throw new Error(`${entry.path} does not have the content that its name states.`);
  return bytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
