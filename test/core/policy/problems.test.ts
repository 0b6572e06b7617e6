import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { policyFileCharactersMax } from "../../../src/core/policy/yaml/check-text.ts";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";
import { renderProblems } from "../../../src/core/report/render-problems.ts";

const folder = "test/golden/problems";
const cases = globSync("*.yaml", { cwd: folder }).sort();

describe("what is wrong with a policy is told all at once", () => {
  test.each(cases)("%s", async (file) => {
    const text = readFileSync(`${folder}/${file}`, "utf8");
    const said = render(`policies/${file}`, text);
    expect(said).not.toBe("");
    await expect(said).toMatchFileSnapshot(`../../golden/problems/${basename(file, ".yaml")}.txt`);
  });
});

test("no problem ever shows a secret that stands in the text", () => {
  for (const file of cases) {
    const text = readFileSync(`${folder}/${file}`, "utf8");
    expect(render(file, text)).not.toContain("Tr0ub4dor");
  }
});

describe("text that is no policy text", () => {
  const good = readFileSync("policies/minimal.yaml", "utf8");

  test("a byte order mark and Windows line ends are accepted", () => {
    expect(readPolicies([{ path: "a.yaml", text: `\uFEFF${good.replaceAll("\n", "\r\n")}` }])).toMatchObject({
      problems: [],
      policies: [{ name: "minimal" }],
    });
  });

  test("a byte order mark is no column", () => {
    const { problems } = readPolicies([{ path: "a.yaml", text: "\uFEFFkind: Repositry\n" }]);
    expect(problems).toMatchObject([{ where: "a.yaml:1:7" }]);
  });

  test("line and column are the same with Windows line ends and a byte order mark", () => {
    const bad = good.replace("schedule:", "scedule:");
    const unix = readPolicies([{ path: "a.yaml", text: bad }]).problems;
    expect(unix.map((it) => it.where)).toEqual(["a.yaml:13:1"]);
    const windows = readPolicies([
      { path: "a.yaml", text: `\uFEFF${bad.replaceAll("\n", "\r\n")}` },
    ]).problems;
    expect(windows).toEqual(unix);
  });

  test.each([
    ["UTF-16 read as UTF-8", `\ufffd\ufffd${[...good].join("\0")}\0`, "policy-file-encoding", "1:1"],
    ["a code page", good.replace("The least", "Das Mindeste f\ufffdr"), "policy-file-encoding", "3:17"],
    ["a NUL byte", good.replace("MIN", "M\0IN"), "policy-file-encoding", "10:10"],
    ["an escape character", good.replace("MIN", "\u001b[31mMIN"), "policy-file-encoding", "10:9"],
    ["a file that is too large", `# ${"x".repeat(policyFileCharactersMax)}`, "policy-file-size", "1:1"],
    ["too many documents", "---\na: 1\n".repeat(200), "yaml-limits", "201:1"],
    ["nothing at all", "", "document-kind", "1:1"],
    ["a thousand aliases", `a: &a [1]\nb: [${"*a,".repeat(1_000)}]`, "yaml-limits", "2:305"],
  ])("%s is one clear problem", (_, text, code, at) => {
    const { problems, policies } = readPolicies([{ path: "a.yaml", text }]);
    expect(problems.slice(0, 1)).toMatchObject([{ code, where: `a.yaml:${at}`, severity: "error" }]);
    expect(problems.length).toBeLessThanOrEqual(10);
    expect(policies).toEqual([]);
  });
});

test("the caret stands below the control character that the frame shows", () => {
  const { problems } = readPolicies([{ path: "a.yaml", text: "a: \u001b[31m\u0007red\n" }]);
  expect(problems[0]!.frame).toBe("1 | a: \\x1b[31m\\x07red\n  |    ^^^^");
});

test("of a file of any bytes nothing reaches the terminal that it would obey", () => {
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
  for (const text of [bytes, [...bytes].toReversed().join(""), `"\\e[31m": 1\n`, `kind: "\\e[31m\\x9b"\n`])
    expect(render("a.yaml", text)).not.toMatch(/(?!\n)\p{Cc}/u);
});

test("a file that is cut off is told with its whole size", () => {
  const { problems } = readPolicies([{ path: "a.yaml", text: "kind: x", wholeBytes: 5_000_000 }]);
  expect(problems).toMatchObject([{ code: "policy-file-size" }]);
  expect(problems[0]!.message).toBe("The file has 5,000,000 bytes; the limit is 65,536 characters.");
});

function render(path: string, text: string): string {
  return renderProblems(readPolicies([{ path, text }]).problems);
}
