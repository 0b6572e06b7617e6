import { expect, test } from "vitest";
import { guardTerminal, makeVisible } from "../../../src/core/base/visible.ts";

test.each([
  ["an escape", "a\u001b[2Jb", "a\\x1b[2Jb"],
  ["a bell", "\u0007", "\\x07"],
  ["a delete", "\u007f", "\\x7f"],
  ["an escape of one byte", "\u009b2J", "\\x9b2J"],
  ["a turned direction", "abc\u202e/* x", "abc\\u202e/* x"],
  ["a carriage return that writes over the line", "safe\rrm", "safe\\x0drm"],
])("%s is shown and not obeyed", (_, text, shown) => {
  expect(makeVisible(text)).toBe(shown);
});

test("tabs, both kinds of line end, and every script stay as they are", () => {
  const text = "a\tb\r\nc\n– ñ 漢字 עברית 🗄️";
  expect(makeVisible(text)).toBe(text);
  expect(guardTerminal(text)).toBe(text);
});

test("colours pass the guard, and no other escape does", () => {
  expect(guardTerminal("\u001b[1m\u001b[38;5;9mred\u001b[0m")).toBe("\u001b[1m\u001b[38;5;9mred\u001b[0m");
  expect(guardTerminal("\u001b[2J\u001b]0;title\u0007\u001b[31")).toBe("\\x1b[2J\\x1b]0;title\\x07\\x1b[31");
});

test("JSON comes out of the guard as it went in", () => {
  const all = String.fromCharCode(...Array.from({ length: 0x3000 }, (_, code) => code));
  const document = JSON.stringify({ [all]: all }, undefined, 2);
  expect(guardTerminal(document)).toBe(document);
});
