import type { Replies, Request } from "./messages.ts";

/** The buffers of a reply that change hands instead of being copied: packs and parts of large files. */
export function transfersOf(reply: Replies[Request["do"]]): readonly ArrayBuffer[] {
  if (reply === null) return [];
  if (Array.isArray(reply)) return reply.map((pack) => pack.bytes.buffer);
  return "segment" in reply ? [reply.segment.bytes.buffer] : [];
}
