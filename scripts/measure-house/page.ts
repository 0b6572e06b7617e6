const opening = "<!-- npm run measure-house -- --write -->\n";
const closing = "<!-- measured -->\n";

/** A page of Markdown with the table between its two marks replaced; throws where a mark is missing. */
export function withTable(page: string, table: string): string {
  const start = page.indexOf(opening);
  const end = page.indexOf(closing);
  if (start < 0 || end < start) throw new Error("The page has no place for the table.");
  return `${page.slice(0, start + opening.length)}\n${table}\n${page.slice(end)}`;
}
