export type SqlTypeName =
  | "tinyint"
  | "smallint"
  | "int"
  | "bigint"
  | "bit"
  | "real"
  | "float"
  | "smallmoney"
  | "money"
  | "decimal"
  | "numeric"
  | "char"
  | "varchar"
  | "nchar"
  | "nvarchar"
  | "binary"
  | "varbinary"
  | "uniqueidentifier"
  | "date"
  | "time"
  | "smalldatetime"
  | "datetime"
  | "datetime2"
  | "datetimeoffset"
  | "sql_variant"
  | "xml";

/** A T-SQL type, as it is declared and as it goes over the wire. */
export interface SqlType {
  readonly name: SqlTypeName;
  /** Characters or bytes; `max` for the large forms. Without meaning for other types. */
  readonly length: number | "max";
  /** Digits in all, for exact numbers. */
  readonly precision: number;
  /** Digits after the point, for exact numbers and times. */
  readonly scale: number;
}

/** Exact numbers and dates are text; whole numbers are bigint or number; bytes are `Uint8Array`. */
export type SqlValue = null | number | bigint | string | Uint8Array;

const defaults: Partial<Record<SqlTypeName, Partial<SqlType>>> = {
  decimal: { precision: 18 },
  numeric: { precision: 18 },
  time: { scale: 7 },
  datetime2: { scale: 7 },
  datetimeoffset: { scale: 7 },
};

/** Makes a type; what is left out gets the default of T-SQL. */
export function sqlType(name: SqlTypeName, detail: Partial<SqlType> = {}): SqlType {
  return { length: 1, precision: 0, scale: 0, ...defaults[name], ...detail, name };
}

const aliases: Record<string, readonly [SqlTypeName, Partial<SqlType>?]> = {
  integer: ["int"],
  sysname: ["nvarchar", { length: 128 }],
  ntext: ["nvarchar", { length: "max" }],
  text: ["varchar", { length: "max" }],
  image: ["varbinary", { length: "max" }],
  rowversion: ["binary", { length: 8 }],
  timestamp: ["binary", { length: 8 }],
  dec: ["decimal"],
  text_numeric: ["numeric"],
  "double precision": ["float"],
};
const names = new Set<string>(
  "tinyint smallint int bigint bit real float smallmoney money decimal numeric char varchar nchar nvarchar binary varbinary uniqueidentifier date time smalldatetime datetime datetime2 datetimeoffset sql_variant xml".split(
    " ",
  ),
);

/** Finds the type behind a declaration such as `nvarchar(100)` or `numeric(25, 0)`. */
export function parseSqlType(declaration: string): SqlType | undefined {
  const match = /^\s*([a-z_0-9]+(?: precision)?)\s*(?:\(\s*(max|\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$/i.exec(
    declaration,
  );
  if (match === null) return undefined;
  return namedType(match[1]!.toLowerCase(), match[2]?.toLowerCase(), match[3]);
}

function namedType(word: string, first: string | undefined, second: string | undefined): SqlType | undefined {
  const [name, detail] = aliases[word] ?? (names.has(word) ? [word as SqlTypeName] : []);
  if (name === undefined) return undefined;
  if (first === undefined) return sqlType(name, detail);
  if (first === "max") return sqlType(name, { length: "max" });
  const number = Number(first);
  if (isExact(name)) return sqlType(name, { precision: number, scale: Number(second ?? 0) });
  if (name === "time" || name === "datetime2" || name === "datetimeoffset")
    return sqlType(name, { scale: number });
  return sqlType(name, { length: number });
}

/** Writes a type as it would be declared. */
export function renderSqlType(type: SqlType): string {
  if (isExact(type.name)) return `${type.name}(${type.precision},${type.scale})`;
  if (isText(type.name) || isBinary(type.name)) return `${type.name}(${type.length})`;
  if (type.name === "time" || type.name === "datetime2" || type.name === "datetimeoffset") {
    return `${type.name}(${type.scale})`;
  }
  return type.name;
}

export function isExact(name: SqlTypeName): boolean {
  return name === "decimal" || name === "numeric";
}

export function isText(name: SqlTypeName): boolean {
  return name === "char" || name === "varchar" || name === "nchar" || name === "nvarchar" || name === "xml";
}

export function isBinary(name: SqlTypeName): boolean {
  return name === "binary" || name === "varbinary";
}

export function isWhole(name: SqlTypeName): boolean {
  return name === "tinyint" || name === "smallint" || name === "int" || name === "bigint" || name === "bit";
}

export function isMoment(name: SqlTypeName): boolean {
  return name === "date" || name === "time" || name.includes("datetime");
}
