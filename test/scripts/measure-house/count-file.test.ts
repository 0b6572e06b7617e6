import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { countFile, type FileCount, type Told } from "../../../scripts/measure-house/count-file.ts";
import { readTrees } from "../../../scripts/measure-house/read-trees.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a file's last line ends, and begins no other", () => {
  expect(count("const a = 1;\nconst b = 2;\n").lines).toBe(2);
  expect(count("const a = 1;\nconst b = 2;").lines).toBe(2);
});

test("a function has the lines from its head to its brace, its doc left out; one without braces isn't counted", () => {
  const { functions } = count(
    "/** Says\n * much. */",
    "export function one() {",
    "  return () => 1;",
    "}",
    "class Two {",
    "  get three() { return 3; }",
    "  four(): void {",
    "    [1].map((it) => {",
    "      return it;",
    "    });",
    "  }",
    "}",
  );
  expect(functions).toEqual([3, 1, 5, 3]);
});

test("each exported name is asked for a doc, and a comment that is none doesn't count", () => {
  const { exports } = count(
    "/** Doc. */",
    "export function one() {}",
    "// No doc.",
    "export class Two {}",
    "/** Doc of both. */",
    "export const three = 3, four = 4;",
    "export type Five = 5;",
    "/** Doc. */",
    "export interface Six {}",
    "function seven() {}",
    'export { eight } from "./eight.ts";',
  );
  expect(exports.map(tell)).toEqual(["one 2 +", "Two 4 -", "three 6 +", "four 6 +", "Five 7 -", "Six 9 +"]);
});

test("members are those of exported interfaces and object types, in each part of a union; what names a case is none", () => {
  const { members } = count(
    "export interface One {",
    "  /** Doc. */",
    "  readonly a: { readonly inner: 1 };",
    "  b(): void;",
    "}",
    "export type Two = { c: 1 } | (",
    "  {",
    "    /** Doc. */",
    "    readonly d?: 2;",
    "  } & Three);",
    "interface Three { e: 1 }",
    "export type Four = readonly { f: 1 }[];",
    'export type Five = { why: "due"; g: true } | { why: "asked" | "told" };',
  );
  expect(members.map(tell)).toEqual(["a 3 +", "b 4 -", "c 6 -", "d 9 +", "g 13 -", "why 13 -"]);
});

test("imports are those of files, whether of values, of types, in a type or at run time", () => {
  const { imports } = count(
    'import { join } from "node:path";',
    'import { a } from "./a.ts";',
    'import type { B } from "../b.ts";',
    'export { c } from "./rooms/c.ts";',
    'type D = import("./d.ts").D;',
    'const e = await import("./e.ts");',
    'const f = "import { f } from \\"./f.ts\\"";',
  );
  expect(imports).toEqual([
    "src/room/a.ts",
    "src/b.ts",
    "src/room/rooms/c.ts",
    "src/room/d.ts",
    "src/room/e.ts",
  ]);
});

test("a comment past 110 columns is found wherever it stands, and a text that looks like one isn't", () => {
  const wide = "x".repeat(110);
  const { wideComments } = count(
    `// ${wide}`,
    "/**",
    ` * ${wide}`,
    " */",
    `const a = 1; // ${wide}`,
    `const b = "https://${wide}";`,
    `const c = \`/* \${b} // ${wide}\`;`,
    `const d = /\\/\\/${wide}/;`,
    `// ${"x".repeat(107)}`,
  );
  expect(wideComments).toEqual([1, 3, 5]);
});

function tell({ name, line, hasDoc }: Told): string {
  return `${name} ${line} ${hasDoc ? "+" : "-"}`;
}

/** What is counted of a file with these lines. */
function count(...lines: string[]): FileCount {
  const root = temporaryFolder();
  const path = "src/room/file.ts";
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), lines.join("\n"));
  writeFileSync(
    join(root, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { noLib: true, noResolve: true } }),
  );
  return countFile(path, readTrees(join(root, "tsconfig.json"), root).get(path)!);
}
