import { expect, test } from "vitest";
import { mergeFolders } from "../../src/drivers/package-sources.ts";
import { pathOfDirectory } from "../../src/drivers/user-state.ts";

test("equal folders become one, whatever their case and ending, and keep all who use them", () => {
  expect(
    mergeFolders([
      { path: "\\\\cm01\\Sources$\\Office\\", user: "PS100002 Office" },
      { path: "\\\\CM01\\sources$\\office", user: "Content_1" },
    ]),
  ).toEqual([{ path: "\\\\cm01\\Sources$\\Office", users: ["Content_1", "PS100002 Office"] }]);
});

test("a folder inside another is captured with it", () => {
  const merged = mergeFolders([
    { path: "D:\\Sources\\Apps\\Office\\x64", user: "b" },
    { path: "D:\\Sources\\Apps", user: "a" },
    { path: "D:\\Sources\\Apps2", user: undefined },
  ]);
  expect(merged).toEqual([
    { path: "D:\\Sources\\Apps", users: ["a", "b"] },
    { path: "D:\\Sources\\Apps2", users: [] },
  ]);
});

test.each([
  ["path=D:\\USMT1;clients=100;free=10;unit=3", "D:\\USMT1"],
  ["D:\\USMT1;100;10;3", "D:\\USMT1"],
  ["path=;clients=1", undefined],
  ["", undefined],
])("the folder in the property %s is %s", (value, path) => {
  expect(pathOfDirectory(value)).toBe(path);
});
