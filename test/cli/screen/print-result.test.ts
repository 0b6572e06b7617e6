import { expect, test } from "vitest";
import type { CommandResult, DocumentResult } from "../../../src/cli/command/result.ts";
import { cancelled, refused } from "../../../src/cli/command/result.ts";
import { printResult, type ResultForm } from "../../../src/cli/screen/print-result.ts";
import { screenOn, type Terminal } from "../../../src/cli/screen/terminal.ts";

const asText: ResultForm = { json: false };
const asJson: ResultForm = { json: true };

const sound: DocumentResult = {
  exitCode: 0,
  document: () => ({ apiVersion: "sitekeep/status/v1", sites: [] }),
  text: (paint) => [{ remark: "before" }, paint("bold", "One site."), { remark: "between" }, "All is well."],
  formats: { markdown: (paint) => [paint("bold", "# One site")] },
  remarks: ["behind"],
};

test("as text the pieces come in their order, remarks on standard error", () => {
  expect(printed(sound, asText)).toEqual([
    "err before",
    "out bold(One site.)",
    "err between",
    "out All is well.",
    "err behind",
  ]);
});

test("as JSON there is one document, and behind it what is said in every form", () => {
  expect(printed(sound, asJson)).toEqual([
    'out {\n  "apiVersion": "sitekeep/status/v1",\n  "sites": []\n}',
    "err behind",
  ]);
});

test.each([
  ["markdown", "out bold(# One site)"],
  ["text", "err before"],
])("--format %s has its own words, if it has any", (format, first) => {
  expect(printed(sound, { json: false, format })[0]).toBe(first);
});

test("--json is stronger than --format", () => {
  expect(printed(sound, { json: true, format: "markdown" })).toEqual(printed(sound, asJson));
});

test("what was not asked for is not made", () => {
  const unasked = (): never => {
    throw new Error("nobody asked");
  };
  const { document, text } = sound;
  expect(printed({ exitCode: 0, document: unasked, text: text! }, asText)).toHaveLength(4);
  expect(
    printed({ exitCode: 0, document, text: unasked, formats: { markdown: unasked } }, asJson),
  ).toHaveLength(1);
});

test("a command that told everything while it ran has nothing left to print", () => {
  expect(printed({ exitCode: 0 }, asText)).toEqual([]);
});

test("a result without a document can't be printed as one", () => {
  expect(() => printed({ exitCode: 0, text: () => ["words"] }, asJson)).toThrow("no document");
});

test("problems are a document, or text on standard error, and end with 1", () => {
  const problem = {
    code: "no-policy",
    severity: "error",
    message: "None.",
    where: "here",
    hint: "Write one.",
  } as const;
  const result = refused([problem]);
  expect(result.exitCode).toBe(1);
  expect(printed(result, asText)).toEqual([expect.stringMatching(/^err error no-policy: None\./)]);
  const [document] = printed(result, asJson);
  expect(JSON.parse(document!.slice(4))).toEqual({ apiVersion: "sitekeep/problems/v1", problems: [problem] });
});

test("a question that was answered with no is a document too, and ends with 1: nothing was done", () => {
  const result = cancelled({ apiVersion: "sitekeep/keys/v1", result: "cancelled" });
  expect(result.exitCode).toBe(1);
  expect(printed(result, asText)).toEqual(["err Nothing was done."]);
  const [document, ...more] = printed(result, asJson);
  expect(JSON.parse(document!.slice(4))).toEqual({ apiVersion: "sitekeep/keys/v1", result: "cancelled" });
  expect(more).toEqual([]);
});

test("what is told while the work goes on is left out where a document is to come, and not made", () => {
  const { terminal, said } = recorder();
  screenOn(terminal, false).tell("one");
  screenOn(terminal, false).tell(() => "two");
  screenOn(terminal, true).tell("three");
  screenOn(terminal, true).tell(() => {
    throw new Error("nobody hears it");
  });
  screenOn(terminal, true).remark("four");
  expect(said).toEqual(["out one", "out two", "err four"]);
});

function printed(result: CommandResult, form: ResultForm): readonly string[] {
  const { terminal, said } = recorder();
  printResult(terminal, result, form);
  return said;
}

/** A terminal that keeps what is written to it. */
function recorder(): { readonly terminal: Terminal; readonly said: string[] } {
  const said: string[] = [];
  const terminal: Terminal = {
    out: (text) => void said.push(`out ${text}`),
    err: (text) => void said.push(`err ${text}`),
    paint: (style, text) => `${style}(${text})`,
    columns: 80,
    interactive: false,
  };
  return { terminal, said };
}
