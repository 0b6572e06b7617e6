import type { ByteReader } from "./byte-reader.ts";
import { ProtocolError } from "./byte-reader.ts";
import { addTicks, renderDate, renderTime, ticksASecond, zeroDay } from "./moment.ts";
import type { SqlType, SqlValue } from "./sql-type.ts";
import { type ReadType, fixedSize, isLarge, timeBytes } from "./type-info.ts";

const nullLarge = 0xffff_ffff_ffff_ffffn;

/** Reads a parameter's value; the reverse of `writeValue`. */
export function readValue(input: ByteReader, { type, isBare }: ReadType): SqlValue {
  if (isLarge(type)) {
    const bytes = readLarge(input);
    return bytes === null ? null : decodeBytes(type, bytes);
  }
  if (isBare) return decodeRaw(type, input.take(fixedSize[type.name] ?? 0));
  if ("char,varchar,nchar,nvarchar,binary,varbinary".split(",").includes(type.name)) {
    const length = input.u16();
    return length === 0xffff ? null : decodeBytes(type, input.take(length));
  }
  const length = input.u8();
  return length === 0 ? null : decodeRaw(type, input.take(length));
}

function readLarge(input: ByteReader): Buffer | null {
  if (input.u64() === nullLarge) return null;
  const chunks: Buffer[] = [];
  for (let length = input.u32(); length > 0; length = input.u32()) chunks.push(input.take(length));
  return Buffer.concat(chunks);
}

function decodeBytes(type: SqlType, bytes: Buffer): SqlValue {
  if (type.name === "binary" || type.name === "varbinary") return new Uint8Array(bytes);
  const isUnicode = type.name === "nvarchar" || type.name === "nchar" || type.name === "xml";
  return bytes.toString(isUnicode ? "utf16le" : "latin1");
}

function decodeRaw(type: SqlType, raw: Buffer): SqlValue {
  const size = fixedSize[type.name];
  if (size !== undefined && raw.length !== size) {
    throw new ProtocolError(`A value of type ${type.name} can't have ${raw.length} bytes.`);
  }
  switch (type.name) {
    case "tinyint":
    case "bit":
      return BigInt(raw[0]!);
    case "smallint":
      return BigInt(raw.readInt16LE());
    case "int":
      return BigInt(raw.readInt32LE());
    case "bigint":
      return raw.readBigInt64LE();
    case "real":
      return raw.readFloatLE();
    case "float":
      return raw.readDoubleLE();
    case "smallmoney":
      return unscaled(BigInt(raw.readInt32LE()), 4);
    case "money":
      return unscaled((BigInt(raw.readInt32LE()) << 32n) | BigInt(raw.readUInt32LE(4)), 4);
    case "decimal":
    case "numeric":
      return decodeExact(type, raw);
    case "uniqueidentifier":
      return decodeGuid(raw);
    default:
      return decodeMoment(type, raw);
  }
}

/** A whole number with its point put in. */
export function unscaled(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  const split = digits.length - scale;
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, split)}.${digits.slice(split)}`;
}

function decodeExact(type: SqlType, raw: Buffer): string {
  let value = 0n;
  for (let at = raw.length - 1; at > 0; at--) value = (value << 8n) | BigInt(raw[at]!);
  return unscaled(raw[0] === 0 ? -value : value, type.scale);
}

function decodeGuid(raw: Buffer): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const hex = Buffer.from(order.map((at) => raw[at]!))
    .toString("hex")
    .toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function decodeMoment(type: SqlType, raw: Buffer): string {
  const scale = 10n ** BigInt(7 - type.scale);
  const size = timeBytes(type.scale);
  switch (type.name) {
    case "date":
      return renderDate(dayAt(raw, 0));
    case "time":
      return renderTime(ticksIn(raw, size) * scale, type.scale);
    case "datetime2":
      return `${renderDate(dayAt(raw, size))} ${renderTime(ticksIn(raw, size) * scale, type.scale)}`;
    case "datetimeoffset": {
      const offset = raw.subarray(size + 3, size + 5).readInt16LE();
      const utc = { days: dayAt(raw, size), ticks: ticksIn(raw, size) * scale, offset };
      const local = addTicks(utc, BigInt(offset) * 60n * ticksASecond);
      const minutes = Math.abs(offset);
      const zone = [Math.floor(minutes / 60), minutes % 60]
        .map((part) => String(part).padStart(2, "0"))
        .join(":");
      const sign = offset < 0 ? "-" : "+";
      return `${renderDate(local.days)} ${renderTime(local.ticks, type.scale)} ${sign}${zone}`;
    }
    case "smalldatetime": {
      const ticks = BigInt(raw.readUInt16LE(2)) * 60n * ticksASecond;
      return `${renderDate(raw.readUInt16LE(0) + zeroDay.classic)} ${renderTime(ticks, 0)}`;
    }
    default: {
      const milliseconds = (BigInt(raw.readUInt32LE(4)) * 10n + 1n) / 3n;
      const ticks = milliseconds * 10_000n;
      return `${renderDate(raw.readInt32LE(0) + zeroDay.classic)} ${renderTime(ticks, 3)}`;
    }
  }
}

function dayAt(raw: Buffer, at: number): number {
  if (raw.length < at + 3) throw new ProtocolError("A date is cut off.");
  return raw.readUIntLE(at, 3) + zeroDay.modern;
}

function ticksIn(raw: Buffer, size: number): bigint {
  if (raw.length < size) throw new ProtocolError("A time is cut off.");
  return BigInt(raw.readUIntLE(0, size));
}
