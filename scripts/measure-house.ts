// `npm run measure-house`: the house in figures (docs/testing.md). `--json` prints them as data, `--missing`
// what has no doc and ought to, `--write` puts the table into ARCHITECTURE.md.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureHouse } from "./measure-house/measure-house.ts";
import { renderHouse } from "./measure-house/render-house.ts";
import { withTable } from "./measure-house/page.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    missing: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const house = measureHouse(process.cwd());
process.stdout.write(`${shown()}\n`);
if (values.write)
  writeFileSync("ARCHITECTURE.md", withTable(readFileSync("ARCHITECTURE.md", "utf8"), renderHouse(house)));

function shown(): string {
  if (values.json) return JSON.stringify({ ...house, rooms: Object.fromEntries(house.rooms) }, undefined, 2);
  return values.missing ? house.missing.join("\n") : renderHouse(house);
}
