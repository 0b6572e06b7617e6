import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { percentOf } from "../scripts/measure-house/figures.ts";
import { measureHouse } from "../scripts/measure-house/measure-house.ts";
import { renderHouse } from "../scripts/measure-house/render-house.ts";

const bounds = {
  filesFlatMax: 24,
  testShareOfEngineMin: 0.8,
  doorsWithDocsPercentMin: 95,
  modelWithDocsPercentMin: 70,
};

const house = measureHouse(process.cwd());
const { product, engine, lab } = Object.fromEntries(house.rooms);

test("no folder is so full that its files need a room, those of like items excepted", () => {
  expect(house.flat.length).toBeGreaterThan(50);
  expect(house.flat.filter(({ files }) => files > bounds.filesFlatMax)).toEqual([]);
});

test("no function is longer than 60 lines", () => {
  expect(product!.functionLines.max).toBeLessThanOrEqual(60);
  expect(lab!.functionLines.max).toBeLessThanOrEqual(60);
});

test("a comment fits in 110 columns, as code does", () => {
  expect(house.wide).toEqual([]);
});

test("the engine has nearly as many lines of tests as of code", () => {
  expect(engine!.testShare).toBeGreaterThanOrEqual(bounds.testShareOfEngineMin);
});

test("what is exported at a door says what is promised", () => {
  expect(house.doors.names).toBeGreaterThan(200);
  const percent = percentOf(house.doors);
  expect(percent, house.missing.join("\n")).toBeGreaterThanOrEqual(bounds.doorsWithDocsPercentMin);
});

test("a member of the model says what it means", () => {
  expect(house.model.names).toBeGreaterThan(400);
  const percent = percentOf(house.model);
  expect(percent, house.missing.join("\n")).toBeGreaterThanOrEqual(bounds.modelWithDocsPercentMin);
});

test("no file is reached by its own imports, those of types included", () => {
  expect([product!.fileCircle, lab!.fileCircle]).toEqual([[], []]);
});

test("no room is reached by its own imports", () => {
  expect(product!.roomCircle).toEqual([]);
});

test("the page has the table, with each measure and each room that is counted", () => {
  const heads = (text: string) => [...text.matchAll(/^\| ([^|]*) \|/gm)].map(([, head]) => head!);
  const rendered = renderHouse(house);
  const table = readFileSync("ARCHITECTURE.md", "utf8")
    .split("-- --write -->")[1]!
    .split("<!-- measured")[0]!;
  expect(heads(rendered).length).toBeGreaterThan(8);
  expect(heads(table)).toEqual(heads(rendered));
  expect(table.trim().split("\n")[0]).toBe(rendered.split("\n")[0]);
});
