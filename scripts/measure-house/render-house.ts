import { percentOf, type Figures, type Spread } from "./figures.ts";
import type { House } from "./measure-house.ts";

type Row = readonly [measure: string, figure: (figures: Figures) => string];

const rows: readonly Row[] = [
  ["file lines, median / p90 / max", ({ fileLines }) => spread(fileLines)],
  ["function lines, median / p90 / max", ({ functionLines }) => spread(functionLines)],
  ["exports with docs %", ({ exports }) => `${percentOf(exports)}`],
  ["members with docs %", ({ members }) => `${percentOf(members)}`],
  ["largest circle of imports, types included: files", ({ fileCircle }) => circle(fileCircle)],
  ["largest circle of imports, types included: rooms", ({ roomCircle }) => circle(roomCircle)],
  ["test ÷ source lines", ({ testShare }) => testShare.toFixed(2)],
  ["most files flat in a folder", ({ flattest }) => `${flattest.files}`],
  ["comment lines past 110 columns", ({ wideComments }) => `${wideComments}`],
];

/** The figures as a table of Markdown, and a sentence on what has no column. */
export function renderHouse({ rooms, doors, model }: House): string {
  const lines = [
    line(["", ...rooms.keys()]),
    line(["---", ...[...rooms.keys()].map(() => "---")]),
    ...rows.map(([measure, figure]) => line([measure, ...[...rooms.values()].map(figure)])),
  ];
  const docs = `At the doors ${percentOf(doors)} % of ${doors.names} exports have docs, in \`core/model\` ${percentOf(model)} % of ${model.names} members.`;
  return `${lines.join("\n")}\n\n${docs}\n`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function spread({ median, p90, max }: Spread): string {
  return `${median}/${p90}/${max}`;
}

function circle(places: readonly string[]): string {
  return places.length === 0 ? "none" : `${places.length}`;
}
