import { expect, test } from "vitest";
import { entryOfServer, isLocalServer, parseServerName } from "../../../src/core/base/server-name.ts";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";
import { policyText } from "../policy/policy-text.ts";

test.each([
  ["tcp:sql01,1433", { host: "sql01", port: 1433 }],
  ["TCP:sql01.lab:1433", { host: "sql01.lab", port: 1433 }],
  ["sql01\\SMS", { host: "sql01", instance: "SMS" }],
  ["sql01\\SMS,1434", { host: "sql01", instance: "SMS", port: 1434 }],
  ["sql01\\mssqlserver", { host: "sql01" }],
  ["[::1]:1433", { host: "::1", port: 1433 }],
  ["::1", { host: "::1" }],
  ["fe80::1,1433", { host: "fe80::1", port: 1433 }],
  [".", { host: "localhost" }],
  [".\\SMS", { host: "localhost", instance: "SMS" }],
  ["(LOCAL),1433", { host: "localhost", port: 1433 }],
])("%s is taken apart, and a policy may name it", (server, parts) => {
  expect(parseServerName(server)).toEqual(parts);
  expect(codesOf(server)).toEqual([]);
});

test.each([
  "sql01\\A\\B",
  "sql01,1433,2",
  "sql01,port",
  "sql01\\",
  "\\SMS",
  "sql01:1433:2x",
  "(local",
  "sql01,",
])("%s is no name of a server, and a policy may not hold it", (server) => {
  expect(codesOf(server)).toEqual(["wrong-value"]);
});

test.each([
  ["SQL01.LAB", "one"],
  ["tcp:sql01.lab", "one"],
  ["sql02\\sms", "two"],
  ["(local)", "own"],
  ["LOCALHOST", "own"],
  ["sql01", undefined],
  ["sql02", undefined],
  ["sql01.lab,1434", undefined],
])("a table of servers says of %s: %s", (server, entry) => {
  expect(entryOfServer({ "sql01.lab": "one", "SQL02\\SMS": "two", ".": "own" }, server)).toBe(entry);
});

test("the machine itself has several names", () => {
  const names = [".", "(local)", "localhost\\SMS", "127.0.0.1,1433", "tcp:[::1]:1433"];
  expect(names.map(isLocalServer)).toEqual(names.map(() => true));
  expect(["sql01", "10.0.0.1", "localhost.lab"].map(isLocalServer)).toEqual([false, false, false]);
});

function codesOf(server: string): readonly string[] {
  const site = `{ code: PS1, database: { server: '${server}', name: CM_PS1 } }`;
  return readPolicies([{ path: "a.yaml", text: policyText({ site }) }])
    .problems.filter((it) => it.severity === "error" && it.code !== "repository-unknown")
    .map((it) => it.code);
}
