import type { SqlError } from "./sql-runner.ts";

/**
 * The number of Windows that SQL Server passes on with its own, as in `Operating system error 5(Access is
 * denied.)`: a number before a bracket, in every language.
 */
export function systemErrorOf({ messages }: SqlError): number | undefined {
  for (const { text } of messages) {
    const [, number] = /\b(\d{1,5})\(/.exec(text) ?? [];
    if (number !== undefined) return Number(number);
  }
  return undefined;
}
