import { expect, test } from "vitest";
import {
  type HandOverScript,
  readHandOverResult,
  readHandOverScript,
  renderHandOver,
} from "../../../../src/drivers/parts/task/hand-over-script.ts";

const script: HandOverScript = {
  site: "PS1",
  source: "task",
  command: ["C:\\Program Files\\node.exe", "D:\\k\\sitekeep.js", "capture", "--policies", "D:\\100% mine\\"],
  kept: "D:\\SMS\\AfterBackup.before-sitekeep.bat",
  result: "D:\\SMS\\r.txt",
  halfResult: "D:\\SMS\\r.half",
  log: "D:\\SMS\\r.log",
  olderLog: "D:\\SMS\\r.lo_",
};

test("the program stands between quotes, and so does every word that is more than one", () => {
  const lines = renderHandOver(script).toString("latin1").split("\r\n");
  expect(lines).toContain(
    '"C:\\Program Files\\node.exe" D:\\k\\sitekeep.js capture --policies "D:\\100%% mine\\\\" >>"D:\\SMS\\r.log" 2>&1 <nul',
  );
  expect(lines.at(-1)).toBe("");
  expect(lines.every((line) => /^[\x20-\x7e]*$/.test(line))).toBe(true);
});

test("sitekeep comes behind the script of before, whose `exit` ends a cmd.exe of its own", () => {
  const text = renderHandOver(script).toString("latin1");
  const own = '"%SystemRoot%\\System32\\cmd.exe" /d /c call "D:\\SMS\\AfterBackup.before-sitekeep.bat"';
  expect(text.indexOf(own)).toBeGreaterThan(0);
  expect(text.indexOf(own)).toBeLessThan(text.indexOf("sitekeep.js"));
  const { kept: _, ...alone } = script;
  expect(renderHandOver(alone).toString("latin1")).not.toContain("cmd.exe");
});

test("what was written is known again, and every change of it is noticed", () => {
  const bytes = renderHandOver(script);
  expect(readHandOverScript(bytes)).toEqual({ is: "ours", source: "task" });
  for (const at of [bytes.length - 1, bytes.indexOf("task"), bytes.indexOf("@echo")]) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    expect(readHandOverScript(changed), `byte ${at}`).toMatchObject({ is: "edited" });
  }
  expect(readHandOverScript(Buffer.concat([bytes, Buffer.from("more\r\n")]))).toMatchObject({ is: "edited" });
  const lines = Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"));
  expect(readHandOverScript(lines)).toMatchObject({ is: "edited", source: "task" });
  expect(readHandOverScript(Buffer.from("robocopy a b\r\n"))).toEqual({ is: "theirs" });
  expect(readHandOverScript(Buffer.alloc(0))).toEqual({ is: "theirs" });
});

test.each([
  ["state=begun\r\n", { state: "begun" }],
  ["state=ended\r\nsitekeep=0\r\nkept=none\r\n", { state: "ended", sitekeep: 0 }],
  ["state=ended\r\nsitekeep=3\r\nkept=-1073741510\r\n", { state: "ended", sitekeep: 3, kept: -1073741510 }],
  ["state=ended\r\nsitekeep=1\r\nkept=missing\r\n", { state: "ended", sitekeep: 1, kept: "missing" }],
  ["state=ended\r\nsitekeep=0\r\n", undefined],
  ["state=ended\r\nsitekeep=\r\nkept=none\r\n", undefined],
  ["", undefined],
  ["kept=none", undefined],
])("the result %j is read as %j", (text, read) => {
  expect(readHandOverResult(text)).toEqual(read);
});
