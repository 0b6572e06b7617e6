import { isExact, isMoment, isText, isWhole, type SqlType, sqlType } from "../../tds/sql-type.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { commonType, comparable, convert, distinguishable, isLong } from "./coercion.ts";
import { quote, type Typed } from "./typed.ts";

/** How a function is written for SQLite, and the type of its value. */
type Translation = (args: readonly Typed[]) => Typed;

const int = sqlType("int");
const bigint = sqlType("bigint");
const name = sqlType("nvarchar", { length: 128 });
const widest = sqlType("nvarchar", { length: 4000 });

const asText = (value: Typed): string => convert(value, isText(value.type.name) ? value.type : widest);
const textType = (value: Typed): SqlType => (isText(value.type.name) ? value.type : widest);
/** What a function makes of a text of fixed length is not filled up any more. */
const varying = (type: SqlType): SqlType =>
  type.name === "char" || type.name === "nchar"
    ? sqlType(type.name === "char" ? "varchar" : "nvarchar", { length: type.length })
    : type;
const asInt = (value: Typed): string => (isWhole(value.type.name) ? value.sql : convert(value, bigint));

const text =
  (write: (...sql: string[]) => string): Translation =>
  ([first, ...rest]) => ({
    sql: write(asText(first!), ...rest.map((it) => (isWhole(it.type.name) ? it.sql : asText(it)))),
    type: varying(textType(first!)),
  });

const numeric =
  (write: (sql: string) => string): Translation =>
  ([value]) => ({ sql: write(value!.sql), type: value!.type });

/** Each with the least and the greatest number of its arguments. */
const scalars: Readonly<Record<string, readonly [number, number, Translation]>> = {
  ISNULL: [2, 2, ([value, other]) => firstNonNull(value!, other!, value!.literal === null ? other!.type : value!.type)],
  COALESCE: [2, 99, (args) => coalesce(args)],
  NULLIF: [2, 2, ([value, other]) => nullIf(value!, other!)],
  LEN: [1, 1, ([value]) => ({ sql: `length(rtrim(${asText(value!)}, ' '))`, type: int })],
  DATALENGTH: [1, 1, ([value]) => ({ sql: dataLength(value!), type: int })],
  UPPER: [1, 1, text((value) => `lab_upper(${value})`)],
  LOWER: [1, 1, text((value) => `lab_lower(${value})`)],
  LTRIM: [1, 1, text((value) => `ltrim(${value}, ' ')`)],
  RTRIM: [1, 1, text((value) => `rtrim(${value}, ' ')`)],
  TRIM: [1, 1, text((value) => `trim(${value}, ' ')`)],
  REVERSE: [1, 1, text((value) => `lab_reverse(${value})`)],
  SUBSTRING: [3, 3, text((value, from, count) => `substr(${value}, max(${from}, 1), max(0, ${from} + ${count} - max(${from}, 1)))`)],
  LEFT: [2, 2, text((value, count) => `substr(${value}, 1, max(0, ${count}))`)],
  RIGHT: [2, 2, text((value, count) => `CASE WHEN ${count} <= 0 THEN '' ELSE substr(${value}, -min(length(${value}), ${count})) END`)],
  REPLACE: [3, 3, ([value, from, to]) => ({ sql: `lab_replace(${asText(value!)}, ${asText(from!)}, ${asText(to!)})`, type: { ...textType(value!), length: "max" } })],
  CHARINDEX: [2, 2, ([what, where]) => ({ sql: `instr(lab_lower(${asText(where!)}), lab_lower(${asText(what!)}))`, type: int })],
  CONCAT: [2, 99, (args) => ({ sql: `(${args.map((it) => `coalesce(${asText(it)}, '')`).join(" || ")})`, type: widest })],
  QUOTENAME: [1, 1, ([value]) => ({ sql: `('[' || replace(${asText(value!)}, ']', ']]') || ']')`, type: { ...name, length: 258 } })],
  CHAR: [1, 1, ([code]) => ({ sql: `char(${asInt(code!)})`, type: sqlType("char", { length: 1 }) })],
  NCHAR: [1, 1, ([code]) => ({ sql: `char(${asInt(code!)})`, type: sqlType("nchar", { length: 1 }) })],
  ASCII: [1, 1, ([value]) => ({ sql: `unicode(${asText(value!)})`, type: int })],
  UNICODE: [1, 1, ([value]) => ({ sql: `unicode(${asText(value!)})`, type: int })],
  ABS: [1, 1, numeric((value) => `abs(${value})`)],
  FLOOR: [1, 1, numeric((value) => `floor(${value})`)],
  CEILING: [1, 1, numeric((value) => `ceiling(${value})`)],
  SIGN: [1, 1, numeric((value) => `sign(${value})`)],
  ROUND: [2, 2, ([value, digits]) => ({ sql: `lab_round(${value!.sql}, ${asInt(digits!)})`, type: value!.type })],
  NEWID: [0, 0, () => ({ sql: "lab_newid()", type: sqlType("uniqueidentifier") })],
  HASHBYTES: [2, 2, ([algorithm, value]) => ({ sql: `lab_hash(${asText(algorithm!)}, ${value!.sql})`, type: sqlType("varbinary", { length: 8000 }) })],
  DATEADD: [3, 3, ([part, count, value]) => dateAdd(part!, count!, value!)],
  DATEDIFF: [3, 3, (args) => dateDifference(args, int)],
  DATEDIFF_BIG: [3, 3, (args) => dateDifference(args, bigint)],
  DATEPART: [2, 2, ([part, value]) => ({ sql: `lab_part(${part!.sql}, ${value!.sql})`, type: int })],
  YEAR: [1, 1, ([value]) => ({ sql: `lab_part('year', ${value!.sql})`, type: int })],
  MONTH: [1, 1, ([value]) => ({ sql: `lab_part('month', ${value!.sql})`, type: int })],
  DAY: [1, 1, ([value]) => ({ sql: `lab_part('day', ${value!.sql})`, type: int })],
  SWITCHOFFSET: [2, 2, ([value, zone]) => ({ sql: `lab_move_offset(${value!.sql}, ${asText(zone!)})`, type: sqlType("datetimeoffset") })],
  TODATETIMEOFFSET: [2, 2, ([value, zone]) => ({ sql: `lab_stamp_offset(${value!.sql}, ${asText(zone!)})`, type: sqlType("datetimeoffset") })],
  // What follows asks the instance, through functions that the engine registers.
  SERVERPROPERTY: [1, 1, ([value]) => ({ sql: `lab_server_property(${asText(value!)})`, type: sqlType("sql_variant") })],
  DATABASEPROPERTYEX: [2, 2, ([value, property]) => ({ sql: `lab_database_property(${asText(value!)}, ${asText(property!)})`, type: sqlType("sql_variant") })],
  FILEPROPERTY: [2, 2, ([file, property]) => ({ sql: `lab_file_property(${asText(file!)}, ${asText(property!)})`, type: int })],
  DB_ID: [0, 1, ([value]) => ({ sql: `lab_db_id(${value === undefined ? "" : asText(value)})`, type: sqlType("smallint") })],
  DB_NAME: [0, 1, ([value]) => ({ sql: `lab_db_name(${value === undefined ? "" : asInt(value)})`, type: name })],
  OBJECT_ID: [1, 2, ([value]) => ({ sql: `lab_object_id(${asText(value!)})`, type: int })],
  OBJECT_NAME: [1, 2, ([value]) => ({ sql: `lab_object_name(${asInt(value!)})`, type: name })],
  OBJECT_DEFINITION: [1, 1, ([value]) => ({ sql: `lab_object_definition(${asInt(value!)})`, type: { ...widest, length: "max" } })],
  TYPE_NAME: [1, 1, ([value]) => ({ sql: `lab_type_name(${asInt(value!)})`, type: name })],
  SCHEMA_NAME: [0, 1, () => ({ sql: "'dbo'", type: name })],
  HAS_DBACCESS: [1, 1, ([value]) => ({ sql: `lab_has_access(${asText(value!)})`, type: int })],
  IS_SRVROLEMEMBER: [1, 2, ([role]) => ({ sql: `lab_server_role(${asText(role!)})`, type: int })],
  IS_ROLEMEMBER: [1, 2, ([role]) => ({ sql: `lab_database_role(${asText(role!)})`, type: int })],
  IS_MEMBER: [1, 1, ([role]) => ({ sql: `lab_database_role(${asText(role!)})`, type: int })],
  HAS_PERMS_BY_NAME: [3, 3, ([securable, kind, permission]) => ({ sql: `lab_has_permission(${asText(securable!)}, ${asText(kind!)}, ${asText(permission!)})`, type: int })],
  CHANGE_TRACKING_CURRENT_VERSION: [0, 0, () => ({ sql: "lab_tracking_version()", type: bigint })],
  CHANGE_TRACKING_MIN_VALID_VERSION: [1, 1, ([table]) => ({ sql: `lab_tracking_minimum(${asInt(table!)})`, type: bigint })],
  CERT_ID: [1, 1, ([value]) => ({ sql: `lab_certificate_id(${asText(value!)})`, type: int })],
  CERTENCODED: [1, 1, ([id]) => ({ sql: `lab_certificate(${asInt(id!)})`, type: sqlType("varbinary", { length: 8000 }) })],
  CERTPRIVATEKEY: [2, 3, ([id, ...passwords]) => ({ sql: `lab_private_key(${[asInt(id!), ...passwords.map((it) => asText(it))].join(", ")})`, type: sqlType("varbinary", { length: 8000 }) })],
  ENCRYPTBYCERT: [2, 2, ([id, text]) => ({ sql: `lab_encrypt(${asInt(id!)}, ${text!.sql})`, type: sqlType("varbinary", { length: 8000 }) })],
  DECRYPTBYCERT: [2, 3, ([id, sealed, ...passwords]) => ({ sql: `lab_decrypt(${[asInt(id!), sealed!.sql, ...passwords.map((it) => asText(it))].join(", ")})`, type: sqlType("varbinary", { length: 8000 }) })],
  FNGETSITECODE: [0, 0, () => ({ sql: "lab_site_code()", type: sqlType("nvarchar", { length: 3 }) })],
  FN_HADR_BACKUP_IS_PREFERRED_REPLICA: [1, 1, ([database]) => ({ sql: `lab_preferred_replica(${asText(database!)})`, type: sqlType("bit") })],
  SUSER_SNAME: [1, 1, ([sid]) => ({ sql: `lab_login_of(${sid!.sql})`, type: name })],
}; // prettier-ignore

/** Translates a function of single values, or says that there is none of that name. */
export function translateScalar(functionName: string, args: readonly Typed[]): Typed {
  const entry = scalars[functionName];
  if (entry === undefined) {
    throw new SqlError(195, `'${functionName}' is not a recognized built-in function name in the lab.`, {
      class: 15,
    });
  }
  const [least, most, translation] = entry;
  if (args.length >= least && args.length <= most) return translation(args);
  throw new SqlError(174, `The ${functionName.toLowerCase()} function requires ${least} argument(s).`, {
    class: 15,
  });
}

function firstNonNull(value: Typed, other: Typed, type: SqlType): Typed {
  return { sql: `coalesce(${convert(value, type)}, ${convert(other, type)})`, type };
}

function nullIf(value: Typed, other: Typed): Typed {
  const [left, right] = comparable(value, other);
  return { sql: `(CASE WHEN ${left} = ${right} THEN NULL ELSE ${value.sql} END)`, type: value.type };
}

function coalesce(args: readonly Typed[]): Typed {
  const { type } = args.reduce((left, right) => ({ sql: "", type: commonType(left, right) }));
  return { sql: `coalesce(${args.map((it) => convert(it, type)).join(", ")})`, type };
}

function dataLength(value: Typed): string {
  const { name: typeName } = value.type;
  if (typeName === "nvarchar" || typeName === "nchar") return `(length(${value.sql}) * 2)`;
  if (isWhole(typeName))
    return String({ tinyint: 1, bit: 1, smallint: 2, int: 4, bigint: 8 }[typeName as "int"]);
  return `length(${value.sql})`;
}

function dateAdd(part: Typed, count: Typed, value: Typed): Typed {
  const type = isMoment(value.type.name) ? value.type : sqlType("datetime");
  const moment = convert(value, type);
  const sql = `lab_add(${part.sql}, ${asInt(count)}, ${moment}, ${quote(type.name)}, ${type.name === "datetime" ? 3 : type.scale})`;
  return { sql, type };
}

function dateDifference([part, from, to]: readonly Typed[], type: SqlType): Typed {
  const days = (value: Typed): string =>
    isMoment(value.type.name) ? value.sql : convert(value, sqlType("datetime2"));
  return {
    sql: `lab_to_whole(lab_difference(${part!.sql}, ${days(from!)}, ${days(to!)}), '${type.name}')`,
    type,
  };
}

/** Functions over many rows. */
const aggregates: Readonly<Record<string, (value: Typed, distinct: string) => Typed>> = {
  COUNT: (value, distinct) => ({ sql: `count(${distinct}${distinguishable(value)})`, type: int }),
  COUNT_BIG: (value, distinct) => ({ sql: `count(${distinct}${distinguishable(value)})`, type: bigint }),
  MIN: (value) => extreme("min", value),
  MAX: (value) => extreme("max", value),
  SUM: (value, distinct) => ({ sql: `sum(${distinct}${summand(value)})`, type: sumType(value.type) }),
  AVG: (value, distinct) => average(value, distinct),
};

/** Translates a function over many rows; nothing when it is none. */
export function translateAggregate(
  functionName: string,
  args: readonly Typed[],
  distinct: string,
): Typed | undefined {
  const [value, separator] = args;
  if (functionName === "STRING_AGG" && value !== undefined && separator !== undefined) {
    return {
      sql: `group_concat(${asText(value)}, ${asText(separator)})`,
      type: { ...widest, length: "max" },
    };
  }
  const aggregate = aggregates[functionName];
  if (aggregate === undefined) return undefined;
  if (value === undefined || args.length > 1)
    throw unsupported(`${functionName} with ${args.length} arguments`);
  return aggregate(value, distinct);
}

function extreme(which: "min" | "max", value: Typed): Typed {
  if (isLong(value.type))
    return { sql: `lab_exact_of_key(${which}(lab_exact_key(${value.sql})))`, type: value.type };
  if (isText(value.type.name)) return { sql: `${which}(${value.sql} COLLATE NOCASE)`, type: value.type };
  return { sql: `${which}(${value.sql})`, type: value.type };
}

function summand(value: Typed): string {
  if (isText(value.type.name) || isMoment(value.type.name)) {
    throw new SqlError(8117, `Operand data type ${value.type.name} is invalid for sum operator.`);
  }
  if (isExact(value.type.name)) {
    return value.type.scale === 0 ? `lab_to_whole(${value.sql}, 'bigint')` : `lab_to_float(${value.sql})`;
  }
  return value.sql;
}

function sumType(type: SqlType): SqlType {
  if (isExact(type.name)) return { ...type, precision: 38 };
  if (type.name === "bigint" || type.name === "float") return type;
  return isWhole(type.name) ? int : sqlType("float");
}

function average(value: Typed, distinct: string): Typed {
  const sql = `avg(${distinct}${summand(value)})`;
  if (isWhole(value.type.name)) return { sql: `CAST(${sql} AS INTEGER)`, type: sumType(value.type) };
  return {
    sql,
    type: isExact(value.type.name) ? sqlType("numeric", { precision: 38, scale: 6 }) : sqlType("float"),
  };
}
