import { describe, expect, test } from "vitest";
import { policyText, toldOf, type Parts } from "../policy-text.ts";

describe("a hook names its program by an absolute path, and is never the task's own script:", () => {
  const relative =
    "wrong-value: A hook must name its program by an absolute path, as the machine file's `allow` list does. / Write `run: 'D:\\scripts\\tell.cmd'`, or `run: ['C:\\Windows\\System32\\cmd.exe', '/c', …]`.";
  const script = "hook-after-backup: AfterBackup.bat can't be a hook.";
  test.each([
    ["'D:\\tell.cmd'"],
    ["D:/tell.cmd"],
    ["'\\\\server\\share\\tell.cmd'"],
    ["/usr/bin/tell"],
    ["['D:\\tell.cmd', tell, 'x y']"],
    ["['D:\\cmd.exe', 'D:\\myafterbackup.bat', afterbackup.bats, afterbackup_bat]"],
    ["tell.cmd", `7:26 ${relative}`],
    ["'..\\tell.cmd'", `7:26 ${relative}`],
    ["'x D:\\tell.cmd'", `7:26 ${relative}`],
    ["'1:\\tell.cmd'", `7:26 ${relative}`],
    ["'D:tell.cmd'", `7:26 ${relative}`],
    ["[tell.cmd, 'D:\\x']", `7:27 ${relative}`],
    ["AfterBackup.bat", `7:26 ${script}`],
    ["'D:\\SMS\\AfterBackup.before-sitekeep.bat'", `7:26 ${script}`],
    ["'D:\\SMS\\inboxes\\smsbkup.box\\afterbackup.BAT'", `7:26 ${script}`],
    ["['D:\\cmd.exe', '/c', 'call afterbackup.bat now']", `7:47 ${script}`],
    ["['D:\\cmd.exe', '/c', '\"afterbackup.bat\"']", `7:47 ${script}`],
    ["['D:\\cmd.exe', '/c', D:/afterbackup.bat]", `7:47 ${script}`],
  ])("%s", (run, ...expected) => {
    const told = toldOf(policyText({ hooks: `{ before: [{ run: ${run} }] }` }));
    expect(told.map((it, at) => it.slice(0, expected[at]?.length))).toEqual(expected);
  });

  test("and each hook is judged by itself", () => {
    const hooks = "{ before: [{ run: a }, { run: 'D:\\b' }, { run: c }], after: [{ run: afterbackup.bat }] }";
    expect(toldOf(policyText({ hooks })).map((it) => it.split(": ")[0])).toEqual([
      "7:26 wrong-value",
      "7:55 wrong-value",
      "7:76 hook-after-backup",
    ]);
  });
});

describe("a policy protects something:", () => {
  const none =
    "3:19 source-none: The policy protects nothing: it has no source, and the default ones are switched off. / Write `sources`, or remove `defaultSources: false`.";
  test.each<readonly [Parts, ...([] | [string])]>([
    [{ defaultSources: "true" }],
    [{ defaultSources: "false", sources: "{ r: { kind: windows-registry } }" }],
    [{ defaultSources: "false" }, none],
    [{ defaultSources: "false", sources: "{ r: null }" }, none],
  ])("%j", (parts, ...told) => {
    expect(toldOf(policyText(parts))).toEqual(told);
  });
});
