import type { SqlMessage } from "../sql-runner.ts";

/**
 * Cuts what sqlcmd says into messages. A header is known by its numbers, as its words are in the language of
 * the tools:
 * `Msg 3201, Level 16, State 1, Server SQL01, Line 1`. The text follows on the next line.
 * `HResult 0x80090325` stands at the head of what an older driver says.
 */
export function messageReader(onMessage: (message: SqlMessage) => void) {
  const header = /^(?!HResult\b)\D{1,20}(\d+)\D{1,20}(\d+)\D{1,20}(\d+),.*$/;
  let rest = "";
  let all = "";
  let open: { number: number; severity: number; lines: string[] } | undefined;
  const flush = (): void => {
    if (open) onMessage({ number: open.number, severity: open.severity, text: open.lines.join(" ") });
    open = undefined;
  };
  const takeLine = (line: string): void => {
    const match = header.exec(line);
    if (match) {
      flush();
      open = { number: Number(match[1]), severity: Number(match[2]), lines: [] };
    } else if (open) {
      open.lines.push(line);
      flush();
    } else if (all.length < textMax) all += `${line}\n`;
  };
  return {
    take(part: string): void {
      const lines = (rest + part).split(/\r?\n/);
      rest = lines.pop()!;
      lines.filter((line) => line !== "").forEach(takeLine);
    },
    end(): void {
      if (rest !== "") takeLine(rest);
      rest = "";
      flush();
    },
    text: () => all.trim(),
  };
}

/** Characters without a header that are kept: why a server was not reached is told in a few lines. */
const textMax = 10_000;
