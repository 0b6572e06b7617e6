import { writeTextPlace } from "../../base/text-place.ts";
import type { Place, TextFile } from "./written.ts";

const byteOrderMark = "\uFEFF";

/** Splits a file into lines. A byte order mark is left out; both kinds of line end are known. */
export function makeTextFile(path: string, raw: string): TextFile & { readonly text: string } {
  const text = raw.startsWith(byteOrderMark) ? raw.slice(1) : raw;
  const lines = text.split("\n");
  let next = 0;
  const lineStarts = lines.map((line) => {
    const start = next;
    next += line.length + 1;
    return start;
  });
  return { path, text, lines: lines.map((line) => line.replace(/\r$/, "")), lineStarts };
}

/** Line and column of a place, both counted from 1. */
export function positionOf(place: Place): { readonly line: number; readonly column: number } {
  const { lineStarts, lines } = place.file;
  let low = 0;
  for (let high = lineStarts.length; high - low > 1;) {
    const middle = (low + high) >> 1;
    if (lineStarts[middle]! <= place.start) low = middle;
    else high = middle;
  }
  const column = Math.min(place.start - lineStarts[low]!, lines[low]!.length);
  return { line: low + 1, column: column + 1 };
}

/** `policies/ps1.yaml:14:7`. */
export function whereOf(place: Place): string {
  return writeTextPlace({ path: place.file.path, ...positionOf(place) });
}

/** `policies/ps1.yaml:14`. */
export function lineOf(place: Place): string {
  return writeTextPlace({ path: place.file.path, line: positionOf(place).line });
}
