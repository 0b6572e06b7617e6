/** Lines as Windows writes them: each ends in CR LF. */
export function crlf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join("");
}

/** One section of an .INI file; a value may be empty, as in `PS100001.1=`. */
export interface IniSection {
  readonly name: string;
  readonly entries: readonly (readonly [key: string, value: string])[];
}

export function iniText(sections: readonly IniSection[]): string {
  return crlf(
    sections.flatMap(({ name, entries }) => [
      `[${name}]`,
      ...entries.map(([key, value]) => `${key}=${value}`),
    ]),
  );
}

/** The keys and values of one section; none when the section is absent. */
export function readIniSection(text: string, name: string): readonly (readonly [string, string])[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => line.trim().toLowerCase() === `[${name.toLowerCase()}]`);
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("["));
  return (end < 0 ? rest : rest.slice(0, end))
    .filter((line) => line.includes("="))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
}

/** FILETIME counts 100-nanosecond steps since 1601-01-01 UTC. */
export function filetimeOf(epochMs: number): bigint {
  return (BigInt(epochMs) + 11_644_473_600_000n) * 10_000n;
}

/** `2026-11-22 01:30:00.000`, as SQL Server shows a datetime. */
export function sqlDatetime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("T", " ").replace("Z", "");
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
