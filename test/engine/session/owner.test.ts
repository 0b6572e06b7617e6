import { expect, test } from "vitest";
import { spawnSync } from "node:child_process";
import { isGone, ownerOf } from "../../../src/engine/session/owner.ts";
import { bareMachine, testWorld } from "../../support/test-world.ts";

const machine = { ...bareMachine, identity: "CM01.Contoso.com" };
const world = testWorld({ machine, processId: 4711 });

test("a process is named by its machine and its number, in what every file system takes", () => {
  expect(ownerOf(world)).toBe("cm01-contoso-com-4711");
  const long = { ...machine, identity: `${"a".repeat(60)}.contoso.com` };
  expect(ownerOf({ machine: long, processId: 1 })).toBe(`${"a".repeat(40)}-1`);
});

test("a process of this machine is gone when it runs no more", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(isGone(world, `cm01-contoso-com-${pid}`)).toBe(true);
  expect(isGone(world, `cm01-contoso-com-${process.pid}`)).toBe(false);
  expect(isGone(world, `cm01-contoso-com-${process.ppid}`)).toBe(false);
});

test.each(["cm02-contoso-com-4711", "cm01-4711", "cm01-contoso-com", "k3m9", ""])(
  "of %j nobody here knows",
  (owner) => {
    expect(isGone({ ...world, isProcessRunning: () => false }, owner)).toBe(false);
  },
);

test("a process of another account counts as running", () => {
  expect(testWorld().isProcessRunning(1)).toBe(true);
});
