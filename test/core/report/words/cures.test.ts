import { expect, test } from "vitest";
import { gatherByCure } from "../../../../src/core/report/words/cures.ts";
import { problemOf } from "../../../support/build-site.ts";
import { aboutMachine } from "../../../../src/core/base/subject.ts";

test("a server that is down is told once, with everybody who waits for it", () => {
  const down = (where: string, doing: string) => ({
    ...problemOf(`sql01.lab could not ${doing}: Failed to connect.`),
    where,
    about: aboutMachine({ kind: "server", name: "sql01.lab" }),
  });
  const gathered = gatherByCure([
    down("PS1/database", "look at CM_PS1"),
    down("PS1/packages", "list the folders"),
    down("PS1/sqlKeys", "list the keys"),
  ]);
  expect(gathered.map((it) => it.message)).toEqual([
    "sql01.lab could not look at CM_PS1: Failed to connect. (the same for PS1/packages, PS1/sqlKeys)",
  ]);
});

test("what five sources have in common is said once, and problems of one cure stand together", () => {
  const [tool, gone, share] = [problemOf("No reg.exe."), problemOf("Gone."), problemOf("No share.")];
  const install = { ...tool, hint: "Install it." };
  expect(gatherByCure([install, gone, { ...install }, share, install])).toEqual([install, gone, share]);
  expect(gatherByCure([gone, install, share])).toEqual([gone, share, install]);
});

test("two things of one cure stay two, and so do two states of one thing", () => {
  const [ben, anna] = [problemOf("Ben's is locked."), problemOf("Anna's is locked.")];
  const gone = { ...ben, code: "file-locked" as const, message: "Ben's is gone." };
  expect(gatherByCure([ben, anna, gone])).toEqual([ben, anna, gone]);
});
