/** A column of a text table. */
export interface Column<Row> {
  readonly title: string;
  readonly align?: "left" | "right";
  cell(row: Row): string;
  /** Colours the padded cell: widths are measured before it. */
  paint?(text: string, row: Row): string;
}

const gap = "  ";

/**
 * Lays rows out in columns as wide as their widest cell. The last column is not padded. No rows: the head
 * alone.
 */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly string[] {
  const widths = columns.map((column) =>
    Math.max(widthOf(column.title), ...rows.map((row) => widthOf(column.cell(row)))),
  );
  const head = columns.map((column, at) => pad(column.title, widths[at]!, column.align));
  const lines = rows.map((row) =>
    columns.map((column, at) => {
      const padded = pad(column.cell(row), widths[at]!, column.align);
      return column.paint === undefined ? padded : column.paint(padded, row);
    }),
  );
  return [head, ...lines].map((cells) => cells.join(gap).trimEnd());
}

function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const fill = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "left" ? text + fill : fill + text;
}

/** Letters as people count them. Wide scripts are not provided for. */
function widthOf(text: string): number {
  return [...text].length;
}
