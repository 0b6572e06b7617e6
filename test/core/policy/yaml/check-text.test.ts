import { describe, expect, test } from "vitest";
import { policyFileCharactersMax } from "../../../../src/core/policy/yaml/check-text.ts";
import { readYaml } from "../../../../src/core/policy/yaml/read-yaml.ts";

const utf16 = [
  "The file is UTF-16, or no text at all.",
  "Save it as UTF-8. PowerShell: `Set-Content -Encoding utf8`; Notepad: Save as, encoding UTF-8.",
];
const codePage = [
  "A byte stands here that is not UTF-8.",
  "Save the file as UTF-8; it was probably saved in a Windows code page.",
];
const control = (name: string) => [
  `The control character ${name} stands here.`,
  "Remove it; it is invisible in most editors.",
];
const spread = (text: string) => [...text].map((it) => `${it}\0`).join("");

describe("a byte that belongs into no text file is named, with what probably happened", () => {
  test.each([
    ["UTF-16 with its mark, read as UTF-8", `\ufffd\ufffd${spread("kind: x")}`, "1:1", utf16],
    ["its mark alone", "\ufffd\ufffdkind: x", "1:1", utf16],
    ["UTF-16 read as its other half", "\ufffekind: x", "1:1", utf16],
    ["UTF-16 without a mark", spread("kind: BackupPolicy"), "1:2", utf16],
    ["a text whose beginning is UTF-16", `${spread("x".repeat(100))}${"a: 1\n".repeat(300)}`, "1:2", utf16],
    ["a code page", "a: f\ufffdr", "1:5", codePage],
    ["two bytes of a code page", "a: f\ufffd\ufffdr", "1:5", codePage],
    ["a byte order of UTF-16 within the text", "a: f\ufffer", "1:5", control("U+FFFE")],
    ["a bell", "a: b\nc: \u0007", "2:4", control("U+0007")],
    ["an escape", "a: \u001b[31m", "1:4", control("U+001B")],
    ["a NUL in a text", "a: text that is long enough\0", "1:28", control("U+0000")],
    [
      "many of them far from the beginning",
      `${"a".repeat(200)}${"\0".repeat(900)}`,
      "1:201",
      control("U+0000"),
    ],
    ["a delete character", "a: \u007f", "1:4", control("U+007F")],
    ["a return that ends no line", "a: b\rc\r\n", "1:5", control("U+000D")],
  ])("%s", (_, text, at, [message, hint]) => {
    const { documents, problems } = readYaml({ path: "a.yaml", text });
    expect(documents).toEqual([]);
    const severity = "error";
    expect(problems).toMatchObject([
      { code: "policy-file-encoding", severity, where: `a.yaml:${at}`, message, hint },
    ]);
    expect(problems).toHaveLength(1);
  });
});

test("tabs, returns before the end of a line and letters of every language are text", () => {
  expect(readYaml({ path: "a.yaml", text: "a: x\ty # äöü 漢字 😀\r\nb: 1\r\n" }).problems).toEqual([]);
});

describe("a file that is too large is told by its size", () => {
  const hint = "Split it into several files, or move what is no policy out of the policy folder.";
  test.each([
    ["characters", undefined, "The file has 65,537 characters; the limit is 65,536 characters."],
    [
      "bytes of a file that was not read to its end",
      262_145,
      "The file has 262,145 bytes; the limit is 65,536 characters.",
    ],
  ])("%s", (_, wholeBytes, message) => {
    const text = `#${" ".repeat(policyFileCharactersMax)}`;
    const { problems } = readYaml({
      path: "a.yaml",
      text,
      ...(wholeBytes === undefined ? {} : { wholeBytes }),
    });
    expect(problems).toMatchObject([{ code: "policy-file-size", where: "a.yaml:1:1", message, hint }]);
  });

  test("one character less is few enough", () => {
    const text = `a: 1 #${" ".repeat(policyFileCharactersMax - 6)}`;
    expect(readYaml({ path: "a.yaml", text }).problems).toEqual([]);
  });
});
