import type { Problem } from "../../base/problem.ts";
import type { SchemaAt } from "./schema.ts";
import type { Written } from "../text/written.ts";

/** A value to be checked: its schema, and its key path for messages. */
export interface Checked<Value extends Written = Written> {
  readonly value: Value;
  readonly at: SchemaAt;
  /** `sources.database.staging`; empty for a whole document. */
  readonly path: string;
}

/** Checks a value below another one. */
export type Check = (value: Written, at: SchemaAt, path: string) => readonly Problem[];
