import type { Line } from "./make-lines.ts";
import { ours } from "./make-lines.ts";

const order = [ours, "restic", "borg", "cp", "rsync", "walk"];

/** Lays the lines out as a table in Markdown, which reads as well on a terminal. */
export function renderTable(lines: readonly Line[], first: string): string {
  const tools = order.filter((tool) => lines.some((it) => it.values.has(tool)));
  const head = [first, ...tools, "ratio", "target", "reached"];
  const rows = lines.map((line) => [
    line.title + unitOf(line),
    ...tools.map((tool) => cell(line, tool)),
    ...verdictOf(line),
  ]);
  return [head, head.map(() => "-"), ...rows].map((row, _, all) => rowText(row, widths(all))).join("");
}

function cell(line: Line, tool: string): string {
  const value = line.values.get(tool);
  if (value === undefined) return "–";
  return line.aspect === "seconds" ? seconds(value) : mebibytes(value);
}

function seconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}

function mebibytes(value: number): string {
  const mib = value / 1024 ** 2;
  return Math.abs(mib) < 10 ? mib.toFixed(1) : mib.toFixed(0);
}

function unitOf({ aspect }: Line): string {
  return aspect === "seconds" ? " (s)" : " (MiB)";
}

function verdictOf(line: Line): readonly string[] {
  if (line.judged.length === 0) return [plainRatio(line), "–", "–"];
  const limits = line.judged.map((it) =>
    it.against === "limit" ? `${mebibytes(it.atMost)} MiB` : `${it.atMost} × ${it.against}`,
  );
  const ratios = line.judged.map((it) =>
    it.against === "limit" ? `${mebibytes(it.ratio)} MiB` : `${ratioText(line, it.ratio)} × ${it.against}`,
  );
  const missed = line.judged.filter((it) => !it.isReached);
  const verdict =
    missed.length === 0
      ? "yes"
      : missed.length === line.judged.length
        ? "NO"
        : `NO: ${missed.map((it) => it.against).join(", ")}`;
  return [ratios.join(", "), `≤ ${limits.join(", ")}`, verdict];
}

/** Sizes are close to each other and don't scatter: they have a place more. */
function ratioText({ aspect }: Line, ratio: number): string {
  return ratio.toFixed(aspect === "seconds" ? 2 : 3);
}

function plainRatio({ values }: Line): string {
  const restic = values.get("restic");
  return restic ? `${(values.get(ours)! / restic).toFixed(2)} × restic` : "–";
}

function widths(rows: readonly (readonly string[])[]): readonly number[] {
  return rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
}

function rowText(row: readonly string[], width: readonly number[]): string {
  const isRule = row.every((it) => it === "-");
  const cells = row.map((text, at) => (isRule ? "-".repeat(width[at]!) : text.padEnd(width[at]!)));
  return `| ${cells.join(" | ")} |\n`;
}
