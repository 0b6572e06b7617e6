import type { PackPart, Replies, Request } from "./messages.ts";

/** The buffers of a reply that change hands instead of being copied: packs and parts of large files. */
export function transfersOf(reply: Replies[Request["do"]]): readonly ArrayBuffer[] {
  if (reply === null) return [];
  if (Array.isArray(reply)) return reply.map((pack) => pack.bytes.buffer);
  if ("packs" in reply) return reply.packs.map((pack) => pack.bytes.buffer);
  if ("pieces" in reply) return transfersOfPieces(reply.pieces);
  return "segment" in reply ? [reply.segment.bytes.buffer] : [];
}

/** The buffers under the groups of a request. They are the reader's own: see `fetchRun`. */
export function transfersOfParts(parts: readonly PackPart[]): readonly ArrayBuffer[] {
  const sealed = parts.flatMap(({ groups }) => groups.flatMap((group) => group.sealed ?? []));
  return transfersOfPieces(sealed);
}

/** The buffers under some pieces, each once. */
export function transfersOfPieces(pieces: readonly Uint8Array<ArrayBuffer>[]): readonly ArrayBuffer[] {
  return [...new Set(pieces.map(({ buffer }) => buffer))];
}
