import { createHash, randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { SqlTypeName, SqlValue } from "../../tds/sql-type.ts";
import { SqlError } from "../sql-error.ts";
import {
  exactKey,
  exactOfKey,
  guidToBytes,
  like,
  numberToText,
  replaceText,
  roundNumber,
  textToBytes,
  toExact,
  toFloat,
  toGuid,
  toWhole,
} from "./conversions.ts";
import {
  addToMoment,
  convertMoment,
  differenceOfMoments,
  formatMoment,
  instantKey,
  moveOffset,
  partOfMoment,
  stampOffset,
} from "./moments.ts";

/** A function that SQLite calls back; values as SQLite knows them. */
export type RuntimeFunction = (...args: SqlValue[]) => SqlValue;

/** Errors of these functions come back from SQLite as plain errors, so the real one is kept here. */
export interface FailureSlot {
  error: SqlError | undefined;
}

const text = (value: SqlValue): string => String(value);
const number = (value: SqlValue): number => Number(value);

/** Functions of moments answer NULL when one of their arguments is. */
const unlessNull =
  (work: RuntimeFunction): RuntimeFunction =>
  (...args) =>
    args.includes(null) ? null : work(...args);

const functions: Readonly<Record<string, RuntimeFunction>> = {
  lab_to_whole: (value = null, name) => toWhole(value, text(name!)),
  lab_to_float: (value = null) => toFloat(value),
  lab_to_exact: (value = null, precision, scale) => toExact(value, number(precision!), number(scale!)),
  lab_exact_key: (value = null) => exactKey(value),
  lab_exact_of_key: (value = null) => exactOfKey(value),
  lab_to_guid: (value = null) => toGuid(value),
  lab_guid_to_bytes: (value = null) => guidToBytes(value),
  lab_text_to_bytes: (value = null, style, isWide) => textToBytes(value, number(style!), number(isWide!)),
  lab_bytes_to_text: unlessNull((value) => Buffer.from(value as Uint8Array).toString("latin1")),
  lab_number_to_text: (value = null) => numberToText(value),
  lab_like: (value = null, pattern = null, escape = null) => like(value, pattern, escape),
  lab_to_moment: unlessNull((value, name, scale) =>
    convertMoment(text(value!), text(name!) as SqlTypeName, number(scale!)),
  ),
  lab_instant: unlessNull((value) => instantKey(text(value!))),
  lab_format_moment: unlessNull((value, name, style, scale) =>
    formatMoment(text(value!), text(name!) as SqlTypeName, number(style!), number(scale!)),
  ),
  lab_add: unlessNull((...[part, count, value, name, scale]) =>
    addToMoment(text(part!), number(count!), text(value!), {
      name: text(name!) as SqlTypeName,
      scale: number(scale!),
    }),
  ),
  lab_difference: unlessNull((part, from, to) => differenceOfMoments(text(part!), text(from!), text(to!))),
  lab_part: unlessNull((part, value) => partOfMoment(text(part!), text(value!))),
  lab_move_offset: unlessNull((value, offset) => moveOffset(text(value!), text(offset!))),
  lab_stamp_offset: unlessNull((value, offset) => stampOffset(text(value!), text(offset!))),
  lab_nonzero: (value = null) => {
    if (value === 0 || value === 0n) throw new SqlError(8134, "Divide by zero error encountered.");
    return value;
  },
  lab_single: (count = null) => {
    if (Number(count) <= 1) return 1;
    throw new SqlError(
      512,
      "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.",
    );
  },
  lab_upper: unlessNull((value) => text(value!).toUpperCase()),
  lab_lower: unlessNull((value) => text(value!).toLowerCase()),
  lab_replace: unlessNull((value, from, to) => replaceText(text(value!), text(from!), text(to!))),
  lab_round: unlessNull((value, digits) => roundNumber(value!, number(digits!))),
  lab_reverse: unlessNull((value) => text(value!).split("").toReversed().join("")),
  lab_hash: unlessNull((name, value) => {
    const bytes =
      typeof value === "string" ? Buffer.from(value, "utf16le") : Buffer.from(value as Uint8Array);
    const algorithm = text(name!).toLowerCase().replace("sha2_", "sha");
    return new Uint8Array(createHash(algorithm).update(bytes).digest());
  }),
};

/** Makes the lab's functions known to SQLite. What an error was is left in the slot. */
export function registerFunctions(
  db: DatabaseSync,
  own: Readonly<Record<string, RuntimeFunction>>,
  failure: FailureSlot,
): void {
  db.function("lab_newid", { deterministic: false }, () => randomUUID().toUpperCase());
  for (const [name, work] of Object.entries({ ...functions, ...own })) {
    const options = { varargs: true, useBigIntArguments: true, deterministic: name in functions };
    db.function(name, options, (...args: unknown[]) => {
      try {
        return work(...(args as SqlValue[]));
      } catch (thrown) {
        if (thrown instanceof SqlError) failure.error = thrown;
        throw thrown;
      }
    });
  }
}
