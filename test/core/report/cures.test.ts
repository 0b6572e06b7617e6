import { expect, test } from "vitest";
import { gatherByCure } from "../../../src/core/report/cures.ts";
import { problemOf } from "../plan/world.ts";

test("what five sources have in common is said once, and problems of one cure stand together", () => {
  const [tool, gone, share] = [problemOf("No reg.exe."), problemOf("Gone."), problemOf("No share.")];
  const install = { ...tool, hint: "Install it." };
  expect(gatherByCure([install, gone, { ...install }, share, install])).toEqual([install, gone, share]);
  expect(gatherByCure([gone, install, share])).toEqual([gone, share, install]);
});
