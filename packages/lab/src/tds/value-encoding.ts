import type { ByteWriter } from "./byte-writer.ts";
import { type Moment, addTicks, parseMoment, ticksASecond, utcTicks, zeroDay } from "./moment.ts";
import { type SqlType, type SqlValue, sqlType } from "./sql-type.ts";
import { exactBytes, fixedSize, isLarge, timeBytes, typeCode, collation } from "./type-info.ts";

/** Writes one value of a row in the encoding of its column [MS-TDS 2.2.5.5]. */
export function writeValue(out: ByteWriter, type: SqlType, value: SqlValue): void {
  if (isLarge(type)) writeLarge(out, type, value);
  else if (value === null) writeNull(out, type);
  else if (type.name === "sql_variant") writeVariant(out, value);
  else writePlain(out, type, value);
}

function writeNull(out: ByteWriter, type: SqlType): void {
  if ("char,varchar,nchar,nvarchar,binary,varbinary".split(",").includes(type.name)) out.u16(0xffff);
  else if (type.name === "sql_variant") out.u32(0);
  else out.u8(0);
}

function writePlain(out: ByteWriter, type: SqlType, value: SqlValue): void {
  const bytes = encodeBytes(type, value);
  if (bytes !== undefined) {
    out.u16(bytes.length).bytes(bytes);
    return;
  }
  const raw = encodeRaw(type, value);
  out.u8(raw.length).bytes(raw);
}

/** A large value as one chunk of known length. */
function writeLarge(out: ByteWriter, type: SqlType, value: SqlValue): void {
  if (value === null) {
    out.u64(0xffff_ffff_ffff_ffffn);
    return;
  }
  const bytes = encodeBytes(type, value) ?? Buffer.alloc(0);
  out.u64(BigInt(bytes.length));
  if (bytes.length > 0) out.u32(bytes.length).bytes(bytes);
  out.u32(0);
}

/** The bytes of a text or binary value; nothing for other types. */
function encodeBytes(type: SqlType, value: SqlValue): Buffer | undefined {
  const length = type.length === "max" ? Infinity : type.length;
  switch (type.name) {
    case "nvarchar":
    case "xml":
      return Buffer.from(textOf(value), "utf16le");
    case "nchar":
      return Buffer.from(textOf(value).padEnd(Number(length)), "utf16le");
    case "varchar":
      return toCodePage(textOf(value));
    case "char":
      return toCodePage(textOf(value).padEnd(Number(length)));
    case "binary":
    case "varbinary":
      return Buffer.from(value instanceof Uint8Array ? value : Buffer.from(textOf(value), "latin1"));
    default:
      return undefined;
  }
}

/** Text in code page 1252; what it lacks becomes a question mark, as the real server does. */
function toCodePage(text: string): Buffer {
  return Buffer.from(text.replace(/[^\0-\xff]/g, "?"), "latin1");
}

function textOf(value: SqlValue): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value);
}

const wholeWriters = {
  1: (buffer: Buffer, value: bigint) => buffer.writeUInt8(Number(BigInt.asUintN(8, value))),
  2: (buffer: Buffer, value: bigint) => buffer.writeInt16LE(Number(BigInt.asIntN(16, value))),
  4: (buffer: Buffer, value: bigint) => buffer.writeInt32LE(Number(BigInt.asIntN(32, value))),
  8: (buffer: Buffer, value: bigint) => buffer.writeBigInt64LE(BigInt.asIntN(64, value)),
};

function whole(value: SqlValue, size: 1 | 2 | 4 | 8): Buffer {
  const buffer = Buffer.alloc(size);
  wholeWriters[size](buffer, wholeOf(value));
  return buffer;
}

function wholeOf(value: SqlValue): bigint {
  if (typeof value === "bigint") return value;
  return BigInt(Math.trunc(Number(value)));
}

/** The bytes of a value of a type that is no text and no binary, without its length. */
function encodeRaw(type: SqlType, value: SqlValue): Buffer {
  switch (type.name) {
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint":
      return whole(value, fixedSize[type.name] as 1 | 2 | 4 | 8);
    case "bit":
      return Buffer.from([Number(value) === 0 ? 0 : 1]);
    case "real": {
      const buffer = Buffer.alloc(4);
      buffer.writeFloatLE(Number(value));
      return buffer;
    }
    case "float": {
      const buffer = Buffer.alloc(8);
      buffer.writeDoubleLE(Number(value));
      return buffer;
    }
    case "smallmoney":
      return whole(scaled(String(value), 4), 4);
    case "money":
      return encodeMoney(scaled(String(value), 4));
    case "decimal":
    case "numeric":
      return encodeExact(type, String(value));
    case "uniqueidentifier":
      return encodeGuid(String(value));
    default:
      return encodeMoment(type, parseMoment(String(value)) ?? { days: 0, ticks: 0n, offset: 0 });
  }
}

function encodeMoney(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeInt32LE(Number(value >> 32n), 0);
  buffer.writeUInt32LE(Number(value & 0xffff_ffffn), 4);
  return buffer;
}

/** A decimal text times 10^scale, rounded half away from zero. */
export function scaled(text: string, scale: number): bigint {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?\s*$/i.exec(text);
  if (match === null) return 0n;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const shift = scale + Number(exponent) - fraction.length;
  const digits = BigInt(`${whole}${fraction}` || "0");
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : divideRounded(digits, 10n ** BigInt(-shift));
  return sign === "-" ? -magnitude : magnitude;
}

function divideRounded(value: bigint, by: bigint): bigint {
  return (value + by / 2n) / by;
}

function encodeExact(type: SqlType, text: string): Buffer {
  const value = scaled(text, type.scale);
  const buffer = Buffer.alloc(exactBytes(type.precision));
  buffer[0] = value < 0n ? 0 : 1;
  let rest = value < 0n ? -value : value;
  for (let at = 1; at < buffer.length; at++) {
    buffer[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return buffer;
}

function encodeGuid(text: string): Buffer {
  const hex = Buffer.from(text.replace(/[{}-]/g, "").padEnd(32, "0").slice(0, 32), "hex");
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Buffer.from(order.map((at) => hex[at]!));
}

function encodeMoment(type: SqlType, moment: Moment): Buffer {
  switch (type.name) {
    case "date":
      return dayBytes(moment.days);
    case "time":
      return tickBytes(moment.ticks, type.scale);
    case "datetime2":
      return Buffer.concat([tickBytes(moment.ticks, type.scale), dayBytes(moment.days)]);
    case "datetimeoffset": {
      const utc = addTicks({ ...moment, offset: 0 }, utcTicks(moment) - utcTicks({ ...moment, offset: 0 }));
      const offset = Buffer.alloc(2);
      offset.writeInt16LE(moment.offset);
      return Buffer.concat([tickBytes(utc.ticks, type.scale), dayBytes(utc.days), offset]);
    }
    case "smalldatetime": {
      const buffer = Buffer.alloc(4);
      buffer.writeUInt16LE(moment.days - zeroDay.classic, 0);
      buffer.writeUInt16LE(Number(moment.ticks / (60n * ticksASecond)), 2);
      return buffer;
    }
    default: {
      const buffer = Buffer.alloc(8);
      buffer.writeInt32LE(moment.days - zeroDay.classic, 0);
      buffer.writeUInt32LE(Number(divideRounded(moment.ticks * 300n, ticksASecond)), 4);
      return buffer;
    }
  }
}

function dayBytes(days: number): Buffer {
  const buffer = Buffer.alloc(3);
  buffer.writeUIntLE(days - zeroDay.modern, 0, 3);
  return buffer;
}

function tickBytes(ticks: bigint, scale: number): Buffer {
  const buffer = Buffer.alloc(timeBytes(scale));
  buffer.writeUIntLE(Number(ticks / 10n ** BigInt(7 - scale)), 0, buffer.length);
  return buffer;
}

/** Inside a variant the type is that of the JavaScript value: whole number, floating point, text or bytes. */
function writeVariant(out: ByteWriter, value: SqlValue): void {
  if (typeof value === "string") {
    const bytes = Buffer.from(value.slice(0, 4000), "utf16le");
    out
      .u32(2 + 7 + bytes.length)
      .u8(typeCode.nvarchar)
      .u8(7)
      .bytes(collation)
      .u16(8000)
      .bytes(bytes);
    return;
  }
  if (value instanceof Uint8Array) {
    out
      .u32(2 + 2 + value.length)
      .u8(typeCode.varbinary)
      .u8(2)
      .u16(8000)
      .bytes(value);
    return;
  }
  const isWhole = typeof value === "bigint" || Number.isInteger(value);
  const isSmall = isWhole && BigInt.asIntN(32, BigInt(value!)) === BigInt(value!);
  const type = sqlType(isSmall ? "int" : isWhole ? "bigint" : "float");
  const raw = encodeRaw(type, value);
  out
    .u32(2 + raw.length)
    .u8({ int: 0x38, bigint: 0x7f, float: 0x3e }[type.name as "int"])
    .u8(0)
    .bytes(raw);
}
