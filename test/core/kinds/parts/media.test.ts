import { expect, test } from "vitest";
import { holdsMedia } from "../../../../src/core/kinds/parts/media.ts";

test.each<[boolean, readonly string[], readonly string[]]>([
  [true, [], []],
  [true, ["CD.Latest"], []],
  [true, ["cd.latest/**"], []],
  [true, ["inboxes", "CD.Latest/"], []],
  [true, ["*"], []],
  [true, ["**"], ["**/*.log"]],
  [false, ["inboxes/**"], []],
  [false, ["CD.Latest.old"], []],
  [false, ["**/*.log"], []],
  [false, [], ["cd.latest"]],
  [false, ["**"], ["**/*.exe"]],
  [true, ["**"], ["*", "!CD.Latest/"]],
])("%j: patterns that take CD.Latest of %j without %j", (holds, include, exclude) => {
  expect(holdsMedia({ include, exclude })).toBe(holds);
});
