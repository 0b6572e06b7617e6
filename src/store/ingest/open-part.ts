import { Malformed } from "../format/encoding/malformed.ts";
import type { GroupSlice, OpenedPart } from "./messages.ts";
import type { OpenGroups } from "./open-groups.ts";
import { damageReason } from "./write-file.ts";

/** Slices below this are not worth a buffer of their own, and may lie in one that others share. */
const pieceBytesMin = 64 * 1024;

/** Opens a part of a large file: its plain bytes, ready to be handed to who writes it. */
export function openPart(slices: readonly GroupSlice[], groups: OpenGroups): OpenedPart {
  try {
    const pieces = slices.map((slice) => groups.slice(slice) as Uint8Array<ArrayBuffer>);
    return { pieces: pieces.every(({ length }) => length >= pieceBytesMin) ? pieces : [joined(pieces)] };
  } catch (thrown) {
    if (!(thrown instanceof Malformed)) throw thrown;
    return { damaged: damageReason(thrown.message) };
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    Buffer.allocUnsafeSlow(pieces.reduce((sum, { length }) => sum + length, 0)).buffer,
  );
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
