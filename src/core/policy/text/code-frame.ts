import { makeVisible } from "../../base/visible.ts";
import { positionOf } from "./text-file.ts";
import { mask, maskSecretValues, reference, secretKey } from "./mask-secrets.ts";
import type { Place, TextFile } from "./written.ts";

const frameCharactersMax = 110;
/** Lines of one value that are looked back over for its key: the longest private keys have some fifty. */
const secretLinesMax = 200;

/**
 * The offending line with a caret below it. What could be a secret is masked: `hide` names a place whose text
 * must not be shown, and values of keys that sound secret are never shown, whatever the problem is about.
 */
export function codeFrame(place: Place, hide?: Place): string {
  const { line, column } = positionOf(place);
  const index = line - 1;
  const shown = maskLine(place.file, index, hide);
  const number = String(line);
  const { text, shift } = crop(shown, column - 1);
  const caretAt = Math.min(column - 1 - shift, text.length);
  const width = Math.max(1, place.end - place.start);
  const gutter = " ".repeat(number.length);
  const [before, marked, after] = [
    text.slice(0, caretAt),
    text.slice(caretAt, caretAt + width),
    text.slice(caretAt + width),
  ].map((part) => makeVisible(part).replaceAll("\t", " "));
  const caret = `${" ".repeat(before!.length)}${"^".repeat(Math.max(1, marked!.length))}`;
  return `${number} | ${before}${marked}${after}`.trimEnd() + `\n${gutter} | ${caret}`;
}

function crop(text: string, column: number): { readonly text: string; readonly shift: number } {
  const shift = Math.max(0, Math.min(column - frameCharactersMax / 2, text.length - frameCharactersMax));
  return { text: text.slice(shift, shift + frameCharactersMax), shift };
}

function maskLine(file: TextFile, index: number, hide: Place | undefined): string {
  const line = file.lines[index]!;
  if (continuesSecret(file, index)) return line.replace(/\S.*/s, mask);
  return maskSecretValues(hide === undefined ? line : maskPlace(line, file.lineStarts[index]!, hide));
}

function maskPlace(line: string, lineStart: number, hide: Place): string {
  const from = Math.max(0, hide.start - lineStart);
  const to = Math.min(line.length, hide.end - lineStart);
  return to <= from ? line : line.slice(0, from) + mask + line.slice(to);
}

/**
 * True inside a value of several lines that began under a key which sounds secret. A broken line may go on
 * without an indent, below the nearest key; what is an item or has a key of its own goes on with nothing but
 * what holds it.
 */
function continuesSecret(file: TextFile, index: number): boolean {
  const line = file.lines[index]!;
  if (reference.test(line.trimStart())) return false;
  let isBroken = !isItem(line) && !hasKey(line);
  let edge = edgeOf(line);
  const first = Math.max(0, index - secretLinesMax);
  for (let above = index - 1; above >= first && (edge > 0 || isBroken); above -= 1) {
    const head = file.lines[above]!;
    if (head.trim() === "") continue;
    const holds = wordColumn(head) < edge;
    if (!holds && !isBroken) continue;
    if (endsInSecret(head)) return true;
    if (holds && reference.test(head.trimStart())) return false;
    edge = Math.min(edge, edgeOf(head));
    isBroken &&= !hasKey(head);
  }
  return false;
}

function isItem(line: string): boolean {
  return /^\s*- /.test(line);
}

function hasKey(line: string): boolean {
  return /^\s*(- )*[A-Za-z][\w.-]*\s*:(\s|$)/.test(line);
}

/** Whose first word is left of this column holds the line: an item may stand right below its key. */
function edgeOf(line: string): number {
  return line.search(/\S/) + (isItem(line) ? 1 : 0);
}

/** Where the first word of a line begins, behind the dashes of a list. */
function wordColumn(line: string): number {
  return /^(\s|- )*/.exec(line)![0].length;
}

function endsInSecret(line: string): boolean {
  const match = secretKey.exec(line);
  if (match === null) return false;
  const rest = line.slice(match.index + match[0].length);
  return /^\s*$/.test(rest) || !reference.test(rest) || endsInSecret(rest);
}
