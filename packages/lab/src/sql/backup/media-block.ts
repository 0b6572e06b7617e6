/** Everything on the media starts at a multiple of this. */
export const blockStep = 512;

/**
 * The blocks of the lab's backup media, after Microsoft Tape Format: TAPE opens the media; SSET, MSCI,
 * MSDA, MSLS and ESET make up one set: start, configuration, data pages, log tail, end.
 */
export type BlockType = "TAPE" | "SSET" | "MSCI" | "MSDA" | "MSLS" | "ESET";

const field = {
  attributes: 4,
  size: 8,
  address: 20,
  sequence: 36,
  contentBytes: 48,
  checksum: 52,
  software: 0x5e,
  content: 256,
} as const;

export interface Block {
  readonly type: BlockType;
  /** Bytes of the block itself. */
  readonly size: number;
  readonly content: unknown;
}

/** Writes a block: a header, its content as UTF-16 text, and padding. */
export function writeBlock(
  type: BlockType,
  content: unknown,
  at: { readonly address: number; readonly sequence: number; readonly padding?: number },
): Buffer {
  const text = Buffer.from(JSON.stringify(content), "utf16le");
  const size = Math.ceil((field.content + text.length) / blockStep) * blockStep + (at.padding ?? 0);
  const block = Buffer.alloc(size);
  block.write(type, 0, "latin1");
  block.writeBigUInt64LE(BigInt(size), field.size);
  block.writeBigUInt64LE(BigInt(at.address), field.address);
  block.writeUInt32LE(at.sequence, field.sequence);
  block.writeUInt32LE(text.length, field.contentBytes);
  block.write("Microsoft SQL Server", field.software, "utf16le");
  text.copy(block, field.content);
  block.writeUInt32LE(checksumOf(block), field.checksum);
  return block;
}

/** Reads the block at the start of `bytes`; nothing when there is none, or it is damaged or cut off. */
export function readBlock(bytes: Buffer): Block | undefined {
  if (bytes.length < blockStep) return undefined;
  const type = bytes.toString("latin1", 0, 4);
  if (!/^(TAPE|SSET|MSCI|MSDA|MSLS|ESET)$/.test(type)) return undefined;
  const size = Number(bytes.readBigUInt64LE(field.size));
  const contentBytes = bytes.readUInt32LE(field.contentBytes);
  if (size > bytes.length || size < field.content + contentBytes || size % blockStep !== 0) return undefined;
  const block = Buffer.from(bytes.subarray(0, size));
  if (checksumOf(block) !== block.readUInt32LE(field.checksum)) return undefined;
  const text = block.toString("utf16le", field.content, field.content + contentBytes);
  return { type: type as BlockType, size, content: JSON.parse(text) as unknown };
}

/** Exclusive or of all words, the field itself as zero. */
function checksumOf(block: Buffer): number {
  let checksum = 0;
  for (let at = 0; at < block.length; at += 4) {
    if (at !== field.checksum) checksum ^= block.readUInt32LE(at);
  }
  return checksum >>> 0;
}

/** The first bytes of compressed media; the blocks follow after them. */
export function compressedMagic(): Buffer {
  const magic = Buffer.alloc(blockStep);
  magic.write("MSSQLBAK", 0, "latin1");
  magic.writeUInt32LE(2, 8);
  magic.writeUInt32LE(3, 12);
  return magic;
}

export function isCompressedMagic(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, 8) === "MSSQLBAK";
}
