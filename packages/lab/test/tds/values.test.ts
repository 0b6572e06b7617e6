import {
  array,
  assert,
  bigInt,
  constant,
  date,
  double,
  oneof,
  option,
  property,
  record,
  string,
  uint8Array,
  uuid,
} from "fast-check";
import { expect, test } from "vitest";
import { ByteReader } from "../../src/tds/byte-reader.ts";
import { ByteWriter } from "../../src/tds/byte-writer.ts";
import { parseSqlType, renderSqlType, type SqlValue, sqlType } from "../../src/tds/sql-type.ts";
import { readTypeInfo, writeTypeInfo } from "../../src/tds/type-info.ts";
import { readValue } from "../../src/tds/value-decoding.ts";
import { writeValue } from "../../src/tds/value-encoding.ts";

const signed = (bits: bigint) => bigInt({ min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n });
const instant = date({
  min: new Date("1900-01-01T00:00:00Z"),
  max: new Date("2078-12-31T00:00:00Z"),
  noInvalidDate: true,
});
const clock = (digits: number) =>
  instant.map(
    (it) =>
      it.toISOString().replace("T", " ").slice(0, 19) +
      (digits === 0 ? "" : `.${"1234567".slice(0, digits)}`),
  );
const exact = bigInt({ min: 0n, max: 10n ** 25n - 1n }).map(String);
const narrow = array(uint8Array({ minLength: 1, maxLength: 1 }), { maxLength: 50 }).map((it) =>
  Buffer.concat(it).toString("latin1"),
);

const cases = oneof(
  record({ type: constant(sqlType("tinyint")), value: bigInt({ min: 0n, max: 255n }) }),
  record({ type: constant(sqlType("smallint")), value: signed(16n) }),
  record({ type: constant(sqlType("int")), value: signed(32n) }),
  record({ type: constant(sqlType("bigint")), value: signed(64n) }),
  record({ type: constant(sqlType("float")), value: double({ noNaN: true }) }),
  record({ type: constant(sqlType("numeric", { precision: 25, scale: 0 })), value: exact }),
  record({
    type: constant(sqlType("decimal", { precision: 38, scale: 3 })),
    value: exact.map((it) => `-${it}.125`),
  }),
  record({ type: constant(sqlType("money")), value: signed(40n).map((it) => `${it}.2500`) }),
  record({
    type: constant(sqlType("nvarchar", { length: 100 })),
    value: string({ unit: "grapheme", maxLength: 20 }),
  }),
  record({ type: constant(sqlType("nvarchar", { length: "max" })), value: string({ unit: "grapheme" }) }),
  record({ type: constant(sqlType("varchar", { length: 50 })), value: narrow }),
  record({ type: constant(sqlType("varbinary", { length: "max" })), value: uint8Array() }),
  record({ type: constant(sqlType("uniqueidentifier")), value: uuid().map((it) => it.toUpperCase()) }),
  record({ type: constant(sqlType("date")), value: clock(0).map((it) => it.slice(0, 10)) }),
  record({ type: constant(sqlType("datetime2", { scale: 7 })), value: clock(7) }),
  record({ type: constant(sqlType("datetime2", { scale: 3 })), value: clock(3) }),
  record({
    type: constant(sqlType("datetimeoffset", { scale: 7 })),
    value: clock(7).map((it) => `${it} -03:30`),
  }),
  record({ type: constant(sqlType("datetime")), value: clock(0).map((it) => `${it}.997`) }),
);

test("every value comes back as it was written, NULL too", () => {
  const value = option(cases, { nil: undefined });
  assert(
    property(array(value, { minLength: 1, maxLength: 8 }), cases, (list, typical) => {
      const columns = list.map((it) => ({
        type: (it ?? typical).type,
        value: (it?.value ?? null) as SqlValue,
      }));
      const out = new ByteWriter();
      for (const { type, value } of columns) {
        writeTypeInfo(out, type);
        writeValue(out, type, value);
      }
      const input = new ByteReader(out.take());
      for (const { type, value } of columns) {
        const read = readTypeInfo(input);
        expect(read.type.name).toBe(type.name);
        expect(readValue(input, read)).toEqual(value);
      }
      expect(input.left).toBe(0);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test.each(["int", "nvarchar(100)", "nvarchar(max)", "numeric(25,0)", "datetime2(3)", "varbinary(20)", "bit"])(
  "the declaration %s is read and written alike",
  (declaration) => {
    expect(renderSqlType(parseSqlType(declaration)!)).toBe(declaration);
  },
);

test("a declaration of no type is no type", () => {
  expect(parseSqlType("geography")).toBeUndefined();
  expect(parseSqlType("int); DROP TABLE x")).toBeUndefined();
});
