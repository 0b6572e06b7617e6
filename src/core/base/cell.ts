/**
 * The number in a cell of a database as text: bits are `1`, `0`, `true` or `false`. Beyond 2^53 read the
 * text.
 */
export function numberOfCell(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  if (text === "true" || text === "false") return text === "true" ? 1 : 0;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}
