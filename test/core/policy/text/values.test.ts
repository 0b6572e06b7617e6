import { expect, test } from "vitest";
import { asWritten } from "../../../../src/core/policy/text/written.ts";
import {
  bytesPerSecond,
  databaseAt,
  durationAt,
  isTrueAt,
  numberAt,
  secretAt,
  spanAt,
  stagingOf,
  textAt,
  textsAt,
} from "../../../../src/core/policy/text/values.ts";

const written = asWritten(
  { a: { text: "26h", number: 7, on: true, list: ["x", "y"] } },
  { default: "default" },
);

test.each([
  ["no text at a.number", () => textAt(written, "a", "number")],
  ["no number at a.text", () => numberAt(written, "a", "text")],
  ["no number at a.list", () => numberAt(written, "a", "list")],
  ["no duration at a.list", () => durationAt(asWritten({ a: { list: "x" } }, { default: "x" }), "a", "list")],
  ["no span at a.list", () => spanAt(asWritten({ a: { list: "x" } }, { default: "x" }), "a", "list")],
  ["no rate in 80 apples/s", () => bytesPerSecond("80 apples/s")],
  ["no secret at a.text", () => secretAt(written, "a", "text")],
  ["no database at a.absent", () => databaseAt(written, "a", "absent")],
])("a value that was not checked is a fault of ours: %s", (message, ask) => {
  expect(ask).toThrow(message);
});

test("a value that was checked is what stands there", () => {
  expect(textAt(written, "a", "text")).toBe("26h");
  expect(numberAt(written, "a", "number")).toBe(7);
  expect(textsAt(written, "a", "list")).toEqual(["x", "y"]);
  expect(textsAt(written, "a", "text")).toEqual(["26h"]);
  expect(textsAt(written, "a", "absent")).toEqual([]);
  const keys = ["on", "text", "number", "list", "absent"];
  expect(keys.filter((key) => isTrueAt(written, "a", key))).toEqual(["on"]);
});

test("staging is read where SQL Server writes it, unless another path is named", () => {
  const source = (staging: unknown) => stagingOf(asWritten({ staging }, { default: "default" }));
  expect(source({ sql: "E:\\s" })).toEqual({ staging: { sql: "E:\\s", read: "E:\\s" } });
  expect(source({ sql: "E:\\s", read: "\\\\sql01\\s" })).toEqual({
    staging: { sql: "E:\\s", read: "\\\\sql01\\s" },
  });
  expect(source(null)).toEqual({});
});
