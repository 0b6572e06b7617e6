import { isBinary, isExact, isMoment, isText, isWhole, type SqlType, sqlType } from "../../tds/sql-type.ts";
import { unsupported } from "../sql-error.ts";
import { convertMoment, formatMoment } from "../runtime/moments.ts";
import { literal, type Typed } from "./typed.ts";

/** From the strongest to the weakest: of two types that meet, the stronger one is the result. */
const precedence: readonly string[] =
  "sql_variant xml datetimeoffset datetime2 datetime smalldatetime date time float real decimal numeric money smallmoney bigint int smallint tinyint bit nvarchar nchar varchar char varbinary binary uniqueidentifier".split(
    " ",
  );

/** The type in which values of both types find room. */
export function commonType(left: Typed, right: Typed): SqlType {
  if (left.literal === null) return right.type;
  if (right.literal === null) return left.type;
  const [strong, weak] =
    precedence.indexOf(left.type.name) <= precedence.indexOf(right.type.name)
      ? [left.type, right.type]
      : [right.type, left.type];
  if ((isText(strong.name) && isText(weak.name)) || (isBinary(strong.name) && isBinary(weak.name))) {
    const isMax = strong.length === "max" || weak.length === "max";
    return { ...strong, length: isMax ? "max" : Math.max(Number(strong.length), Number(weak.length)) };
  }
  if (!isExact(strong.name)) return { ...strong, scale: Math.max(strong.scale, weak.scale) };
  const scale = Math.max(strong.scale, weak.scale);
  const whole = Math.max(
    strong.precision - strong.scale,
    isExact(weak.name) ? weak.precision - weak.scale : 19,
  );
  return { ...strong, precision: Math.min(38, whole + scale), scale };
}

/** Converts a value to a type, as CAST does. Errors of single values come at run time. */
export function convert(value: Typed, to: SqlType, style = 0): string {
  if (value.literal === null) return "NULL";
  const from = value.type;
  if (isText(to.name)) return cut(toText(value, style), to);
  if (from.name === to.name && !isExact(to.name) && !isBinary(to.name) && from.scale === to.scale)
    return value.sql;
  if (isWhole(to.name)) return `lab_to_whole(${value.sql}, '${to.name}')`;
  if (isExact(to.name)) return `lab_to_exact(${value.sql}, ${to.precision}, ${to.scale})`;
  if (isMoment(to.name)) return toMoment(value, to);
  switch (to.name) {
    case "money":
    case "smallmoney":
      return `lab_to_exact(${value.sql}, 19, 4)`;
    case "float":
    case "real":
      return `lab_to_float(${value.sql})`;
    case "uniqueidentifier":
      return `lab_to_guid(${value.sql})`;
    case "binary":
    case "varbinary":
      return cutBytes(toBinary(value, style), to);
    default:
      return value.sql;
  }
}

function toText(value: Typed, style: number): string {
  const { name, scale } = value.type;
  if (isText(name)) return value.sql;
  if (isMoment(name)) {
    if (typeof value.literal === "string")
      return literal(formatMoment(value.literal, name, style, scale), value.type).sql;
    return `lab_format_moment(${value.sql}, '${name}', ${style}, ${scale})`;
  }
  if (isBinary(name)) {
    if (style === 1) return `('0x' || hex(${value.sql}))`;
    if (style === 2) return `hex(${value.sql})`;
    return `lab_bytes_to_text(${value.sql})`;
  }
  if (isExact(name)) return `lab_to_exact(${value.sql}, ${value.type.precision}, ${scale})`;
  if (name === "money" || name === "smallmoney") return `lab_to_exact(${value.sql}, 19, 2)`;
  return `lab_number_to_text(${value.sql})`;
}

/** Longer text is cut without a word, as CAST does. */
function cut(sql: string, to: SqlType): string {
  return to.length === "max" || to.name === "xml" ? sql : `substr(${sql}, 1, ${to.length})`;
}

function cutBytes(sql: string, to: SqlType): string {
  return to.length === "max" ? sql : `substr(${sql}, 1, ${to.length})`;
}

function toBinary(value: Typed, style: number): string {
  if (isBinary(value.type.name)) return value.sql;
  if (isText(value.type.name)) {
    const isWide = value.type.name.startsWith("n");
    return `lab_text_to_bytes(${value.sql}, ${style}, ${Number(isWide)})`;
  }
  if (value.type.name === "uniqueidentifier") return `lab_guid_to_bytes(${value.sql})`;
  throw unsupported(`a conversion from ${value.type.name} to binary`);
}

function toMoment(value: Typed, to: SqlType): string {
  if (!isText(value.type.name) && !isMoment(value.type.name)) {
    throw unsupported(`a conversion from ${value.type.name} to ${to.name}`);
  }
  if (typeof value.literal === "string")
    return literal(convertMoment(value.literal, to.name, to.scale), to).sql;
  return `lab_to_moment(${value.sql}, '${to.name}', ${to.scale})`;
}

/** Prepares two values for `=`, `<` and their like: the same representation, text without regard to case. */
export function comparable(left: Typed, right: Typed): readonly [string, string] {
  const type = commonType(left, right);
  if (isMoment(type.name)) return comparableMoments(left, right, type);
  const bothText = isTextual(left.type) && isTextual(right.type);
  if (bothText) return [`${left.sql} COLLATE NOCASE`, right.sql];
  if (isExact(type.name) && (isLong(left.type) || isLong(right.type))) {
    return [`lab_exact_key(${left.sql})`, `lab_exact_key(${right.sql})`];
  }
  return [numeric(left, type), numeric(right, type)];
}

function comparableMoments(left: Typed, right: Typed, type: SqlType): readonly [string, string] {
  const [from, to] = [convert(left, momentType(left, type)), convert(right, momentType(right, type))];
  if (left.type.name === right.type.name && type.name === "datetime") return [from, to];
  if (left.literal !== undefined && right.type.name === "datetime") return [convert(left, right.type), to];
  if (right.literal !== undefined && left.type.name === "datetime") return [from, convert(right, left.type)];
  return [`lab_instant(${from})`, `lab_instant(${to})`];
}

function momentType(value: Typed, common: SqlType): SqlType {
  return isMoment(value.type.name) ? value.type : sqlType(common.name, { scale: 7 });
}

/** Text, or a GUID, which is kept as text. */
function isTextual(type: SqlType): boolean {
  return isText(type.name) || type.name === "uniqueidentifier";
}

/** Exact numbers beyond what SQLite's own numbers hold. */
export function isLong(type: SqlType): boolean {
  return isExact(type.name) && type.precision > 15;
}

function numeric(value: Typed, type: SqlType): string {
  if (isText(value.type.name) && !isTextual(type)) {
    return isWhole(type.name) ? `lab_to_whole(${value.sql}, 'bigint')` : `lab_to_float(${value.sql})`;
  }
  return isExact(value.type.name) || value.type.name.endsWith("money")
    ? `lab_to_float(${value.sql})`
    : value.sql;
}

/** Prepares a value for DISTINCT and UNION: text that differs in case only is the same. */
export function distinguishable(value: Typed): string {
  return isTextual(value.type) ? `${value.sql} COLLATE NOCASE` : value.sql;
}

/** Prepares a value for ORDER BY and GROUP BY. */
export function sortable(value: Typed): string {
  if (isTextual(value.type)) return `${value.sql} COLLATE NOCASE`;
  if (value.type.name === "datetimeoffset") return `lab_instant(${value.sql})`;
  if (isExact(value.type.name)) return `lab_exact_key(${value.sql})`;
  return value.sql;
}
