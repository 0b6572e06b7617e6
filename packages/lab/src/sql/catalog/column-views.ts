import { isBinary, isExact, isText, type SqlType, type SqlTypeName } from "../../tds/sql-type.ts";
import type { Client, Engine } from "../engine.ts";
import { collationName } from "../engine.ts";
import type { DatabaseState } from "../instance-state.ts";
import { seesObject } from "../permissions.ts";
import type { GeneratedView } from "./generated-relation.ts";
import { columnsOf, listObjects } from "./user-objects.ts";

/** Identifier, bytes, digits and digits after the point of each type of the server. */
const facts: Readonly<
  Record<SqlTypeName, readonly [id: number, bytes: number, precision: number, scale: number]>
> = {
  uniqueidentifier: [36, 16, 0, 0],
  date: [40, 3, 10, 0],
  time: [41, 5, 16, 7],
  datetime2: [42, 8, 27, 7],
  datetimeoffset: [43, 10, 34, 7],
  tinyint: [48, 1, 3, 0],
  smallint: [52, 2, 5, 0],
  int: [56, 4, 10, 0],
  smalldatetime: [58, 4, 16, 0],
  real: [59, 4, 24, 0],
  money: [60, 8, 19, 4],
  datetime: [61, 8, 23, 3],
  float: [62, 8, 53, 0],
  sql_variant: [98, 8016, 0, 0],
  bit: [104, 1, 1, 0],
  decimal: [106, 17, 38, 38],
  numeric: [108, 17, 38, 38],
  smallmoney: [122, 4, 10, 4],
  bigint: [127, 8, 19, 0],
  varbinary: [165, 8000, 0, 0],
  varchar: [167, 8000, 0, 0],
  binary: [173, 8000, 0, 0],
  char: [175, 8000, 0, 0],
  nvarchar: [231, 8000, 0, 0],
  nchar: [239, 8000, 0, 0],
  xml: [241, -1, 0, 0],
};

/** The name of the system's nvarchar(128), a type of its own. */
const sysname = { id: 256, name: "sysname" };

/** Answers TYPE_NAME. */
export function typeNameOf(id: number): string | null {
  if (id === sysname.id) return sysname.name;
  return Object.entries(facts).find(([, [it]]) => it === id)?.[0] ?? null;
}

/** sys.types */
export function types(): GeneratedView {
  const rows = Object.entries(facts).map(([name, [id, bytes, precision, scale]]) => [
    name, id, id, 4, bytes, precision, scale, isText(name as SqlTypeName) ? collationName : null, 1, 0,
  ]); // prettier-ignore
  return {
    columns: [
      "name sysname", "system_type_id tinyint", "user_type_id int", "schema_id int", "max_length smallint",
      "precision tinyint", "scale tinyint", "collation_name sysname", "is_nullable bit", "is_user_defined bit",
    ], // prettier-ignore
    rows: [...rows, [sysname.name, facts.nvarchar[0], sysname.id, 4, 256, 0, 0, collationName, 0, 0]],
  };
}

/** sys.columns: those of the tables and views that the client is shown. */
export function columns(engine: Engine, client: Client, current: DatabaseState): GeneratedView {
  const at = engine.open(current);
  const shown = listObjects(at).filter((it) => seesObject(client.login, current, it.name));
  return {
    columns: [
      "object_id int", "name sysname", "column_id int", "system_type_id tinyint", "user_type_id int",
      "max_length smallint", "precision tinyint", "scale tinyint", "collation_name sysname", "is_nullable bit",
      "is_identity bit", "is_computed bit",
    ], // prettier-ignore
    rows: shown.flatMap(
      (object) =>
      columnsOf(at, object.name).map(({ name, type, isNotNull }, position) => [
        object.id, name, position + 1, facts[type.name][0], facts[type.name][0], bytesOf(type), ...digitsOf(type),
        isText(type.name) ? collationName : null, isNotNull ? 0 : 1, 0, 0,
      ]), // prettier-ignore
    ),
  };
}

function bytesOf(type: SqlType): number {
  if (isExact(type.name)) return [5, 9, 13, 17][[9, 19, 28, 38].findIndex((most) => type.precision <= most)]!;
  if (!isText(type.name) && !isBinary(type.name)) return facts[type.name][1];
  if (type.length === "max" || type.name === "xml") return -1;
  return type.name.startsWith("n") ? type.length * 2 : type.length;
}

function digitsOf(type: SqlType): readonly [number, number] {
  if (isExact(type.name)) return [type.precision, type.scale];
  const [, , precision, scale] = facts[type.name];
  return [precision, scale];
}
