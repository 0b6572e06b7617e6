import { assert, constantFrom, property, string } from "fast-check";
import { expect, test } from "vitest";
import { quoteName, quoteText } from "../../../../src/drivers/access/sql/t-sql-text.ts";

test("a name is put in brackets and its closing brackets are doubled", () => {
  expect(quoteName("CM_PS1")).toBe("[CM_PS1]");
  expect(quoteName("a]; DROP DATABASE x; --")).toBe("[a]]; DROP DATABASE x; --]");
});

test("a text is a Unicode literal and its quotes are doubled", () => {
  expect(quoteText("E:\\stage\\O'Neill.bak")).toBe("N'E:\\stage\\O''Neill.bak'");
});

test("an empty or overlong name is refused", () => {
  expect(() => quoteName("")).toThrow("1 to 128");
  expect(() => quoteName("x".repeat(129))).toThrow("not 129");
  expect(quoteName("x".repeat(128))).toHaveLength(130);
  expect(() => quoteName("a\nGO\nb")).toThrow("control character");
});

test("a line break is refused, and the value is not in the message", () => {
  for (const bad of ["secret\nGO\nDROP DATABASE x", "secret\r", "secret\u0000", "secret\u2028"]) {
    expect(() => quoteText(bad)).toThrow("line break");
    expect(() => quoteText(bad)).not.toThrow("secret");
  }
});

test("whatever the value, a reader of T-SQL finds one literal that holds just that value", () => {
  const printable = string({ unit: constantFrom(..."a'[]]\"; -/*\\é\u{1F600}"), maxLength: 40 });
  assert(
    property(printable, (value) => {
      expect(readDelimited(quoteText(value).slice(1), "'")).toBe(value);
      if (value !== "") expect(readDelimited(quoteName(value).replace("[", "]"), "]")).toBe(value);
    }),
  );
});

/**
 * Reads as SQL Server's lexer does: a doubled closing character stands for one, a single one ends. Nothing
 * may follow.
 */
function readDelimited(text: string, close: string): string | undefined {
  let value = "";
  for (let at = 1; at < text.length; at++) {
    if (text[at] !== close) value += text[at];
    else if (text[at + 1] === close) value += text[at++];
    else return at === text.length - 1 ? value : undefined;
  }
  return undefined;
}
