import type { Chance } from "../seeded-chance.ts";

const blockBytes = 16 * 1024;

/**
 * Bytes as an image or an installer has them: half of the blocks are already compressed, a third is text
 * and tables, the rest repeats earlier blocks or is empty. `magic` is what the file type begins with.
 */
export function bigFile(magic: string, length: number, chance: Chance): Buffer {
  const file = Buffer.alloc(length);
  for (let at = 0; at < length; at += blockBytes) {
    const room = file.subarray(at, Math.min(at + blockBytes, length));
    const kind = chance.below(10);
    if (kind < 5) chance.bytes(room.length).copy(room);
    else if (kind < 8) room.fill(tableText(chance));
    else if (kind < 9 && at > 0) file.copyWithin(at, at - blockBytes, at - blockBytes + room.length);
  }
  file.write(magic, 0, "latin1");
  return file;
}

/** Changes about one block in `every`, in place: the next version of an image. */
export function patchBigFile(file: Buffer, every: number, chance: Chance): Buffer {
  const patched = Buffer.from(file);
  const blocks = Math.max(1, Math.floor(file.length / blockBytes));
  for (let count = 0; count < Math.max(1, Math.floor(blocks / every)); count++) {
    const at = chance.below(blocks) * blockBytes;
    // The first bytes stay: they say what kind of file it is.
    chance.bytes(Math.min(4096, patched.length - at - 16)).copy(patched, at + 16);
  }
  return patched;
}

function tableText(chance: Chance): string {
  const rows = Array.from({ length: 24 }, (_, row) => `${row}\t${chance.hex(12)}\tcomponent\tinstalled\r\n`);
  return rows.join("");
}
