import { positionOf } from "./text-file.ts";
import type { Place, TextFile } from "./written.ts";

const frameCharactersMax = 110;
const mask = "******";

/**
 * The offending line with a caret below it. What could be a secret is masked: `hide` names a place whose text must
 * not be shown, and values of keys that sound secret are never shown, whatever the problem is about.
 */
export function codeFrame(place: Place, hide?: Place): string {
  const { line, column } = positionOf(place);
  const index = line - 1;
  const shown = maskLine(place.file, index, hide);
  const number = String(line);
  const { text, shift } = crop(shown, column - 1);
  const caretAt = Math.min(column - 1 - shift, text.length);
  const width = Math.max(1, Math.min(place.end - place.start, text.length - caretAt));
  const gutter = " ".repeat(number.length);
  const caret = `${" ".repeat(caretAt)}${"^".repeat(width)}`;
  return `${number} | ${text.replaceAll("\t", " ")}`.trimEnd() + `\n${gutter} | ${caret}`;
}

function crop(text: string, column: number): { readonly text: string; readonly shift: number } {
  if (text.length <= frameCharactersMax) return { text, shift: 0 };
  const shift = Math.max(0, Math.min(column - frameCharactersMax / 2, text.length - frameCharactersMax));
  return { text: text.slice(shift, shift + frameCharactersMax), shift };
}

function maskLine(file: TextFile, index: number, hide: Place | undefined): string {
  const line = file.lines[index]!;
  if (continuesSecret(file, index)) return line.replace(/\S.*$/, mask);
  return maskSecretValues(hide === undefined ? line : maskPlace(line, file.lineStarts[index]!, hide));
}

function maskPlace(line: string, lineStart: number, hide: Place): string {
  const from = Math.max(0, hide.start - lineStart);
  const to = Math.min(line.length, hide.end - lineStart);
  return from >= line.length || to <= from ? line : line.slice(0, from) + mask + line.slice(to);
}

const secretKey =
  /(pass\w*|pwd|secret\w*|token|webhook|credentials?|login|connectionString|api[-_]?key)["']?\s*[:=]\s*/i;
const reference =
  /^(\{\s*)?["']?(env|file|command|credential|user|password)["']?\s*:|^\{?\s*$|^[#}\]]|^\w+\s*\}/;

/** Masks from a secret's value to the end of the line, since a broken line can't be trusted to end it sooner. */
function maskSecretValues(line: string): string {
  const match = secretKey.exec(line);
  if (match === null) return line;
  const start = match.index + match[0].length;
  const rest = line.slice(start);
  if (reference.test(rest)) return line.slice(0, start) + maskSecretValues(rest);
  return line.slice(0, start) + mask;
}

/** True inside a value of several lines that began under a key which sounds secret. */
function continuesSecret(file: TextFile, index: number): boolean {
  const indent = indentOf(file.lines[index]!);
  for (let above = index - 1; above >= 0; above -= 1) {
    const line = file.lines[above]!;
    if (line.trim() === "" || indentOf(line) >= indent) continue;
    const match = secretKey.exec(line);
    return match !== null && !reference.test(file.lines[index]!.trimStart()) && !line.includes("{");
  }
  return false;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
