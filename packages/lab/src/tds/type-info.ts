import { ProtocolError, type ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type SqlType, type SqlTypeName, sqlType } from "./sql-type.ts";

/** SQL_Latin1_General_CP1_CI_AS, the collation that Configuration Manager demands. */
export const collation = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);

/** Bytes of a length field that says "large": the value follows in chunks. */
const largeLength = 0xffff;

/** The type byte of each nullable type, as columns carry them [MS-TDS 2.2.5.4]. */
export const typeCode: Record<SqlTypeName, number> = {
  tinyint: 0x26,
  smallint: 0x26,
  int: 0x26,
  bigint: 0x26,
  bit: 0x68,
  real: 0x6d,
  float: 0x6d,
  smallmoney: 0x6e,
  money: 0x6e,
  decimal: 0x6a,
  numeric: 0x6c,
  char: 0xaf,
  varchar: 0xa7,
  nchar: 0xef,
  nvarchar: 0xe7,
  binary: 0xad,
  varbinary: 0xa5,
  uniqueidentifier: 0x24,
  date: 0x28,
  time: 0x29,
  smalldatetime: 0x6f,
  datetime: 0x6f,
  datetime2: 0x2a,
  datetimeoffset: 0x2b,
  sql_variant: 0x62,
  xml: 0xf1,
};

/** Bytes of a value whose type has only one size. */
export const fixedSize: Partial<Record<SqlTypeName, number>> = {
  tinyint: 1,
  smallint: 2,
  int: 4,
  bigint: 8,
  bit: 1,
  real: 4,
  float: 8,
  smallmoney: 4,
  money: 8,
  uniqueidentifier: 16,
  smalldatetime: 4,
  datetime: 8,
};

/** Writes the TYPE_INFO of a column. */
export function writeTypeInfo(out: ByteWriter, type: SqlType): void {
  out.u8(typeCode[type.name]);
  const size = fixedSize[type.name];
  if (size !== undefined) {
    out.u8(size);
    return;
  }
  switch (type.name) {
    case "decimal":
    case "numeric":
      out.u8(exactBytes(type.precision)).u8(type.precision).u8(type.scale);
      return;
    case "nvarchar":
    case "nchar":
      out.u16(byteLength(type, 2)).bytes(collation);
      return;
    case "varchar":
    case "char":
      out.u16(byteLength(type, 1)).bytes(collation);
      return;
    case "varbinary":
    case "binary":
      out.u16(byteLength(type, 1));
      return;
    case "time":
    case "datetime2":
    case "datetimeoffset":
      out.u8(type.scale);
      return;
    case "sql_variant":
      out.u32(8009);
      return;
    default:
      if (type.name === "xml") out.u8(0);
  }
}

function byteLength(type: SqlType, unit: number): number {
  const bytes = type.length === "max" ? largeLength : Math.max(1, type.length) * unit;
  return bytes > 8000 ? largeLength : bytes;
}

/** Says whether a value of this type travels in chunks. */
export function isLarge(type: SqlType): boolean {
  if (type.name === "xml") return true;
  const unit = type.name === "nvarchar" || type.name === "nchar" ? 2 : 1;
  return (
    "char,varchar,nchar,nvarchar,binary,varbinary".includes(type.name) &&
    byteLength(type, unit) === largeLength
  );
}

/** Bytes of an exact number with that many digits, its sign included. */
export function exactBytes(precision: number): number {
  if (precision <= 9) return 5;
  if (precision <= 19) return 9;
  return precision <= 28 ? 13 : 17;
}

/** Bytes of a time of day with that many digits after the second. */
export function timeBytes(scale: number): number {
  if (scale <= 2) return 3;
  return scale <= 4 ? 4 : 5;
}

const bySize: Record<number, Record<number, SqlTypeName>> = {
  0x26: { 1: "tinyint", 2: "smallint", 4: "int", 8: "bigint" },
  0x6d: { 4: "real", 8: "float" },
  0x6e: { 4: "smallmoney", 8: "money" },
  0x6f: { 4: "smalldatetime", 8: "datetime" },
  0x68: { 1: "bit" },
  0x24: { 16: "uniqueidentifier" },
};
const byLength: Record<number, SqlTypeName> = {
  0xaf: "char",
  0xa7: "varchar",
  0xef: "nchar",
  0xe7: "nvarchar",
  0xad: "binary",
  0xa5: "varbinary",
};

/** The types without a length byte, which some clients use for their parameters. */
const bare: Record<number, SqlTypeName> = {
  0x30: "tinyint",
  0x32: "bit",
  0x34: "smallint",
  0x38: "int",
  0x3a: "smalldatetime",
  0x3b: "real",
  0x3c: "money",
  0x3d: "datetime",
  0x3e: "float",
  0x7a: "smallmoney",
  0x7f: "bigint",
};

/** A parameter's type, and whether its value is written without a length byte. */
export interface ReadType {
  readonly type: SqlType;
  readonly isBare: boolean;
}

/** Reads the TYPE_INFO of a parameter. */
export function readTypeInfo(input: ByteReader): ReadType {
  const code = input.u8();
  const bareName = bare[code];
  if (bareName !== undefined) return { type: sqlType(bareName), isBare: true };
  return { type: readNullableType(code, input), isBare: false };
}

function readNullableType(code: number, input: ByteReader): SqlType {
  const sizes = bySize[code];
  if (sizes !== undefined) {
    const name = sizes[input.u8()];
    if (name !== undefined) return sqlType(name);
  }
  const stringName = byLength[code];
  if (stringName !== undefined) return readStringType(stringName, input);
  switch (code) {
    case 0x6a:
    case 0x6c: {
      const [, precision, scale] = input.take(3);
      return sqlType(code === 0x6a ? "decimal" : "numeric", { precision: precision!, scale: scale! });
    }
    case 0x28:
      return sqlType("date");
    case 0x29:
      return sqlType("time", { scale: input.u8() });
    case 0x2a:
      return sqlType("datetime2", { scale: input.u8() });
    case 0x2b:
      return sqlType("datetimeoffset", { scale: input.u8() });
    case 0xf1:
      if (input.u8() !== 0) throw new ProtocolError("Typed XML is not served here.");
      return sqlType("xml");
  }
  throw new ProtocolError(`The parameter type 0x${code.toString(16)} is not served here.`);
}

function readStringType(name: SqlTypeName, input: ByteReader): SqlType {
  const bytes = input.u16();
  const isUnicode = name === "nchar" || name === "nvarchar";
  if (name !== "binary" && name !== "varbinary") input.take(collation.length);
  if (bytes === largeLength) return sqlType(name, { length: "max" });
  return sqlType(name, { length: isUnicode ? bytes / 2 : bytes });
}
