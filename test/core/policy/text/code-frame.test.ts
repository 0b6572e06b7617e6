import { describe, expect, test } from "vitest";
import { codeFrame } from "../../../../src/core/policy/text/code-frame.ts";
import { makeTextFile } from "../../../../src/core/policy/text/text-file.ts";

describe("a frame shows the line with its number, and a caret below each character at fault", () => {
  test.each([
    ["a: 1\nb: «two» # 2\n", "2 | b: two # 2", "  |    ^^^"],
    ["a: «1\nb: 2»\n", "1 | a: 1", "  |    ^"],
    ["a: 1\n«»b: 2", "2 | b: 2", "  | ^"],
    ["a: «»\nb: 2", "1 | a:", "  |    ^"],
    ["«\n»b: 2", "1 |", "  | ^"],
    ["\ta:\t«b\tc»\td", "1 |  a: b c d", "  |     ^^^"],
    [`${"\n".repeat(99)}a: «x»`, "100 | a: x", "    |    ^"],
  ])("%j", (text, line, caret) => {
    expect(frame(text)).toBe(`${line}\n${caret}`);
  });
});

describe("of a line of more than 110 characters a window around the fault is shown", () => {
  const line = Array.from({ length: 40 }, (_, index) => `<${String(index).padStart(3, "0")}>`).join("");
  test.each([
    ["at its beginning", 10, line.slice(0, 110), 10],
    ["at its end", 190, line.slice(90), 100],
    ["in the middle", 100, line.slice(45, 155), 55],
    ["as soon as the middle is passed", 56, line.slice(1, 111), 55],
  ])("%s", (_, at, shown, caretAt) => {
    const text = `${line.slice(0, at)}«${line.slice(at, at + 3)}»${line.slice(at + 3)}`;
    expect(frame(text)).toBe(`1 | ${shown}\n  | ${" ".repeat(caretAt)}^^^`);
  });

  test("a fault that is longer than the window ends with it", () => {
    expect(frame(`a: «${"x".repeat(300)}»`)).toBe(`1 | a: ${"x".repeat(107)}\n  |    ${"^".repeat(107)}`);
  });

  test("of a line of 110 all is shown", () => {
    expect(frame(`${"y".repeat(108)}«zz»`)).toBe(`1 | ${"y".repeat(108)}zz\n  | ${" ".repeat(108)}^^`);
  });
});

describe("text that must not be shown is masked, and what is beside it in the line is not", () => {
  test.each([
    ["a: [«⟦hunter2⟧», 3]", "a: [******, 3]"],
    ["«a»: ⟦hunter2⟧", "a: ******"],
    ["«a»: 1\nb: ⟦hunter2⟧", "a: 1"],
    ["a: ⟦hunter2⟧\n«b»: 1", "b: 1"],
    ["a: 1, b: ⟦hunter2\n  hunter3⟧, «c»: 4", "******, c: 4"],
    ["a: 1, «b»: ⟦hunter2\n  hunter3⟧, c: 4", "a: 1, b: ******"],
    ["«b»: ⟦hunter2\n⟧c: 4", "b: ******"],
    ["b: ⟦hunter2\n⟧«c»: 4", "c: 4"],
  ])("%j", (text, shown) => expectShown(text, shown));
});

describe("the value of a key that sounds secret is masked to the end of its line, whatever the fault is", () => {
  test.each([
    ["password: hunter2, «a»: 1", "password: ******"],
    ["«a»: 1, password: hunter2", "a: 1, password: ******"],
    ["«Password»: hunter2", "Password: ******"],
    ["«passwort»: hunter2", "passwort: ******"],
    ["«pasword»: hunter2", "pasword: ******"],
    ["«passphrase»: hunter2", "passphrase: ******"],
    ["«pwd»: hunter2", "pwd: ******"],
    ["«secretKey»: hunter2", "secretKey: ******"],
    ["«token»: hunter2", "token: ******"],
    ["«webhook»: https://x/hunter2", "webhook: ******"],
    ["«credential»: hunter2", "credential: ******"],
    ["«credentials»: hunter2", "credentials: ******"],
    ["«login»: hunter2", "login: ******"],
    ["«connectionString»: hunter2", "connectionString: ******"],
    ["«apiKey»: hunter2", "apiKey: ******"],
    ["«api-key»: hunter2", "api-key: ******"],
    ["«api_key»: hunter2", "api_key: ******"],
    ["«'password'»: hunter2", "'password': ******"],
    ['«"password"» : hunter2', '"password" : ******'],
    ["«password»=hunter2", "password=******"],
    ["«password» hunter2", "password ******"],
    ["«password»:   hunter2", "password:   ******"],
  ])("%s", (text, shown) => expectShown(text, shown));
});

describe("what says where a secret is, and what only sounds like one, is shown", () => {
  test.each([
    "«password»: { env: SQL }",
    "«password»: {env: SQL}",
    "«password»: { file: 'D:\\key' }",
    "«password»: { command: [tell] }",
    "«password»: { 'env': SQL }",
    '«password»: { "env" : SQL }',
    "«login»: { user: sk, password: { env: SQL } }",
    "«password»: {",
    "«password»:",
    "keys: [{ «password» }]",
    "«file»: 'D:\\secrets\\main.key'",
    "«file»: '/etc/my-secrets/main.key'",
    "«file»: 'D:\\my.tokens\\main.key'",
    "«keys»: [pas, api, key]",
  ])("%s", (text) => expectShown(text, text.replaceAll(/[«»]/g, "")));

  test("but not the secret that is in it", () => {
    expectShown("«login»: { user: sk, password: hunter2 }", "login: { user: sk, password: ******");
    expectShown("«login»: { password: hunter2 }", "login: { password: ******");
    expectShown("«password»: { hunter2: env }", "password: ******");
    expectShown("«password»: x env: SQL", "password: ******");
  });
});

describe("a line that goes on with a secret from a line above is masked whole", () => {
  const mask = "******";
  const indented = `  ${mask}`;
  test.each([
    ["in a text of one line", "password: |\n  «hunter2»", indented],
    ["in the second line of a text", "password: |\n  hunter2\n  «hunter3»", indented],
    ["in the fiftieth", `password: |\n${"  hunter2\n".repeat(49)}  «hunter3»`, indented],
    ["after empty lines", "password: |\n\n  hunter2\n \n  «hunter3»", indented],
    ["further in than the line before", "password: |\n  hunter2\n    «hunter3»", `    ${mask}`],
    ["below a line that looks like a key", "password: |\n  Proc-Type: 4\n  «hunter3»", indented],
    ["further in than a line that looks like a key", "password: |\n  a: 4\n    «hunter3»", `    ${mask}`],
    ["in a line that looks like a key", "password: |\n  hunter2\n  «hunter3»: b", indented],
    ["in quotes that have no indent", "password: 'hunter2\n«hunter3»\nhunter4'", mask],
    ["in quotes whose third line has none", "password: 'hunter2\nhunter3\n«hunter4»'", mask],
    ["in quotes, in a line with a dash", "password: 'hunter2\nhunter3\n«hunter4» - 5'", mask],
    ["where the value is below its key", "password:\n  «hunter2»", indented],
    ["below a quoted key", "'password':\n  «hunter2»", indented],
    ["in a list", "password:\n  - hunter2\n  - «hunter3»", indented],
    ["in a list that is no further in than its key", "password:\n- hunter2\n- «hunter3»", mask],
    ["in quotes that go on like a list", "password: 'hunter2\n- «hunter3»'", mask],
    ["in an item that goes on without an indent", "password:\n  - 'hunter2\n«hunter3»'", mask],
    ["below two keys in one line", "login: { user: sk, password:\n  «hunter2»", indented],
    ["where the line above says that it is one of several", "- password:\n    «hunter2»", `    ${mask}`],
    ["across the end that only some editors see", "password: |\n  hunter\u2028«hunter»\u20283", indented],
  ])("%s", (_, text, shown) => expectShown(text, shown));
});

describe("a line that goes on with no secret is shown", () => {
  test.each([
    ["the line below a secret", "password: hunter2\n«name»: x", "name: x"],
    ["a key below a key whose secret is over", "password: |\n  hunter2\n«name»: x", "name: x"],
    ["a key beside a secret in an item", "keys:\n  - password: hunter2\n    «name»: x", "    name: x"],
    ["an item below a secret in an item", "keys:\n  - password: hunter2\n  - [«x»]", "  - [x]"],
    ["an item below a secret in a list", "keys:\n- password: hunter2\n- «x»", "- x"],
    ["a key without a value", "password: |\n  hunter2\n«name»:", "name:"],
    ["the next item", "- password: |\n    hunter2\n- «name»: x", "- name: x"],
    ["where the secret is", "password:\n  «file»: 'D:\\key'", "  file: 'D:\\key'"],
    ["the user of a login", "login:\n  «user»: sk", "  user: sk"],
    ["a program that says the secret", "password:\n  command:\n    - «tell»", "    - tell"],
    ["a folder of secrets", "folders:\n  - 'D:\\secrets'\n  - «E»", "  - E"],
    ["a broken line below other keys", "password: { env: X }\nname: ps1\n«broken»", "broken"],
    ["the end of a reference", "password: { env: X\n«}»", "}"],
    ["a text below a secret's reference", "password: { env: X }\n«broken»", "broken"],
    ["the first line of all", "«hunter2»", "hunter2"],
    ["a value of several lines under another key", "because: |\n  one\n  «two»", "  two"],
  ])("%s", (_, text, shown) => expectShown(text, shown));

  test("more than two hundred lines below the key", () => {
    const lines = (count: number) => `password: |\n${"  hunter2\n".repeat(count)}  «hunter3»`;
    expectShown(lines(199), "  ******");
    expectShown(lines(200), "  hunter3");
  });
});

function expectShown(text: string, shown: string): void {
  const [line] = frame(text).split("\n");
  expect(line!.replace(/^\d+ \| /, "")).toBe(shown);
}

/** The frame of what stands between «», with what stands between ⟦⟧ hidden. */
function frame(marked: string): string {
  const plain = (text: string) => text.replaceAll(/[«»⟦⟧]/g, "");
  const file = makeTextFile("a.yaml", plain(marked));
  const between = (open: string, close: string) => ({
    file,
    start: plain(marked.slice(0, marked.indexOf(open))).length,
    end: plain(marked.slice(0, marked.indexOf(close))).length,
  });
  return codeFrame(between("«", "»"), marked.includes("⟦") ? between("⟦", "⟧") : undefined);
}
