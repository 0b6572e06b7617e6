/**
 * A story is a text of commands and what they must print, on one lab site:
 *
 * A sentence that says what is shown.
 *
 * $ sitekeep plan the program, on the story's lab $ lab incident sql-down `sitekeep lab …` with the lab's
 * folder put in $ only database files leaves only these sources in the lab's policy: what a story is not
 * about costs time $ edit FROM => TO types TO over FROM in the lab's policy $ change FILE FROM => TO types TO
 * over FROM in another file $ empty FOLDER there is nothing in a folder = 3 the exit code, 0 when it is not
 * said + capture PS1/files … lines that must come, in this order; others may come between them !~ never this
 * a line that must not come # From here on … a sentence for the reader
 *
 * Captures run side by side: a line that begins with ✓ or ✗ is looked for from the top, and what follows it
 * below it. In an expected line `…` stands for any text.
 */
export interface Story {
  readonly title: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly line: string;
  readonly exitCode: number;
  readonly expected: readonly string[];
  readonly forbidden: readonly string[];
}

/** Reads a story's text. */
export function readStory(text: string): Story {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const title = lines[0]!;
  const steps: { line: string; exitCode: number; expected: string[]; forbidden: string[] }[] = [];
  for (const line of lines.slice(1)) {
    const last = steps.at(-1);
    if (line.startsWith("# ")) continue;
    if (line.startsWith("$ ")) steps.push({ line: line.slice(2), exitCode: 0, expected: [], forbidden: [] });
    else if (last && line.startsWith("= ")) last.exitCode = Number(line.slice(2));
    else if (last && line.startsWith("!~ ")) last.forbidden.push(line.slice(3));
    else if (last && line.trim() !== "") last.expected.push(line.trim());
  }
  return { title, steps };
}

/** The first expected line that did not come in its order, or `undefined`. */
export function missingLine(expected: readonly string[], output: string): string | undefined {
  const lines = output.split("\n");
  let from = 0;
  for (const wanted of expected) {
    if (/^[✓✗]/.test(wanted)) from = 0;
    const found = lines.findIndex((line, index) => index >= from && matches(wanted, line));
    if (found < 0) return wanted;
    from = found + 1;
  }
  return undefined;
}

/** True when some line of the output matches. */
export function hasLine(wanted: string, output: string): boolean {
  return output.split("\n").some((line) => matches(wanted, line));
}

function matches(wanted: string, line: string): boolean {
  const pattern = wanted
    .split("…")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^\\s*${pattern}\\s*$`).test(line);
}
