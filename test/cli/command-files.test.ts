import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What a command must not know or do: how it was asked, and where what it says goes. */
const printing =
  /options\["json"\]|options\.json|"json"\)|awaitsDocument|process\.std(out|err)|\bconsole\.|printResult|Terminal\b/;

const files = globSync("src/cli/commands/*.ts").map((file) => file.replaceAll("\\", "/"));

test("no command asks for --json or writes what it has to say: it gives it back, and it is printed once", () => {
  const strays = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, at) => (printing.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
  );
  expect(strays).toEqual([]);
});

test("results are printed in one place", () => {
  const all = globSync("src/cli/**/*.ts").map((file) => file.replaceAll("\\", "/"));
  const printers = all.filter((file) => /\bprintResult\(/.test(readFileSync(file, "utf8")));
  expect(printers.sort()).toEqual(["src/cli/main.ts", "src/cli/screen/print-result.ts"]);
});
