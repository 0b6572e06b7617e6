import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import schema from "../../../schemas/plan.schema.json" with { type: "json" };
import { aboutMachine, type MachineSubject, mapNames, subjectLine } from "../../../src/core/base/subject.ts";
import { aboutSite, type SiteSubject } from "../../../src/core/model/site-subject.ts";

type Thing = MachineSubject | SiteSubject;
const about = (it: Thing) => ({ ...aboutMachine(it as MachineSubject), ...aboutSite(it as SiteSubject) });

test.each<[Thing, string]>([
  [{ kind: "file", path: "E:\\SMS\\bin" }, "file:E:\\SMS\\bin"],
  [{ kind: "file", path: "C:\\Users", on: "admin07" }, "file:admin07|C:\\Users"],
  [{ kind: "sources", site: "PS1", sources: ["database", "files"] }, "sources:PS1|database,files"],
  [{ kind: "hazard", names: [] }, "hazard:"],
])("a subject is one line, whatever the order of its names", (subject, line) => {
  expect(subjectLine(about(subject))).toBe(line);
  const turned = Object.fromEntries(Object.entries(subject).toReversed()) as Thing;
  expect(subjectLine(about(turned))).toBe(line);
});

test("two things never have one line, whatever is in their names", () => {
  const things: readonly Thing[] = [
    { kind: "hazard", names: ["a,b"] },
    { kind: "hazard", names: ["a", "b"] },
    { kind: "hazard", names: ["a%2cb"] },
    { kind: "database", server: "a|b", name: "c" },
    { kind: "database", server: "b", name: "c|a" },
    { kind: "database", server: "a", name: "b|c" },
  ];
  expect(new Set(things.map((it) => subjectLine(about(it)))).size).toBe(things.length);
});

test("each of a subject's names can be changed, and its kind can't", () => {
  const hide = (it: Thing) => mapNames(about(it), (name) => name.replace("file", "[secret]"));
  expect(hide({ kind: "file", path: "E:\\file", on: "file01" })).toEqual({
    kind: "file",
    path: "E:\\[secret]",
    on: "[secret]01",
  });
  expect(hide({ kind: "hazard", names: ["profile", "x"] })).toEqual({
    kind: "hazard",
    names: ["pro[secret]", "x"],
  });
});

test("every kind of subject is in the schema of plans and in docs/json.md", () => {
  const told = ["src/core/base/subject.ts", "src/core/model/site-subject.ts"].flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^ {2}readonly "?([a-z-]+)"?: \{/gm)].map(([, kind]) => kind!),
  );
  expect([...schema.$defs.subject.properties.kind.enum]).toEqual(told.toSorted());
  const docs = readFileSync("docs/json.md", "utf8")
    .split("## What a problem is about")[1]!
    .split("\n## ")[0]!;
  const documented = docs
    .split("\n")
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([a-z-]+)`/g)]);
  expect(
    documented
      .map(([, kind]) => kind!)
      .filter((it) => it !== "kind")
      .toSorted(),
  ).toEqual(told.toSorted());
});
