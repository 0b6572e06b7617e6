/**
 * VS_FIXEDFILEINFO begins with this number; it is found by it, as every reader without a resource parser
 * does.
 */
const signature = Buffer.from([0xbd, 0x04, 0xef, 0xfe]);

/**
 * The file version in a Windows program's version resource, as `5.0.9128.1000`; `undefined` when there is
 * none.
 */
export function fileVersion(program: Buffer): string | undefined {
  const at = program.indexOf(signature);
  // After the signature: the structure's own version, then the file's, two halves of two numbers each.
  if (at < 0 || program.length < at + 16) return undefined;
  if (program.readUInt32LE(at + 4) !== 0x0001_0000) return undefined;
  const numbers = [10, 8, 14, 12].map((offset) => program.readUInt16LE(at + offset));
  return numbers.join(".");
}
