/**
 * A text that goes into a batch file between quotes and comes out of cmd.exe as it was: a percent sign is
 * doubled, and a backslash before the closing quote too, since the program's start-up code takes it for an
 * escape. `&`, `^`, `(` and `|` mean nothing between quotes. Must not hold a quote.
 */
export function quoteForBatch(text: string): string {
  return `"${text.replace(/\\+$/, "$&$&").replaceAll("%", "%%")}"`;
}

/**
 * Why a text can't be written into a batch file so that cmd.exe reads what was meant, or `undefined`. A batch
 * file is read by the code page that is in force, and nobody knows here which that will be.
 */
export function batchObstacle(text: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) return "has a control character";
  if (text.includes('"')) return "has a quote";
  return /[^\x20-\x7e]/.test(text)
    ? "has letters outside of ASCII, which cmd.exe reads by the code page of the moment"
    : undefined;
}

/** Remarks of a batch file begin with REM or two colons; whatever else a line holds, cmd.exe obeys. */
function obeyedLines(script: string): readonly string[] {
  return script.split(/\r\n|\n/).filter((line) => !/^\s*@?(rem\b|::)/i.test(line));
}

/** Whether a script calls robocopy. */
export function callsRobocopy(script: string): boolean {
  return obeyedLines(script).some((line) => /\brobocopy\b/i.test(line));
}

/** Whether a script has robocopy make a folder the same as another one, deletions included. */
export function isMirroring(script: string): boolean {
  return obeyedLines(script).some((line) => /\brobocopy\b.*\s\/(mir|purge)\b/i.test(line));
}
