/** A number with its noun: `1 policy`, `2 policies`, `0 files`. */
export function countWords(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
