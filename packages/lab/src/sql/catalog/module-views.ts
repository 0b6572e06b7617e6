import type { AttachedDatabase } from "../change-tracking.ts";
import type { Client, Engine } from "../engine.ts";
import type { DatabaseState } from "../instance-state.ts";
import { listModules } from "../modules.ts";
import { seesDefinitions, seesObject } from "../permissions.ts";
import type { GeneratedView } from "./generated-relation.ts";
import { columnsOf, listObjects, type UserObject } from "./user-objects.ts";

const dayMs = 86_400_000;
/** A site's own objects are as old as the site, which is older than the lab. */
const siteAgeMs = 400 * dayMs;

const kinds = {
  U: "USER_TABLE",
  V: "VIEW",
  P: "SQL_STORED_PROCEDURE",
  FN: "SQL_SCALAR_FUNCTION",
  IF: "SQL_INLINE_TABLE_VALUED_FUNCTION",
} as const;

/** An object of a database as the catalog shows it. */
interface CatalogObject {
  readonly id: number;
  readonly name: string;
  readonly type: keyof typeof kinds;
  readonly createdMs: number;
  readonly definition: string | null;
}

/** Tables, views and modules, of which each client is shown those that it has a right on. */
function catalogObjects(engine: Engine, client: Client, current: DatabaseState): readonly CatalogObject[] {
  const at = engine.open(current);
  const modules = listModules(at);
  const ownMs = current.createdAtMs - (current.siteCode === null ? 0 : siteAgeMs);
  const tables = listObjects(at)
    .filter((it) => seesObject(client.login, current, it.name))
    .map((it): CatalogObject => {
      const module = modules.find(({ name }) => name.toLowerCase() === it.name.toLowerCase());
      const definition = module?.definition ?? (it.kind === "view" ? madeUpText(at, it) : null);
      const createdMs = module?.createdMs ?? ownMs;
      return { id: it.id, name: it.name, type: it.kind === "view" ? "V" : "U", createdMs, definition };
    });
  // To read tables gives no right on a procedure.
  const programs = seesDefinitions(client.login, current) ? modules.filter((it) => it.type !== "V") : [];
  return [...tables, ...programs].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** The lab keeps the rows of a site's views in tables, and has no text of Microsoft's for them. */
function madeUpText(at: AttachedDatabase, { name }: UserObject): string {
  const columns = columnsOf(at, name).map((it) => `[${it.name}]`);
  return `CREATE VIEW [dbo].[${name}] AS SELECT ${columns.join(", ")} FROM [dbo].[${name}_Base]`;
}

/** sys.objects and the views on some of it */
export function objects(
  engine: Engine,
  client: Client,
  of: { readonly database: DatabaseState; readonly types: readonly string[] },
): GeneratedView {
  const found = catalogObjects(engine, client, of.database).filter((it) => of.types.includes(it.type));
  return {
    columns: [
      "name sysname", "object_id int", "principal_id int", "schema_id int", "parent_object_id int", "type char(2)",
      "type_desc nvarchar(60)", "create_date datetime", "modify_date datetime", "is_ms_shipped bit", "is_published bit",
      "is_schema_published bit",
    ], // prettier-ignore
    rows: found.map(({ name, id, type, createdMs }) => {
      const created = engine.localTime(createdMs);
      return [name, id, null, 1, 0, type.padEnd(2), kinds[type], created, created, 0, 0, 0];
    }),
  };
}

export const everyType: readonly string[] = Object.keys(kinds);

/** sys.sql_modules: the texts are for who sees definitions. */
export function sqlModules(engine: Engine, client: Client, current: DatabaseState): GeneratedView {
  const found = catalogObjects(engine, client, current).filter((it) => it.definition !== null);
  const isShown = seesDefinitions(client.login, current);
  return {
    columns: [
      "object_id int", "definition nvarchar(max)", "uses_ansi_nulls bit", "uses_quoted_identifier bit", "is_schema_bound bit",
      "uses_database_collation bit", "is_recompiled bit", "null_on_null_input bit", "execute_as_principal_id int",
    ], // prettier-ignore
    rows: found.map(({ id, definition }) => [id, isShown ? definition : null, 1, 1, 0, 0, 0, 0, null]),
  };
}

/** The text of an object, where the client sees it. */
export function objectDefinition(
  engine: Engine,
  client: Client,
  of: { readonly database: DatabaseState; readonly id: number },
): string | null {
  if (!seesDefinitions(client.login, of.database)) return null;
  return catalogObjects(engine, client, of.database).find((it) => it.id === of.id)?.definition ?? null;
}
